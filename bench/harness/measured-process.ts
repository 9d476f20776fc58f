import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../../src/platform/package-root.ts';

const TICK_MS = 10;
const LOOK_EVERY_MS = 10;
const MOST_START_MS = 180_000;

export interface Start {
  /** Of node, before the program. */
  readonly flags?: readonly string[];
  readonly program: string;
  readonly args?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Where its standard output goes: a file, so that a line of log costs what it costs in production and nobody has to read it. */
  readonly logFile: string;
  /** Finds the URL in the output, as its first group. */
  readonly listening: RegExp;
}

/** A process of its own that serves HTTP, looked at from outside. */
export class MeasuredProcess {
  private constructor(
    readonly url: string,
    /** From the start of the process until it listened. */
    readonly startSeconds: number,
    private readonly child: ChildProcess,
  ) {}

  static async start({ flags = [], program, args = [], environment, logFile, listening }: Start): Promise<MeasuredProcess> {
    const output = openSync(logFile, 'w');
    const begun = performance.now();
    const child = spawn(process.execPath, [...flags, program, ...args], {
      cwd: packageRoot(),
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', output, 'inherit'],
    });
    closeSync(output);
    while (performance.now() - begun < MOST_START_MS) {
      const url = listening.exec(await readFile(logFile, 'utf8'))?.[1];
      if (url) return new MeasuredProcess(url, (performance.now() - begun) / 1000, child);
      if (child.exitCode !== null) throw new Error(`${program} ended before it listened: ${child.exitCode}`);
      await pause(LOOK_EVERY_MS);
    }
    child.kill('SIGKILL');
    throw new Error(`${program} does not listen`);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Processor time of the process since its start, all its threads together, in milliseconds. NaN where the system does not tell. */
  async cpuMs(): Promise<number> {
    return cpuMsOf(this.pid);
  }

  /** The most memory that the process had since this was asked for the last time, in megabytes. NaN where the system does not tell. */
  async mostMegabytes(): Promise<number> {
    const of = `/proc/${this.pid}`;
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

async function cpuMsOf(pid: number, withChildren = false): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name, which may hold anything; the others follow its closing bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [own, ended] = [Number(fields[11]) + Number(fields[12]), Number(fields[13]) + Number(fields[14])];
  return (withChildren ? own + ended : own) * TICK_MS;
}

/** Processor time of a server and of all processes that it has or had, in milliseconds. */
export async function familyCpuMs(pid: number): Promise<number> {
  const [own, ...children] = await familyOf(pid);
  const family = await Promise.all([cpuMsOf(own!, true), ...children.map((child) => cpuMsOf(child))]);
  return family.reduce((sum, ms) => sum + (Number.isNaN(ms) ? 0 : ms), 0);
}

/** A process, and those that it has started and that run. */
export async function familyOf(pid: number): Promise<number[]> {
  const family = [pid];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) family.push(Number(name));
  }
  return family;
}
