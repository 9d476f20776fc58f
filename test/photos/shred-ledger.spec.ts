import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Shredded } from '../../src/photos/shred-ledger.ts';
import { inWorkspace } from '../../src/platform/workspace/workspace.context.ts';
import { workbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(() => bench.clear());

const entryOf = (photo: string): Shredded => ({ photos: [photo], keys: [{ declaration: randomUUID(), id: 'ab'.repeat(8) }] });

async function entries(from?: number): Promise<Shredded[]> {
  const all = [];
  for await (const entry of bench.ledger.entries(from)) all.push(entry);
  return all;
}

const file = () => join(bench.directory, 'shredded', 'default.jsonl');

describe('the shred ledger', () => {
  test('gives back what was written, in order, from any place at which it once ended', async () => {
    const [first, second] = [entryOf(randomUUID()), entryOf(randomUUID())];
    await bench.ledger.append(first);
    const end = await bench.ledger.end();
    await bench.ledger.append(second);
    expect(await entries()).toEqual([first, second]);
    expect(await entries(end)).toEqual([second]);
  });

  test('is empty where nothing was ever shredded', async () => {
    expect([await entries(), await bench.ledger.end()]).toEqual([[], 0]);
  });

  test('takes entries from many at once, none of them lost', async () => {
    const ids = Array.from({ length: 50 }, () => randomUUID());
    await Promise.all(ids.map((id) => bench.ledger.append(entryOf(id))));
    expect((await entries()).flatMap(({ photos }) => photos).sort()).toEqual(ids.sort());
  });

  test('loses no more than the line that a crash cut off, wherever it was cut', async () => {
    const [before, after] = [entryOf(randomUUID()), entryOf(randomUUID())];
    const whole = `\n${JSON.stringify(entryOf(randomUUID()))}\n`;
    await bench.ledger.append(before);
    for (const length of [1, 2, 20, whole.length - 2]) await appendFile(file(), whole.slice(0, length));
    await bench.ledger.append(after);
    expect(await entries()).toEqual([before, after]);
  });

  test('believes no line that names a file by anything but a UUID', async () => {
    await mkdir(join(bench.directory, 'shredded'));
    await writeFile(
      file(),
      `{"photos":["../master.key"],"keys":[]}\n{"photos":[],"keys":[{"declaration":"*","id":""}]}\n{"photos":null}\n7\n`,
    );
    expect(await entries()).toEqual([]);
  });

  test('is one with others that are written behind it, whole or in part known already', async () => {
    const [first, second] = [entryOf(randomUUID()), entryOf(randomUUID())];
    await bench.ledger.append(first);
    await appendFile(file(), `\n${JSON.stringify(first)}\n${JSON.stringify(second)}`);
    expect(await entries()).toEqual([first, first, second]);
  });

  test('is a workspace’s own, and can be forgotten with it', async () => {
    const other = { name: 'team-a', schema: 'w_team-a' };
    await inWorkspace(other, () => bench.ledger.append(entryOf(randomUUID())));
    expect(await entries()).toEqual([]);
    await inWorkspace(other, () => bench.ledger.forget());
    expect(await readdir(join(bench.directory, 'shredded'))).toEqual([]);
  });

  test('makes its folder again where somebody removed it', async () => {
    await bench.ledger.append(entryOf(randomUUID()));
    await rm(join(bench.directory, 'shredded'), { recursive: true });
    const entry = entryOf(randomUUID());
    await bench.ledger.append(entry);
    expect(await entries()).toEqual([entry]);
  });
});
