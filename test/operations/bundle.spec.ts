import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot, serviceProgram } from '../../src/platform/package-root.ts';
import { readJson } from '../house/sources.ts';
import { World } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** The package that a file belongs to; undefined for our own. */
function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}

const packagesOf = (paths: readonly string[]) => new Set(paths.map(packageOf).filter((name) => name !== undefined));

let coverage: string;
let server: TestServer;
/** Of each thread that did not end before it could say so, what it had loaded: URLs. */
let threads: string[][];

beforeAll(async () => {
  coverage = await mkdtemp(join(tmpdir(), 'bhxh-intake-loaded-'));
  server = await startServer({ environment: { NODE_V8_COVERAGE: coverage } });
  const world = new World(server.url);
  await world.api.get('/health/ready').expect(200);
  await world.api.get('/docs').expect(200);
  await world.api.get('/metrics').expect(200);
  const citizen = world.citizen('dinh-ngoc-lan', { email: 'lan@example.com', emailCopy: 'true' });
  await citizen.submits();
  await (await world.staff('03102')).approves(citizen);
  await citizen.logsIn(await citizen.readsPassword());
  await server.stop();
  const written = (await readdir(coverage)).map((name) => readFile(join(coverage, name), 'utf8'));
  threads = (await Promise.all(written)).map((text) => (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url));
});
afterAll(async () => {
  await server.dispose();
  await rm(coverage, { recursive: true, force: true });
});

describe('the service in one file', () => {
  it('is what `npm start` runs', () => {
    const { scripts } = readJson<{ scripts: { start: string } }>('package.json');
    expect(join(packageRoot(), scripts.start.split(' ').at(-1)!)).toBe(serviceProgram());
  });

  it('has every library once: none that it holds is loaded beside it, by a name that nobody could see when it was built', async () => {
    const { sources } = JSON.parse(await readFile(`${serviceProgram()}.map`, 'utf8')) as { sources: string[] };
    const main = threads.find((urls) => urls.some((url) => url.endsWith('/dist/service/main.js')))!;
    const [held, beside] = [packagesOf(sources), packagesOf(main)];
    expect([...held]).toEqual(expect.arrayContaining(['@nestjs/core', 'typeorm', 'class-validator', 'pg']));
    expect([...beside]).toEqual(expect.arrayContaining(['sharp', 'piscina']));
    expect([...beside].filter((name) => held.has(name))).toEqual([]);
  });

  it('shares no module of its own with its threads, which are plain files', () => {
    const own = threads.map((urls) => urls.filter((url) => /\/dist\/(src|service)\//.test(url)));
    expect(own.filter((urls) => urls.some((url) => url.endsWith('/dist/service/main.js')))).toEqual([[expect.stringMatching(/main\.js$/)]]);
  });
});
