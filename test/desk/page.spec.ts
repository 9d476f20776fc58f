import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { blocksOf, isAsTold, type PageBlock } from '../support/page-blocks.ts';
import { startServer, type TestServer } from '../support/server.ts';

const BLOCKS = blocksOf(readFileSync('docs/simulator.md', 'utf8'));
const CLI = join(packageRoot(), 'dist', 'src', 'cli', 'cli.command.js');
const BETWEEN = '=== block ===';

interface Call {
  readonly status: number;
  readonly method: string;
  readonly path: string;
}

interface Played {
  readonly output: string[];
  readonly calls: Call[];
}

let server: TestServer;
let guarded: TestServer;
let folder: string;
/** What each block came to. */
let played: Played[];

/** Around the page: each curl ends its answer with a line, and says what it called; what the page starts runs already. */
function prelude(): string {
  return `
    curl() { command curl -sS -w '\\n%{stderr}called %{http_code} %{method} %{url_effective}\\n' "$@"; }
    npm() {
      [ "$2" = replay ] || return 0
      shift 3
      '${process.execPath}' '${CLI}' replay "$@" --url '${server.url}'
    }`;
}

function here(written: string): string {
  return written.replaceAll('localhost:3000', new URL(server.url).host).replaceAll('localhost:3001', new URL(guarded.url).host);
}

beforeAll(async () => {
  server = await startServer();
  guarded = await startServer({ beside: server, environment: { SYNTHETIC_DATA_ONLY: 'on' } });
  folder = await mkdtemp(join(tmpdir(), 'bhxh-intake-page-'));
  const script = [prelude(), ...BLOCKS.map((block) => here(block.script))].join(`\necho; echo '${BETWEEN}'; echo '${BETWEEN}' >&2\n`);
  await writeFile(join(folder, 'page.sh'), script);
  const child = spawn('bash', ['page.sh'], { cwd: folder, env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [told, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [outputs, notes] = [told, said].map((whole) => whole.split(`${BETWEEN}\n`).slice(1));
  played = BLOCKS.map((_block, place) => ({ output: linesOf(outputs![place]!), calls: callsOf(notes![place]!) }));
}, 300_000);
afterAll(async () => {
  await guarded.dispose();
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

function linesOf(output: string): string[] {
  return output.split(/\r?\n/).filter((line) => line !== '');
}

function callsOf(notes: string): Call[] {
  return [...notes.matchAll(/^called (\d+) (\w+) (\S+)$/gm)].map(([, status, method, url]) => ({
    status: Number(status),
    method: method!,
    path: new URL(url!.includes('://') ? url! : `http://${url}`).pathname.replace(/^\/w\/[^/]+/, ''),
  }));
}

const NUMBERED = BLOCKS.map((block, place) => [`${place + 1}, under ${block.under}`, block, place] as const);

describe('the page of the simulator, run from top to bottom', () => {
  it.each(NUMBERED)('block %s, does what it says', (_name, block: PageBlock, place) => {
    const { output, calls } = played[place]!;
    const refused = calls.map(({ status }) => status).filter((status) => status < 200 || status >= 400);
    expect({ refused, calls }).toMatchObject({ refused: block.refusals });
    const missing = block.expected.map(here).filter((told) => !output.some((line) => isAsTold(line, told)));
    expect({ missing, output: missing.length > 0 ? output : [] }).toEqual({ missing: [], output: [] });
  });

  it('calls every door of the desk', () => {
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, unknown>> };
    const doors = Object.entries(paths)
      .filter(([path]) => path.startsWith('/_sim'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })));
    const called = played.flatMap(({ calls }) => calls).filter(({ status }) => status >= 200 && status < 300);
    const isCalled = ({ method, path }: { method: string; path: string }) => {
      const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      return called.some((call) => call.method === method && pattern.test(call.path));
    };
    expect(doors.length).toBeGreaterThan(25);
    expect(doors.filter((door) => !isCalled(door))).toEqual([]);
  });
});

describe('what a page says', () => {
  it('is held against the output, where three dots stand for anything and all else for itself', () => {
    expect(isAsTold('{"a":[1,2],"b":{"c":3}}', '{"a":[…],"b":{…}}')).toBe(true);
    expect(isAsTold('{"a":[1,2],"b":{"c":3}}', '{"a":[1],…}')).toBe(false);
    expect(isAsTold('{"a":1}', '{"a":1')).toBe(false);
  });
});
