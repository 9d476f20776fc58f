/**
 * How far apart passes begin at least that nobody waits for, in milliseconds [D]: what is written meanwhile shares one, and a message that
 * comes alone goes at once.
 */
const BREATH_MS = 25;

/**
 * Work that must not overlap itself, asked for by many. Everyone who asks while a pass is under way shares the one that follows it:
 * that one is sure to see what they have just committed.
 */
export class Lane {
  private running: Promise<number> | undefined;
  private following: Promise<number> | undefined;
  private breathing: NodeJS.Timeout | undefined;
  private begunAt = -Infinity;
  private ended = false;

  /** @param pass gives how much it has done */
  constructor(private readonly pass: () => Promise<number>) {}

  get idle(): boolean {
    return this.running === undefined;
  }

  run(): Promise<number> {
    if (this.following) return this.following;
    if (!this.running) return this.start();
    this.following = this.running.then(
      () => this.start(),
      () => this.start(),
    );
    return this.following;
  }

  /** Asks for a pass soon, and does not wait for it. @param failed hears of one that fails */
  nudge(failed: (error: unknown) => void): void {
    if (this.breathing || this.ended) return;
    const begin = () => {
      this.breathing = undefined;
      this.run().catch(failed);
    };
    const wait = this.begunAt + BREATH_MS - performance.now();
    if (wait <= 0) begin();
    else this.breathing = setTimeout(begin, wait).unref();
  }

  /** Forgets who only nudged: nothing begins any more for which nobody waits. */
  end(): void {
    this.ended = true;
    clearTimeout(this.breathing);
  }

  /** Resolves when nothing runs and nothing follows. */
  async settled(): Promise<void> {
    for (let work = this.following ?? this.running; work; work = this.following ?? this.running) await work.catch(() => undefined);
  }

  private start(): Promise<number> {
    this.following = undefined;
    this.begunAt = performance.now();
    const running = this.pass().finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }
}
