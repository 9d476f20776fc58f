import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { GATES, SIZES } from '../gates/gates.ts';
import { SUBJECTS } from '../specs/subjects.ts';

const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { scripts: Record<string, string> };

describe('the list of tests that are commands', () => {
  it('names every one of them once, and none that is not there', () => {
    const ownRunner = Object.keys(scripts).filter((script) => SIZES.some((size) => scripts[script]!.includes(`gates/main.js ${size}`)));
    const labels = ['test:pack', ...ownRunner];
    const commands = Object.keys(scripts).filter((script) => script.startsWith('test:') && !labels.includes(script));
    expect(ownRunner.sort()).toEqual(['test:gate', 'test:moonshot', 'test:sample']);
    expect(GATES.map(({ script }) => script).sort()).toEqual(commands.sort());
    expect(new Set(GATES.map(({ name }) => name)).size).toBe(GATES.length);
  });

  it('knows the spec files of those that are part of the suite', () => {
    expect(Object.keys(SUBJECTS)).toEqual(GATES.filter(({ inSuite }) => inSuite).map(({ name }) => name));
    expect(Object.values(SUBJECTS).flatMap(({ specs }) => specs.filter((file) => !existsSync(join(packageRoot(), file))))).toEqual([]);
  });

  it('is run by CI in the least of its sizes, each by itself or through test:sample', () => {
    const lines = readFileSync(join(packageRoot(), '.ci', 'run'), 'utf8').matchAll(/npm run (test:[\w-]+)(?: -- (.*))?$/gm);
    const runs = [...lines].map(([, script, args = '']) => ({ script, args }));
    const sampled = runs.filter(({ script }) => script === 'test:sample').flatMap(({ args }) => args.split(' '));
    const owed = GATES.filter(({ name, inSuite }) => !inSuite && !sampled.includes(name));
    const missing = owed.flatMap(({ script, ci }) =>
      ci.filter((args) => !runs.some((run) => run.script === script && run.args === args)).map((args) => `${script} ${args}`),
    );
    expect(missing).toEqual([]);
  });

  it('has something to run in every size', () => {
    expect(GATES.flatMap((gate) => SIZES.filter((size) => gate[size].length === 0).map((size) => `${gate.name} ${size}`))).toEqual([]);
  });
});
