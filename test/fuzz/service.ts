import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { packageRoot, serviceProgram } from '../../src/platform/package-root.ts';
import { databaseOfService } from '../crash/database-server.ts';
import { mainThreadWaitMs } from '../support/starvation.ts';
import { startEnvironment } from '../support/start-command.ts';
import type { Book } from './book.ts';
import { holdsCanary } from './canary.ts';

/** What a process holds of the machine. */
export interface Footprint {
  readonly descriptors: number;
  /** Resident memory. */
  readonly megabytes: number;
}

const STARTED = /^bhxh-intake \S+ · (http:\/\/\S+)/;
const BANNER = /^(bhxh-intake | {2}\S)/;
const STOP_MS = 40_000;
/** Little, so that garbage is soon collected, and what is not let go of shows. */
const HEAP_MEGABYTES = 256;
/** Looking costs something too. */
const WATCH_MS = 50;
/** What threads that wait for a processor may add to one answer, in milliseconds: beyond that they are what the service has too much of. */
const MOST_OF_THREADS_MS = 5_000;

/** The built service as a process of its own, watched by its log. It runs its own PostgreSQL unless `DATABASE_URL` names another. */
export class Service {
  url = '';
  readonly photoStore: string;
  readonly spool: string;
  private readonly child: ChildProcess;
  private readonly gone: Promise<unknown>;
  private isWanted = true;
  private starved = 0;
  private watchedAt = 0;
  /** By thread, milliseconds. */
  private readonly waited = new Map<string, number>();

