import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../src/platform/package-root.ts';
import { FIRST_ORDER, type Command, type Order, type Outcome, type Word } from './order.ts';

const MAIN = join(packageRoot(), 'dist', 'src', 'main.js');
const PRELOAD = pathToFileURL(join(packageRoot(), 'dist', 'test', 'failpoints', 'preload.js')).href;

const MOST_STARTS = 5;

/** The built service with failpoints, started again when it has crashed. */
export class SteeredService {
  readonly url: string;
  /** How often it ended without having been told to. */
  unexpectedEnds = 0;
  private child: ChildProcess | undefined;
  private order: Order | undefined;
  /** What the armed order came to, when the process died of it; whoever insists on an answer starts another one meanwhile. */
  private crash: Outcome | undefined;
  private hasStruck = false;
  private readonly log: WriteStream;

  constructor(
    private readonly port: number,
    private readonly environment: Readonly<Record<string, string>>,
    readonly logFile: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.log = createWriteStream(logFile, { flags: 'a' });
  }

  get isAlive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts it, as a supervisor does, again when it could not. @param order stands from the first line on */
  async start(order?: Order): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const end = await this.launch(order);
      if (end === undefined) return;
      if (attempt === MOST_STARTS) throw new Error(`the service did not start (${end}): ${this.logFile}`);
    }
  }

  /** @returns how it ended before it listened, unless it was ordered to */
  private async launch(order?: Order): Promise<string | undefined> {
    this.order = order;
    this.hasStruck = false;
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, ['--import', PRELOAD, MAIN], {
      cwd: packageRoot(),
      env: {
        PATH,
        NODE_ENV: 'test',
        RATE_LIMIT_FACTOR: '1000000',
        PORT: String(this.port),
        ...this.environment,
        ...(order && { [FIRST_ORDER]: JSON.stringify(order) }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    child.on('message', (word: Word) => {
      if ('struck' in word) this.hasStruck = true;
    });
    child.stderr!.pipe(this.log, { end: false });
    const listens = new Promise<void>((resolve) => {
      child.stdout!.on('data', (chunk: Buffer) => {
        this.log.write(chunk);
        // The banner is the first thing that is no JSON.
        if (chunk.includes('bhxh-intake ')) resolve();
      });
    });
    let hasListened = false;
    void listens.then(() => (hasListened = true));
    const exit = once(child, 'exit').then(([status, signal]) => {
      const how = (signal as string | null) ?? `status ${status as number}`;
      const wasOrdered = this.order?.effect === 'crash' && signal === 'SIGKILL';
      if (wasOrdered) this.crash = { met: {}, struck: true };
      if (hasListened && child === this.child && !wasOrdered) this.unexpectedEnds++;
      return wasOrdered ? undefined : how;
    });
    return Promise.race([listens.then(() => undefined), exit]);
  }

  /** Starts it when it is down. */
  async revive(): Promise<void> {
    if (!this.isAlive) await this.start();
  }

  async arm(order: Order): Promise<void> {
    this.order = order;
    this.crash = undefined;
    this.hasStruck = false;
    await this.tell({ arm: order }, (word) => ('armed' in word ? true : undefined));
  }

  /** @returns what became of the order; a process that died of it has met it */
  async disarm(): Promise<Outcome> {
    const { crash } = this;
    this.order = this.crash = undefined;
    if (crash) return crash;
    const dead: Outcome = { met: {}, struck: true };
    if (!this.isAlive) return dead;
    return (await this.tell({ disarm: true }, (word) => ('disarmed' in word ? word.disarmed : undefined))) ?? dead;
  }

  /** Resolves when the armed fault strikes or has struck, or the process has ended. */
  async strikes(patience: AbortSignal): Promise<boolean> {
    const { child } = this;
    if (!child || !this.isAlive || this.hasStruck) return true;
    return new Promise((resolve) => {
      const done = (struck: boolean) => {
        child.off('message', listen).off('exit', end);
        patience.removeEventListener('abort', giveUp);
        resolve(struck);
      };
      const listen = (word: Word) => 'struck' in word && done(true);
      const end = () => done(true);
      const giveUp = () => done(false);
      child.on('message', listen).once('exit', end);
      patience.addEventListener('abort', giveUp);
    });
  }

  /** Asks it to finish. @returns exit status, or the signal's name */
  async stop(): Promise<number | string> {
    const { child } = this;
    if (!child || !this.isAlive) return 0;
    this.order = undefined;
    this.child = undefined;
    child.kill('SIGTERM');
    const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return status ?? signal ?? 0;
  }

  abandon(): void {
    const { child } = this;
    this.child = undefined;
    child?.kill('SIGKILL');
  }

  private tell<T>(command: Command, read: (word: Word) => T | undefined): Promise<T | undefined> {
    const child = this.child!;
    return new Promise((resolve) => {
      const listen = (word: Word) => {
        const answer = read(word);
        if (answer !== undefined) done(answer);
      };
      const end = () => done(undefined);
      const done = (answer: T | undefined) => {
        child.off('message', listen).off('exit', end);
        resolve(answer);
      };
      child.on('message', listen).once('exit', end);
      child.send(command, (error) => error && done(undefined));
    });
  }
}
