import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a load is made: a module's export `shots`, called with these values, gives the request of each serial number. */
export interface Ammunition {
  /** `import.meta.resolve('./…shots.js')`. */
  readonly module: string;
  /** Plain data. */
  readonly args: unknown;
}

export interface Load {
  /** Where the connections go, in turn. */
  readonly urls: readonly string[];
  /** Connections that ask one request after the other. */
  readonly clients: number;
  /** Ends after so many seconds, or after so many requests, whichever comes first. */
  readonly seconds?: number;
  readonly requests?: number;
  /** The serial number of the first request. */
  readonly from: number;
  /** Comes again, as a client would, when it is put off with a time or its connection breaks; the wait is part of the answer's time. */
  readonly insists?: boolean;
}

/** What a load met. Times are in milliseconds, from the first byte written until the last one read. */
export interface Met {
  readonly requests: number;
  readonly seconds: number;
  readonly latencies: readonly number[];
  readonly statuses: Readonly<Record<string, number>>;
  /** The first answer of each status that is none of success, shortened. */
  readonly samples: Readonly<Record<string, string>>;
  /** How many answers of status 503 did not say when to come again. */
  readonly without503Hint: number;
  /** The generator's own processor time. */
  readonly generatorCpuMs: number;
  /** The serial number that comes next. */
  readonly next: number;
}

/** Makes requests, in a process of its own, so that what it costs is known. */
export class LoadGenerator {
  private constructor(private readonly child: ChildProcess) {}

  static async with(ammunition: Ammunition): Promise<LoadGenerator> {
    const child = fork(fileURLToPath(import.meta.resolve('./generator.js')), { serialization: 'advanced' });
    const generator = new LoadGenerator(child);
    await generator.tell({ ammunition });
    return generator;
  }

  get pid(): number {
    return this.child.pid!;
  }

  fire(load: Load): Promise<Met> {
    return this.tell({ load });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  private async tell<Answer>(message: object): Promise<Answer> {
    const gone = new AbortController();
    const answered = once(this.child, 'message', { signal: gone.signal });
    const ended = once(this.child, 'exit', { signal: gone.signal }).then(([code]) => {
      throw new Error(`the generator ended: ${code}`);
    });
    answered.catch(() => undefined);
    ended.catch(() => undefined);
    this.child.send(message);
    try {
      const [answer] = (await Promise.race([answered, ended])) as [{ error?: string }];
      if (answer.error) throw new Error(answer.error);
      return answer as Answer;
    } finally {
      gone.abort();
    }
  }
}