  private constructor(
    private readonly dataDir: string,
    private readonly book: Book,
    environment: NodeJS.ProcessEnv,
  ) {
    this.photoStore = join(dataDir, 'photos');
    this.spool = join(dataDir, 'spool');
    const { PATH, DATABASE_URL, DATABASE_OWNER_URL } = process.env;
    this.child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MEGABYTES}`, serviceProgram()], {
      cwd: packageRoot(),
      env: {
        PATH,
        DATABASE_URL,
        DATABASE_OWNER_URL,
        NODE_ENV: 'test',
        ...startEnvironment(),
        PORT: '0',
        DATA_DIR: dataDir,
        RATE_LIMIT_FACTOR: '1000000',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.gone = once(this.child, 'exit').then(([status, signal]) => {
      if (this.isWanted) book.breach('the process lives, is ready, and ends in order', `it ended by itself: ${String(signal ?? status)}`);
    });
  }

  static async start(dataDir: string, book: Book, environment: NodeJS.ProcessEnv = {}): Promise<Service> {
    const service = new Service(dataDir, book, environment);
    const { stdout, stderr } = service.child;
    createInterface({ input: stderr! }).on('line', (line) => service.blame(line));
    const lines = createInterface({ input: stdout! }).on('line', (line) => service.readLine(line));
    const begun = new Promise<string>((resolve) => {
      lines.on('line', (line) => {
        const found = STARTED.exec(line);
        if (found) resolve(found[1]!);
      });
    });
    const url = await Promise.race([begun, service.gone]);
    if (typeof url !== 'string') throw new Error('the service ended before it listened');
    service.url = url;
    return service;
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /**
   * Begins to count how long the service is ready to run while others have the processors. It is no fault of the service: answers are held
   * against the time in which it could work. What counts is the main thread, through which every answer goes; for what threads take part in,
   * besides, up to a limit, the one that waited most, moment by moment.
   * @returns says how many milliseconds it has been
   */
  starvation(ofThreadsToo: boolean): () => number {
    const look = () => {
      this.watch();
      return [mainThreadWaitMs(this.child.pid), this.starved] as const;
    };
    const [main, threads] = look();
    return () => {
      const [mainNow, threadsNow] = look();
      return Math.max(0, mainNow - main) + (ofThreadsToo ? Math.min(threadsNow - threads, MOST_OF_THREADS_MS) : 0);
    };
  }

  private watch(): void {
    const now = performance.now();
    if (now - this.watchedAt < WATCH_MS) return;
    this.watchedAt = now;
    let most = 0;
    try {
      const directory = `/proc/${this.child.pid}/task`;
      for (const thread of readdirSync(directory)) {
        if (thread === String(this.child.pid)) continue;
        const waited = Number(readFileSync(`${directory}/${thread}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
        most = Math.max(most, waited - (this.waited.get(thread) ?? waited));
        this.waited.set(thread, waited);
      }
    } catch {
      // Known on Linux only, and of the living only.
    }
    this.starved += most;
  }

  /** Processor time of the service so far, and of its database, in seconds; nothing, where the system does not tell. */
  async processorSeconds(): Promise<{ service: number; database: number }> {
    if (process.platform !== 'linux' || process.env.DATABASE_URL) return { service: 0, database: 0 };
    const server = await databaseOfService(this.dataDir);
    const [parent, backends] = [await server.postmaster(), await server.backends()];
    // A postmaster's own figures hold those of all its children that have ended.
    const database = (parent === undefined ? 0 : secondsOf(parent, true)) + backends.reduce((sum, pid) => sum + secondsOf(pid, false), 0);
    return { service: secondsOf(this.child.pid!, false), database };
  }

  /** Nothing, where the system does not tell. */
  async footprint(): Promise<Footprint> {
    if (process.platform !== 'linux') return { descriptors: 0, megabytes: 0 };
    const directory = `/proc/${this.child.pid}`;
    const [descriptors, status] = await Promise.all([readdir(join(directory, 'fd')), readFile(join(directory, 'status'), 'utf8')]);
    return { descriptors: descriptors.length, megabytes: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024) };
  }

  /** Forgets the most that it ever held. @returns false where the system does not allow it */
  forgetsPeak(): boolean {
    try {
      writeFileSync(`/proc/${this.child.pid}/clear_refs`, '5');
      return true;
    } catch {
      return false;
    }
  }

  /** The most that it ever held, or has since that was forgotten, in megabytes. */
  peakMegabytes(): number {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1]) / 1024);
  }

  /** Looks into the database as the role that owns it. */
  async inDatabase<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const { DATABASE_OWNER_URL, DATABASE_URL } = process.env;
    const connectionString = DATABASE_OWNER_URL ?? DATABASE_URL ?? (await (await databaseOfService(this.dataDir)).ownerUrl());
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Asks the process to finish, and waits until it has. */
  async stop(): Promise<void> {
    this.isWanted = false;
    this.child.kill('SIGTERM');
    const ended = await Promise.race([this.gone.then(() => true), pause(STOP_MS, false, { ref: false })]);
    if (!ended || this.child.exitCode !== 0) {
      const how = ended ? (this.child.signalCode ?? `status ${this.child.exitCode}`) : 'it does not';
      this.book.breach('the process lives, is ready, and ends in order', `told to stop: ${how}`);
    }
    await this.abandon();
  }

  /** At once and without order. */
  async abandon(): Promise<void> {
    this.isWanted = false;
    this.child.kill('SIGKILL');
    await this.gone;
    if (!process.env.DATABASE_URL) await (await databaseOfService(this.dataDir)).stop();
  }

  /** The banner is the only thing that may be no JSON, and it comes once, before the first request. */
  private readLine(line: string): void {
    if (line === '' || (BANNER.test(line) && !line.startsWith('{'))) return;
    try {
      const { level } = JSON.parse(line) as { level?: unknown };
      if (level === 'error' || level === 'fatal' || holdsCanary(line)) this.blame(line);
    } catch {
      this.blame(line);
    }
  }

  private blame(line: string): void {
    this.book.breach('every line of the log can be read, none is an error, none holds what was sent', line.slice(0, 2_000));
  }
}

const TICKS_A_SECOND = 100;

/** Of a process, and of its children that have ended. */
function secondsOf(pid: number, withChildren: boolean): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user, system, childrensUser, childrensSystem] = fields.slice(11, 15) as [number, number, number, number];
    return (user + system + (withChildren ? childrensUser + childrensSystem : 0)) / TICKS_A_SECOND;
  } catch {
    return 0;
  }
}
