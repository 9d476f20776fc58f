import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../src/platform/package-root.ts';

const STARTED = /^bhxh-intake \S+ · (http:\/\/\S+)/;

/** The built application as `npm start` runs it, with a PostgreSQL of its own in `dataDir` unless the environment names another. */
export class LocalService {
  private constructor(
    readonly url: string,
    /** From the start of the process until it listened. */
    readonly startSeconds: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(dataDir: string, environment: NodeJS.ProcessEnv = {}): Promise<LocalService> {
    const begun = performance.now();
    const child = spawn(process.execPath, ['--enable-source-maps', join(packageRoot(), 'dist', 'src', 'main.js')], {
      cwd: packageRoot(),
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        PORT: '0',
        DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
        RATE_LIMIT_FACTOR: '1000000',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = STARTED.exec(line);
        if (found?.[1]) resolve(found[1]);
      });
      child.once('exit', (status) => reject(new Error(`the service ended before it listened: ${status}`)));
    });
    return new LocalService(url, (performance.now() - begun) / 1000, child);
  }

  /** The most memory that the process had since this was asked for the last time, in megabytes. NaN where the system does not tell. */
  async mostMegabytes(): Promise<number> {
    const of = `/proc/${this.child.pid}`;
    const status = await readFile(`${of}/status`, 'utf8').catch(() => '');
    await writeFile(`${of}/clear_refs`, '5').catch(() => undefined);
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
