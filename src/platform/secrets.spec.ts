import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openKeyring } from './secrets.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bhxh-intake-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const keyOf = async () => (await openKeyring({ masterKeys: [], dataDir })).keysFor('anything')[0]!.key.toString('hex');

describe('the key that is made at the first start', () => {
  it('is the same at the next start', async () => {
    expect(await keyOf()).toBe(await keyOf());
  });

  it('is the same for all copies that start for the first time at once', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, keyOf));
    expect(new Set(keys).size).toBe(1);
  });
});
