import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ProcessWish {
  /** Where the embedded PostgreSQL keeps everything, for the next start too; left out, a temporary one that goes with the server. */
  readonly dataDir?: string;
  /** Configuration of the service, as in the README; `PORT` and `DATA_DIR` are chosen here. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Gets every line that the service prints. */
  readonly log?: (line: string) => void;
}

/** The service as a process of its own. */
export interface IntakeProcess {
  readonly url: string;
  /** Stops it in order and waits for its end. May be called twice. */
  stop(): Promise<void>;
}

/** The banner's first line: name, version, address. */
const BANNER = /^bhxh-intake \S+ · (http:\/\/\S+)/m;

/** What a process needs of its surroundings; whatever else is set here might configure the service by accident. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];

/**
 * Starts the service on a free port. It ends with this process, however that ends: it reads our end of a pipe, which the system
 * closes for us, and takes its temporary data away itself.
 * @throws Error with its last words when it does not start
 */
export async function startProcess({ dataDir, environment = {}, log }: ProcessWish): Promise<IntakeProcess> {
  const place = dataDir === undefined ? ['--temporary'] : ['--data-dir', dataDir];
  const program = join(packageFolder(), 'dist', 'src', 'cli', 'cli.command.js');
  const child = spawn(process.execPath, [program, 'up', '--port', '0', ...place, '--until-stdin-ends'], {
    env: {
      ...Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
      SIMULATOR_DESK: 'on',
      LOG_LEVEL: 'warn',
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C is for the tests, which then end, and the service with them.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // Whoever has gone already need not be told to go.
  child.stdin.on('error', () => undefined);
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    let listening = false;
    const read = (text: string) => {
      if (log) text.split('\n').filter(Boolean).forEach(log);
      if (listening) return;
      printed += text;
      const found = BANNER.exec(printed);
      if (found) resolve(found[1]!);
      listening = found !== null;
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`the intake did not start:\n${printed.trim()}`)));
  });
  // A runner that has finished its tests must not be kept by a service that nobody stopped.
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as unknown as { unref(): void }).unref();
  return {
    url,
    stop: () => {
      child.ref();
      child.stdin.end();
      return ended;
    },
  };
}

/** This room is CommonJS, for Jest's sake, and cannot load the rest of the house: it finds the package by itself. */
function packageFolder(from = __dirname): string {
  const manifest = join(from, 'package.json');
  if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'bhxh-intake') return from;
  return packageFolder(dirname(from));
}
