import { availableParallelism } from 'node:os';
import type { Footprint, Service } from './service.ts';

/** Rounds in which caches fill and pools grow. */
const WARM_UP = 2;

/** Fewer show the machine's noise and no slope. */
const ROUNDS_FOR_A_SLOPE = 20;

/** How the memory of a process goes on, round by round. */
export class Trend {
  private readonly megabytes: number[] = [];

  add({ megabytes }: Footprint): void {
    this.megabytes.push(megabytes);
  }

  /** What the straight line through the rounds rises by in 100,000 requests; undefined while there are too few rounds. */
  growth(requestsInRound: number): number | undefined {
    return this.megabytes.length < ROUNDS_FOR_A_SLOPE ? undefined : (this.slope() * 100_000) / requestsInRound;
  }

  told(requestsInRound: number): string {
    const { length } = this.megabytes.slice(WARM_UP);
    if (length < 2) return 'too short for a slope';
    return `slope ${((this.slope() * 100_000) / requestsInRound).toFixed(1)} MB in 100,000 requests over ${length} rounds`;
  }

  /** Megabytes a round, by least squares. */
  private slope(): number {
    const seen = this.megabytes.slice(WARM_UP);
    const middle = (seen.length - 1) / 2;
    const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
    const above = seen.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
    const below = seen.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
    return below === 0 ? 0 : above / below;
  }
}

/** What the processors did for a run: by it a busy machine tells how quick a quiet one would be. */
export class Costs {
  private constructor(
    private readonly service: Service,
    private readonly before: { service: number; database: number },
    private readonly ownBefore = process.cpuUsage(),
    private readonly began = performance.now(),
  ) {}

  static async of(service: Service): Promise<Costs> {
    return new Costs(service, await service.processorSeconds());
  }

  async told(requests: number): Promise<string> {
    const now = await this.service.processorSeconds();
    const own = process.cpuUsage(this.ownBefore);
    const per = (seconds: number) => (1_000 * seconds) / requests;
    const parts = {
      'this program': per((own.user + own.system) / 1e6),
      service: per(now.service - this.before.service),
      database: per(now.database - this.before.database),
    };
    const all = Object.values(parts).reduce((sum, seconds) => sum + seconds, 0);
    const told = Object.entries(parts).map(([who, seconds]) => `${who} ${seconds.toFixed(1)} s`);
    const rate = (1_000 * requests) / (performance.now() - this.began);
    const quiet = (1_000 * availableParallelism()) / all;
    return `  ${rate.toFixed(0)} requests/s; processor time for 1,000: ${told.join(', ')}: at most ${quiet.toFixed(0)} requests/s on ${availableParallelism()} processors that do nothing else`;
  }
}
