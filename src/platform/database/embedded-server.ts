import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerBinaries } from './embedded-binaries.ts';
import { clusterArgument, type EmbeddedHome } from './embedded-home.ts';
import { programEnvironment, serverProcesses, signal } from './embedded-processes.ts';

export interface ServerSetup {
  home: EmbeddedHome;
  binaries: ServerBinaries;
  durable: boolean;
  maxConnections: number;
}

/** A postmaster that accepts connections. */
export interface RunningServer {
  pid: number;
  /** Settles when the postmaster has ended, with the signal's name or the exit status. */
  ended: Promise<string>;
}

/** PostgreSQL ended before it accepted connections; the message is its own last word. */
export class ServerStartFailure extends Error {
  override readonly name = 'ServerStartFailure';

  get portTaken(): boolean {
    return /Address already in use|could not create any TCP\/IP sockets/.test(this.message);
  }

  /** Processes of the server before this one still hold its memory or its lock file (where the system does not tell us of them). */
  get leftovers(): boolean {
    return /shared memory block|lock file "postmaster\.pid"/.test(this.message);
  }
}

// Together under the 10 s that a container runtime waits before it kills; a shutdown cut short costs a recovery and no data.
const FAST_SHUTDOWN_MS = 6_000;
const IMMEDIATE_SHUTDOWN_MS = 2_000;
const LEFTOVERS_MS = 10_000;

/**
 * Starts the postmaster on a port of 127.0.0.1 and waits until it accepts connections, however long its recovery takes.
 * `halt` gives up the start.
 */
export async function startServer(setup: ServerSetup, port: number, halt: AbortSignal): Promise<RunningServer> {
  const deadline = Date.now() + LEFTOVERS_MS;
  for (;;) {
    await stopServer(setup.home.cluster);
    try {
      return await launch(setup, port, halt);
    } catch (fault) {
      if (!(fault instanceof ServerStartFailure && fault.leftovers) || halt.aborted || Date.now() > deadline) throw fault;
      await pause(200);
    }
  }
}

/**
 * Ends whatever server runs in a cluster, whoever started it: by a fast shutdown, else an immediate one, else by SIGKILL.
 * Back ends that outlived their postmaster go too, and so does a pid file that nobody stands behind.
 * @returns how many processes there were.
 */
export async function stopServer(cluster: string): Promise<number> {
  const left = await serverProcesses(cluster);
  const { pid: postmaster, ready } = await postmasterState(cluster);
  if (postmaster !== undefined && left.includes(postmaster)) {
    // A fast shutdown of a server that is still recovering may hang, and would save nothing: the next start recovers anyway.
    if (ready) signal(postmaster, 'SIGINT');
    if (!ready || !(await goneWithin(cluster, FAST_SHUTDOWN_MS))) {
      signal(postmaster, 'SIGQUIT');
      await goneWithin(cluster, IMMEDIATE_SHUTDOWN_MS);
    }
  }
  // Back ends without a postmaster have nobody to tell of their work; recovery replays what was committed.
  for (const pid of await serverProcesses(cluster)) signal(pid, 'SIGKILL');
  await goneWithin(cluster, IMMEDIATE_SHUTDOWN_MS);
  // PostgreSQL takes any process that has this pid by now, even a zombie, for a living postmaster and would refuse to start for ever.
  await rm(join(cluster, 'postmaster.pid'), { force: true });
  return left.length;
}

/**
 * A free port below those that the system gives to outgoing connections: there, one of the application's own attempts to reconnect
 * could take the port of a server that is just restarting, or even connect to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

async function launch(setup: ServerSetup, port: number, halt: AbortSignal): Promise<RunningServer> {
  const { home, binaries } = setup;
  const log = await open(home.log, constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW);
  try {
    const { size } = await log.stat();
    const child = spawn(binaries.postgres, ['-D', clusterArgument(home), ...settings(setup, port)], {
      cwd: home.cluster,
      env: programEnvironment(),
      // Its own session: Ctrl-C in the terminal must not stop the database before the application has finished with it.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...home.account,
    });
    const ended = endOf(child);
    if (child.pid === undefined || !(await becomesReady(child.pid, home.cluster, ended, halt))) {
      throw new ServerStartFailure(lastWord(await readFrom(log, size)) || (await ended));
    }
    return { pid: child.pid, ended };
  } finally {
    await log.close();
  }
}

function settings({ durable, maxConnections }: ServerSetup, port: number): string[] {
  const safe = durable ? 'on' : 'off';
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    shared_buffers: '128MB',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    fsync: safe,
    full_page_writes: safe,
    // Always: without fsync it costs next to nothing, and a killed PostgreSQL loses no commit.
    synchronous_commit: 'on',
    // Nobody replicates or archives this cluster, so the log need only serve recovery.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '512MB',
    max_logical_replication_workers: '0',
    // Statements, their parameters and the values in error messages are personal data: errors go to the client alone, and of what the
    // server logs about itself the details (the statement a crashed back end was running) are left out.
    log_min_messages: 'log',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_statement: 'none',
    log_checkpoints: 'off',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function becomesReady(pid: number, cluster: string, ended: Promise<string>, halt: AbortSignal): Promise<boolean> {
  for (;;) {
    if (halt.aborted) await stopServer(cluster);
    const state = await postmasterState(cluster);
    if (state.ready && state.pid === pid) return true;
    if ((await Promise.race([ended, pause(10)])) !== undefined) return false;
  }
}

/** The postmaster's own account of itself, in the file it writes: its pid in the first line, its state in the eighth. */
async function postmasterState(cluster: string): Promise<{ pid?: number; ready?: boolean }> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const lines = text.split('\n');
  return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
}

async function goneWithin(cluster: string, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while ((await serverProcesses(cluster)).length > 0) {
    if (Date.now() > deadline) return false;
    await pause(10);
  }
  return true;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (fault) => resolve(fault.message));
    child.once('exit', (status, ender) => resolve(ender ?? `exit status ${status}`));
  });
}

async function readFrom(log: FileHandle, position: number): Promise<string> {
  const { size } = await log.stat();
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(Math.min(size - position, 64 * 1024)), position });
  return buffer.toString('utf8', 0, bytesRead);
}

/** The lines in which PostgreSQL says why it gave up, as one. */
function lastWord(log: string): string {
  const lines = log.trim().split('\n');
  const reasons = lines.filter((line) => /(FATAL|PANIC): |could not bind/.test(line));
  return (reasons.length > 0 ? reasons : lines.slice(-1)).join(' ');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
