import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from './env.ts';
import { Keyring } from './keyring.ts';

const FILE = 'master.key';

/** The keys of the configuration, or else the one in `DATA_DIR`, which is made at the first start and readable by its owner only. */
export async function openKeyring({ masterKeys, dataDir }: Pick<Environment, 'masterKeys' | 'dataDir'>): Promise<Keyring> {
  return new Keyring(masterKeys.length > 0 ? masterKeys : [await ownKey(dataDir)]);
}

async function ownKey(dataDir: string): Promise<Buffer> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, FILE);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      const key = randomBytes(32);
      await file.writeFile(`${key.toString('hex')}\n`);
      await file.sync();
      return key;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'hex');
    if (key.length !== 32) {
      throw new Error(`${path} does not hold a key of 32 bytes; restore it from your backup, or set PHOTO_KEY`, { cause: error });
    }
    return key;
  }
}
