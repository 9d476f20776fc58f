import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment } from './env.ts';
import { Keyring } from './keyring.ts';

/** Where the key lies in `DATA_DIR`, unless the configuration brings one. */
export const MASTER_KEY_FILE = 'master.key';

/** The keys of the configuration, or else the one in `DATA_DIR`, which is made at the first start and readable by its owner only. */
export async function openKeyring({ masterKeys, dataDir }: Pick<Environment, 'masterKeys' | 'dataDir'>): Promise<Keyring> {
  return new Keyring(masterKeys.length > 0 ? masterKeys : [await ownKey(dataDir)]);
}

async function ownKey(dataDir: string): Promise<Buffer> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, MASTER_KEY_FILE);
  return (await keyIn(path)) ?? (await makeKey(path));
}

/** The key appears whole or not at all, whenever the process dies, and of several copies that make one the first one's is everybody's. */
async function makeKey(path: string): Promise<Buffer> {
  const draft = `${path}.${randomUUID()}.tmp`;
  await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  // What is sealed under the key must not outlive it.
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
  return (await keyIn(path))!;
}

async function keyIn(path: string): Promise<Buffer | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (text === undefined) return undefined;
  const key = Buffer.from(text.trim(), 'hex');
  if (key.length !== 32) throw new Error(`${path} does not hold a key of 32 bytes; restore it from your backup, or set PHOTO_KEY`);
  return key;
}
