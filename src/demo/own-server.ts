import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { packageRoot, serviceProgram } from '../platform/package-root.ts';
import { StepFailed } from './intake-client.ts';

/** A server that lives as long as the demonstration. */
export interface OwnServer {
  /** Its address, once it listens. @throws StepFailed with its last words when it did not start */
  readonly url: Promise<string>;
  /** Stops it, even while it starts, and takes its data away. May be called twice. */
  stop(): Promise<void>;
}

/** The banner's first line: name, version, address. */
const BANNER = /^bhxh-intake \S+ · (http:\/\/\S+)/m;

/** What a process needs of its surroundings; whatever configures a service must not configure this one. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];

/** Starts the service on a free port with a database of its own in a temporary directory. */
export function startOwnServer(environment: NodeJS.ProcessEnv): OwnServer {
  const dataDir = mkdtempSync(join(tmpdir(), 'bhxh-intake-demo-'));
  const child = spawn(process.execPath, [serviceProgram()], {
    cwd: packageRoot(),
    env: {
      ...Object.fromEntries(PASSED_ON.map((name) => [name, environment[name]])),
      PORT: '0',
      DATA_DIR: dataDir,
      SIMULATOR_DESK: 'on',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for the demonstration, which then stops its server.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: addressOf(child, ended), stop: () => (stopped ??= stop()) };
}

function addressOf(child: ChildProcessByStdio<null, Readable, Readable>, ended: Promise<void>): Promise<string> {
  let printed = '';
  return new Promise((resolve, reject) => {
    const read = (text: string) => {
      printed += text;
      const found = BANNER.exec(printed);
      if (found) resolve(found[1]!);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    void ended.then(() => reject(new StepFailed(`the demo’s own server did not start: ${printed.trim()}`)));
  });
}
