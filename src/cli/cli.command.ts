#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { MIGRATIONS } from '../../migrations/index.ts';
import { readEnvironment } from '../platform/env.ts';
import { packageRoot, serviceProgram } from '../platform/package-root.ts';
import { IntakeRefusal, IntakeUnreachable } from '../testing/api-client.ts';
import { DESK_COMMANDS, runDeskCommand, type Typed, type Verdict } from './desk-commands.ts';
import { examine } from './doctor.ts';
import { EXIT, USAGE, UsageError } from './usage.ts';

/** Which options a command knows, beside those of every command that speaks to a service. */
const TO_A_SERVICE = ['url', 'workspace', 'key', 'json'];
const SWITCHES = ['frozen', 'help', 'json', 'temporary', 'until-stdin-ends'];
const FILTERS = ['channel', 'to', 'dossier', 'template', 'state'];
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  up: ['port', 'data-dir', 'temporary', 'until-stdin-ends'],
  doctor: ['port', 'data-dir', 'json'],
  seed: [...TO_A_SERVICE, 'count', 'journey', 'seed', 'profile'],
  clock: [...TO_A_SERVICE, 'frozen'],
  await: [...TO_A_SERVICE, ...FILTERS, 'timeout'],
  messages: [...TO_A_SERVICE, ...FILTERS],
  counters: [...TO_A_SERVICE, 'office', 'year', 'last', 'kind'],
};

/** Commands that are programs of their own, with options and exit statuses of their own. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = { demo: ['demo', 'main.js'], replay: ['replay.command.js'] };

await main(process.argv.slice(2));

async function main(words: string[]): Promise<void> {
  const [first, ...rest] = words;
  const program = first === undefined ? undefined : PROGRAMS[first];
  if (program) return spawnProgram(program, rest);
  let json = words.includes('--json');
  try {
    const typed = read(words);
    if (typed === 'help') return void process.stdout.write(USAGE);
    const [command = ''] = typed.words;
    json = typed.options['json'] === true;
    if (command === 'up') return await up(typed);
    tell(await answer(command, typed), json);
  } catch (fault) {
    tell(verdictOf(fault), json);
  }
}

/** @throws UsageError */
function read(words: string[]): Typed | 'help' {
  const typed = parsed(words);
  if (typed.options['help']) return 'help';
  const [command = ''] = typed.words;
  const known = Object.hasOwn(OPTIONS, command) ? OPTIONS[command] : undefined;
  if (!known) throw new UsageError(command === '' ? 'which command?' : `there is no command ${command}`);
  const unknown = Object.keys(typed.options).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UsageError(`${command} knows no --${unknown.join(', --')}`);
  const mostWords = { clock: 3, counters: 2 }[command] ?? 1;
  if (typed.words.length > mostWords) throw new UsageError(`${typed.words.slice(mostWords).join(' ')}: that is too much`);
  return typed;
}

function parsed(words: string[]): Typed {
  const names = ['help', ...Object.values(OPTIONS).flat()];
  const options = Object.fromEntries(names.map((name) => [name, { type: SWITCHES.includes(name) ? 'boolean' : 'string' } as const]));
  try {
    const { positionals, values } = parseArgs({ args: words, options, allowPositionals: true });
    return { words: positionals, options: values };
  } catch (fault) {
    throw new UsageError((fault as Error).message);
  }
}

async function answer(command: string, typed: Typed): Promise<Verdict> {
  if (!Object.hasOwn(DESK_COMMANDS, command)) return doctor(typed);
  const { url, key } = typed.options as Record<string, string | undefined>;
  const address = url ?? (process.env['BHXH_INTAKE_URL'] || 'http://127.0.0.1:3000');
  if (!URL.canParse(address)) throw new UsageError('--url needs a URL such as http://127.0.0.1:3000');
  return runDeskCommand(command, typed, { url: address, ...(key !== undefined && { simulatorKey: key }) });
}

/** Runs the service in this process, configured by the environment as always. */
async function up({ options }: Typed): Promise<void> {
  if (options['data-dir'] !== undefined && options['temporary']) throw new UsageError('up takes --data-dir or --temporary, not both');
  configure(options);
  if (options['temporary']) {
    const dataDir = mkdtempSync(join(tmpdir(), 'bhxh-intake-'));
    process.env['DATA_DIR'] = dataDir;
    process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  }
  const deserted = options['until-stdin-ends'] ? once(process.stdin.resume(), 'close') : undefined;
  await import(pathToFileURL(serviceProgram()).href);
  await deserted;
  // As whoever stops it by hand: what is under way is finished.
  if (deserted) process.kill(process.pid, 'SIGTERM');
}

function configure(options: Typed['options']): void {
  if (options['port'] !== undefined) process.env['PORT'] = String(options['port']);
  if (options['data-dir'] !== undefined) process.env['DATA_DIR'] = String(options['data-dir']);
}

async function spawnProgram(path: readonly string[], words: string[]): Promise<void> {
  const program = join(packageRoot(), 'dist', 'src', ...path);
  // Ctrl-C reaches the program too, which then tidies up; this process waits for that.
  process.on('SIGINT', () => undefined);
  const [code] = (await once(spawn(process.execPath, [program, ...words], { stdio: 'inherit' }), 'exit')) as [number | null];
  process.exitCode = code ?? EXIT.no;
}

async function doctor({ options }: Typed): Promise<Verdict> {
  configure(options);
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { engines: { node: string } };
  const findings = await examine({
    environment: configuration(),
    node: engines.node.replace('>=', ''),
    migrations: MIGRATIONS.map(({ name }) => name),
  });
  const text = findings.map(({ about, ok, says }) => `${ok ? 'ok  ' : 'FAIL'}  ${about.padEnd(20)}  ${says}`).join('\n');
  const healthy = findings.every(({ ok }) => ok);
  return { exit: healthy ? EXIT.fine : EXIT.no, text, data: { healthy, findings } };
}

function configuration() {
  try {
    return readEnvironment();
  } catch (fault) {
    return { wrong: (fault as Error).message };
  }
}

/** @throws what is nobody's answer but a fault of this program */
function verdictOf(fault: unknown): Verdict {
  if (fault instanceof UsageError) return { exit: EXIT.usage, text: `${fault.message}\n\n${USAGE}`, data: { usage: fault.message } };
  if (fault instanceof IntakeUnreachable) return { exit: EXIT.unreachable, text: fault.message, data: { unreachable: fault.message } };
  if (fault instanceof IntakeRefusal) return { exit: EXIT.no, text: fault.message, data: fault.problem };
  throw fault;
}

/** Good news goes to standard output, bad to standard error; `--json` always to standard output, for the program that reads it. */
function tell({ exit, text, data }: Verdict, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(data)}\n`);
  else (exit === EXIT.fine ? process.stdout : process.stderr).write(`${text}\n`);
  process.exitCode = exit;
}
