import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { readJson } from './sources.ts';

interface Dependency {
  resolved: string;
  dependencyTypes: string[];
  dynamic: boolean;
}

interface Cruise {
  modules: { source: string; dependencies: Dependency[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[]; ruleSetUsed: { forbidden: { name: string }[] } };
}

interface HouseTable {
  rooms: Record<string, Record<string, string>>;
  simulatorSeenBy: Record<string, Record<string, string>>;
  loadedWithoutTheDesk: string[];
  valuesForRules: Record<string, string>;
}

const table = JSON.parse(readFileSync(join(packageRoot(), 'test', 'house', 'rooms.json'), 'utf8')) as HouseTable;

/** Follows every import of `src` and `migrations` below a directory. */
async function cruise(directory: string): Promise<Cruise> {
  const command = join(packageRoot(), 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const parts = ['src', 'migrations', '--config', join(packageRoot(), '.dependency-cruiser.cjs'), '--output-type', 'json'];
  const output = await new Promise<string>((resolve, reject) => {
    // Its exit status counts the violations; what it could not do at all it says on stderr.
    execFile(process.execPath, [command, ...parts], { cwd: directory, maxBuffer: 64 << 20 }, (_status, stdout, stderr) =>
      stdout.startsWith('{') ? resolve(stdout) : reject(new Error(stderr)),
    );
  });
  return JSON.parse(output) as Cruise;
}

let house: Cruise;
beforeAll(async () => {
  house = await cruise(packageRoot());
});

const imports = () =>
  house.modules.flatMap(({ source, dependencies }) =>
    dependencies.map((dependency) => ({ from: source, to: dependency.resolved, ...dependency })),
  );

describe('the walls of the house', () => {
  it('stand: no import goes where it must not', () => {
    expect(house.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    expect(house.modules.length).toBeGreaterThan(250);
  });

  it('are those of all rooms: a new one needs its row', () => {
    const rooms = readdirSync(join(packageRoot(), 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.map(({ name }) => name).sort()).toEqual(Object.keys(table.rooms).sort());
  });

  it('have no door that nobody uses', () => {
    const used = (from: string, to: string) => imports().some((found) => found.from.startsWith(from) && found.to.includes(to));
    const doors = [
      ...Object.entries(table.rooms).flatMap(([room, seen]) =>
        Object.keys(seen).map((other) => [`src/${room}/`, `src/${other}/`] as const),
      ),
      ...Object.entries(table.simulatorSeenBy).flatMap(([file, seen]) => Object.keys(seen).map((other) => [file, other] as const)),
    ];
    expect(doors.filter(([from, to]) => !used(from, to))).toEqual([]);
    const values = Object.keys(table.valuesForRules);
    expect(values.filter((value) => !imports().some(({ from, to }) => from.endsWith('.rule.ts') && to.includes(value)))).toEqual([]);
  });
});

/** All that these files import, and so on. */
function reachedFrom(files: string[], through: (dependency: Dependency) => boolean): Set<string> {
  const imported = new Map(house.modules.map(({ source, dependencies }) => [source, dependencies.filter(through)]));
  const reached = new Set(files);
  for (const file of reached) for (const { resolved } of imported.get(file) ?? []) reached.add(resolved);
  return reached;
}

describe('the desk', () => {
  it('is not even loaded where it is off', () => {
    const loaded = reachedFrom(['src/main.ts'], ({ dynamic, dependencyTypes }) => !dynamic && !dependencyTypes.includes('type-only'));
    expect(loaded).toContain('src/app.module.ts');
    expect([...loaded].filter((file) => file.startsWith('src/simulator/')).sort()).toEqual([...table.loadedWithoutTheDesk].sort());
  });
});

describe('a file', () => {
  it('belongs to something that is run', () => {
    const files = house.modules.map(({ source }) => source).filter((file) => file.startsWith('src/'));
    const doors = readJson<{ exports: object }>('package.json').exports;
    const offered = [...JSON.stringify(doors).matchAll(/"\.\/dist\/(src\/[^"]+)\.js"/g)].map(([, file]) => `${file}.ts`);
    const run = files.filter((file) => offered.includes(file) || /^src\/(demo\/)?(main|openapi)\.ts$|\.(command|worker)\.ts$/.test(file));
    const reached = reachedFrom(run, () => true);
    expect(files.filter((file) => !reached.has(file))).toEqual([]);
  });
});

/** A house in which every wall is broken once: file → what it imports. */
const RUIN: Record<string, string> = {
  'src/places/hole.ts': `import '../offices/offices.service.ts';`,
  'src/offices/offices.service.ts': `import './offices.controller.ts';`,
  'src/offices/offices.controller.ts': `import './offices.store.ts';`,
  'src/offices/offices.store.ts': `import './other.service.ts';`,
  'src/offices/other.service.ts': '',
  'src/offices/office.entity.ts': `import './hole.ts';`,
  'src/offices/hole.ts': `import '../simulator/desk.ts'; import '../app.module.ts'; import './audit.command.ts'; import './index.ts'; import 'jest';`,
  'src/offices/audit.command.ts': '',
  'src/offices/index.ts': '',
  'src/offices/office.rule.ts': `import { readFile } from 'node:fs'; import './nowhere.ts'; void readFile;`,
  'src/testing/kit.ts': `import '../platform/ground.ts';`,
  'src/platform/ground.ts': '',
  'src/photos/one.ts': `import './other.ts';`,
  'src/photos/other.ts': `import './one.ts';`,
  'src/simulator/desk.ts': '',
  'src/app.module.ts': '',
  'src/serve.ts': `import './simulator/desk.ts';`,
  'migrations/first.ts': `import '../src/photos/one.ts';`,
};

describe('a broken wall', () => {
  let ruin: string;
  beforeAll(async () => {
    ruin = await mkdtemp(join(tmpdir(), 'bhxh-intake-ruin-'));
    const files = { ...RUIN, 'tsconfig.json': '{}', 'package.json': '{ "devDependencies": { "jest": "30" } }' };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(ruin, path)), { recursive: true });
      await writeFile(join(ruin, path), text);
    }
  });
  afterAll(() => rm(ruin, { recursive: true, force: true }));

  it('is seen, whichever it is', async () => {
    const { violations, ruleSetUsed } = (await cruise(ruin)).summary;
    const broken = new Set(violations.map(({ rule }) => rule.name));
    const others = /^(room-(?!places|offices)|simulator-seen-by-src\/(?!serve))/;
    expect(ruleSetUsed.forbidden.map(({ name }) => name).filter((name) => !others.test(name) && !broken.has(name))).toEqual([]);
  });
});
