import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

/** A user and group of the operating system. */
export interface Account {
  uid: number;
  gid: number;
}

/** One process for good: the start time tells it from a later process that got the same pid. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

const linux = process.platform === 'linux';

/** Who has this pid now; undefined when nobody has it, or only a zombie that its parent has not buried yet. */
export async function processIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = linux ? await startTimeFromProc(pid) : await startTimeFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await processIdentity(identity.pid))?.startedAt === identity.startedAt;
}

/**
 * The PostgreSQL processes at work in a cluster directory (a real path). Linux knows them all, by their working directory,
 * which PostgreSQL keeps for life and which no recycled pid shares; elsewhere only the postmaster is known, by its pid file and its command line.
 */
export async function serverProcesses(cluster: string): Promise<number[]> {
  if (!linux) return postmasterFromPs(cluster);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const atWork = await Promise.all(pids.map((pid) => worksIn(pid, cluster)));
  return pids.filter((_, index) => atWork[index]).map(Number);
}

/** Signals a process; a process that has gone in the meantime is no fault. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault;
  }
}

/** What every PostgreSQL program is started with: nothing of the application's environment, which may hold secrets or PG* settings. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };
}

/** How a program ended; `status` is undefined when it could not be started or was ended by a signal. */
export interface ProgramResult {
  status: number | undefined;
  stderr: string;
}

/** Runs a program to its end, as `account` or as the user of this process. Never rejects. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd?: string; account?: Account | undefined; input?: string } = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? '/',
      env: programEnvironment(),
      stdio: ['pipe', 'ignore', 'pipe'],
      ...options.account,
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (fault) => resolve({ status: undefined, stderr: fault.message }));
    child.on('close', (status, ender) => resolve({ status: status ?? undefined, stderr: stderr || (ender ?? '') }));
    child.stdin.on('error', () => undefined); // a program that died before it read its input reports by its exit
    child.stdin.end(options.input ?? '');
  });
}

async function startTimeFromProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets and may itself hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') return undefined;
  // Ticks count from boot, so the same pid and ticks may come again after a reboot.
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${ticks}@${boot.trim()}`;
}

async function startTimeFromPs(pid: number): Promise<string | undefined> {
  const line = (await ps(['-o', 'stat=,lstart=', '-p', String(pid)])).trim();
  return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

async function worksIn(pid: string, cluster: string): Promise<boolean> {
  try {
    if ((await readlink(`/proc/${pid}/cwd`)) !== cluster) return false;
    // Somebody's shell may stand in the directory too.
    return /^(postgres|initdb)( |$)/.test(basename(await readlink(`/proc/${pid}/exe`)));
  } catch {
    return false; // gone, a zombie, or another user's
  }
}

async function postmasterFromPs(cluster: string): Promise<number[]> {
  const [pid = '', , , port = ''] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  // Not by the path: ps rewrites letters beyond ASCII.
  const command = await ps(['-ww', '-o', 'stat=,command=', '-p', pid]);
  return pid !== '' && /^[^Z]\S*\s.*postgres -D /.test(command) && command.includes(` port=${port} `) ? [Number(pid)] : [];
}

async function ps(args: string[]): Promise<string> {
  const answer = await promisify(execFile)('ps', args, { env: programEnvironment() }).catch(() => undefined);
  return answer?.stdout ?? '';
}
