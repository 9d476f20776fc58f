import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot, serviceProgram } from '../../src/platform/package-root.ts';

export interface ApiCopyPlace {
  readonly name: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that the copy says, across all its lives. */
  readonly log: string;
}

/** Where it is written down that a copy ended as none should. */
export interface SupervisorsJournal {
  readonly counts: { failedStarts: number };
  breach(rule: 'no copy of the service ends by itself' | 'a copy that is told to stop ends in order', example: string): void;
}

const RESTART_MS = 100;
/** The service gives running requests 25 s. */
const STOP_MS = 40_000;

/** One process of the service on its port, started again whenever it ends, as a supervisor does it. */
export class ApiCopy {
  readonly url: string;
  private child: ChildProcess | undefined;
  private hasListened = false;
  private killed = false;
  private wanted = false;
  private life: Promise<void> = Promise.resolve();
  private readonly log: WriteStream;

  constructor(
    private readonly place: ApiCopyPlace,
    private readonly journal: SupervisorsJournal,
  ) {
    this.url = `http://127.0.0.1:${place.port}`;
    this.log = createWriteStream(place.log, { flags: 'a' });
  }

  /** Of its present life. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    this.wanted = true;
    this.life = this.live();
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  }

  /** @returns whether there was a process to kill */
  kill(): boolean {
    if (!this.signal('SIGKILL')) return false;
    this.killed = true;
    return true;
  }

  signal(name: NodeJS.Signals): boolean {
    return this.child?.kill(name) ?? false;
  }

  /** Asks the process to finish, and waits until it has. */
  async stop(): Promise<void> {
    this.wanted = false;
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      this.signal('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
      clearTimeout(impatient);
      if (status !== 0)
        this.journal.breach('a copy that is told to stop ends in order', `${this.place.name}: ${signal ?? `status ${status}`}`);
    }
    await this.life;
  }

  /** At once and without order, when the run has failed. */
  async abandon(): Promise<void> {
    this.wanted = false;
    this.signal('SIGKILL');
    await this.life;
  }

  private async live(): Promise<void> {
    while (this.wanted) {
      const [status, signal] = await this.liveOnce();
      if (!this.wanted || this.killed) continue;
      if (this.hasListened)
        this.journal.breach('no copy of the service ends by itself', `${this.place.name}: ${signal ?? `status ${status}`}`);
      else this.journal.counts.failedStarts++;
      await pause(RESTART_MS);
    }
  }

  private async liveOnce(): Promise<[number | null, string | null]> {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [serviceProgram()], {
      cwd: packageRoot(),
      env: { PATH, NODE_ENV: 'test', RATE_LIMIT_FACTOR: '1000000', PORT: String(this.place.port), ...this.place.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.killed = false;
    this.hasListened = false;
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      // The banner is the first thing that is no JSON.
      if (chunk.includes('bhxh-intake ')) this.hasListened = true;
      this.log.write(chunk);
    });
    child.stderr.pipe(this.log, { end: false });
    return (await once(child, 'close')) as [number | null, string | null];
  }
}
