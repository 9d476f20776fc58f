import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { retireHashKeys } from './retired-keys.ts';
import { openKeyring } from './secrets.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bhxh-intake-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const keyOf = async () =>
  (await openKeyring({ masterKeys: [], dataDir, photoKeys: join(dataDir, 'photo-keys') })).keysFor('anything')[0]!.key.toString('hex');

describe('the key that is made at the first start', () => {
  it('is the same at the next start', async () => {
    expect(await keyOf()).toBe(await keyOf());
  });

  it('is the same for all copies that start for the first time at once', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, keyOf));
    expect(new Set(keys).size).toBe(1);
  });
});

describe('hashes of what is not kept', () => {
  const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const opened = (...masterKeys: Buffer[]) => openKeyring({ masterKeys, dataDir, photoKeys: join(dataDir, 'photo-keys') });
  const hashes = async (...masterKeys: Buffer[]) =>
    (await opened(...masterKeys)).keyedHashes('tracking-codes', 'a code').map((hash) => hash.toString('hex'));

  it('are looked up by keys whose master key was dropped, after any number of rotations; only the newest stores', async () => {
    const [oldest] = await hashes(first);
    await retireHashKeys(join(dataDir, 'photo-keys'), await opened(second, first));
    await retireHashKeys(join(dataDir, 'photo-keys'), await opened(second, first));
    const [older, ...rest] = await hashes(second);
    expect(rest).toEqual([oldest]);
    await retireHashKeys(join(dataDir, 'photo-keys'), await opened(third, second));
    expect((await hashes(third)).slice(1).sort()).toEqual([oldest, older].sort());
    expect((await hashes(third))[0]).toBe((await hashes(third, second))[0]);
  });

  it('keep no key that seals or opens', async () => {
    await retireHashKeys(join(dataDir, 'photo-keys'), await opened(second, first));
    expect((await opened(second)).keysFor('tracking-codes')).toHaveLength(1);
    expect((await opened(second)).keyedHashes('one-time-passwords', '123456')).toHaveLength(1);
  });

  it('are no reason to start without the master key that seals their keys', async () => {
    await retireHashKeys(join(dataDir, 'photo-keys'), await opened(second, first));
    await expect(opened(third)).rejects.toThrow('PHOTO_KEY_PREVIOUS');
  });
});
