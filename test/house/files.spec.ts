import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isSpec, sources, withoutComments } from './sources.ts';

const MOST_LINES = 400;

/** What a file is, by the last part of its name before `.ts`. A file without one is named after the one thing it holds. */
const ROLES = [
  'chores',
  'command',
  'context',
  'controller',
  'decorator',
  'dto',
  'entity',
  'facts',
  'gateway',
  'filter',
  'guard',
  'lane',
  'loader',
  'mailer',
  'module',
  'payload',
  'personas',
  'pipe',
  'port',
  'query',
  'rule',
  'scene',
  'service',
  'steps',
  'storage',
  'store',
  'template',
  'types',
  'view',
  'worker',
];

const src = sources('src');
const tests = sources('test');
const specs = [...src, ...tests].filter(isSpec);
const paths = (found: { path: string }[]) => found.map(({ path }) => path);

describe('a file', () => {
  it(`of src is read in one sitting: at most ${MOST_LINES} lines`, () => {
    const written = src.filter(({ path }) => path !== 'src/testing/openapi.types.ts');
    const long = written.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 })).filter(({ lines }) => lines > MOST_LINES);
    expect(src.length).toBeGreaterThan(200);
    expect(long).toEqual([]);
  });

  it('says by its name what it is', () => {
    const named = src.filter((source) => !isSpec(source)).map(({ path }) => ({ path, name: basename(path, '.ts') }));
    expect(named.filter(({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/.test(name))).toEqual([]);
    expect(paths(named.filter(({ name }) => name.includes('.') && !ROLES.includes(name.split('.').at(-1)!)))).toEqual([]);
  });

  it('is imported by its own name: there are no barrels, and the list of migrations is none', () => {
    expect(paths(sources('src', 'test', 'migrations').filter(({ path }) => basename(path) === 'index.ts'))).toEqual([
      'migrations/index.ts',
    ]);
    const passesOn = /^export\s+(\*|\{[^}]*\})\s+from\b/m;
    // What the package offers to others has one name for all of it, because there names of files are nobody's business.
    expect(paths(src.filter(({ text }) => passesOn.test(withoutComments(text))))).toEqual(['src/testing/testing.ts']);
  });

  it('leaves nothing for later', () => {
    const later = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);
    expect(paths([...src, ...tests, ...sources('migrations')].filter(({ text }) => later.test(text)))).toEqual([]);
  });
});

describe('the process’s environment', () => {
  it('is read in one place, and by commands that are started by hand', () => {
    const readers = src.filter((source) => !isSpec(source) && /\bprocess\.env\b/.test(withoutComments(source.text)));
    // The kit runs in other teams' processes and asks which worker of which runner it is, and where the run's service is.
    const kit = ['intake-process', 'shared-intake', 'start-intake', 'use-intake'].map((name) => `src/testing/${name}.ts`);
    const commands = ['src/cli/cli.command.ts', 'src/data-source.ts', 'src/demo/main.ts', 'src/migrate.command.ts'];
    expect(paths(readers)).toEqual([...commands, 'src/platform/env.ts', 'src/replay.command.ts', ...kit]);
  });
});

describe('a page', () => {
  it('lets npm be silent where a file is made of what a command says', () => {
    const places = [
      'README.md',
      ...readdirSync('docs')
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    const written = [...places, 'src/privacy.command.ts'].flatMap((path) => readFileSync(path, 'utf8').match(/npm run [^`#\n]* > /g) ?? []);
    expect(written.length).toBeGreaterThan(2);
    expect(written.filter((command) => !command.startsWith('npm run --silent '))).toEqual([]);
  });
});

describe('a spec', () => {
  it('expects something', () => {
    expect(specs.length).toBeGreaterThan(40);
    expect(paths(specs.filter(({ text }) => !/\bexpect(\.\w+)?\(/.test(text)))).toEqual([]);
  });

  it('is neither singled out nor put aside', () => {
    const aside = /\b(it|test|describe)\.(only|skip|todo|failing)\b|\b(xit|fit|xdescribe|fdescribe)\(/;
    expect(paths(specs.filter(({ text }) => aside.test(withoutComments(text))))).toEqual([]);
  });

  it('waits for what it waits for, never for time to pass', () => {
    const sleeps = /setTimeout\s*\(|timers\/promises|\bsleep\s*\(/;
    const own = 'test/house/files.spec.ts';
    // The crash, fault and fuzz runs are programs of their own, in which things strike after a while; a slow line is slow because time passes.
    const ofTheSuite = [...tests, ...specs].filter(
      ({ path }) => !/^test\/(approvals|bad-photos|crash|failpoints|fuzz|outages|rights|support\/tcp-line\.ts)/.test(path) && path !== own,
    );
    expect(paths(ofTheSuite.filter(({ text }) => sleeps.test(withoutComments(text))))).toEqual([]);
  });

  it('mocks nothing that can be had for real', () => {
    expect(
      paths(specs.filter(({ text }) => /\bjest\.(mock|unstable_mockModule|spyOn|fn|useFakeTimers)\s*\(/.test(withoutComments(text)))),
    ).toEqual([]);
  });
});
