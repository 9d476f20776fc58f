import { DirectoryKeyStore } from './photos/directory-key-store.ts';
import { DirectoryPhotoStore } from './photos/directory-photo-store.ts';
import { PhotoCipher, type PhotoReference } from './photos/photo-cipher.ts';
import { PhotoDamaged } from './photos/photo-damaged.ts';
import { PhotoKeys } from './photos/photo-keys.ts';
import { ShredLedger } from './photos/shred-ledger.ts';
import { Shredding } from './photos/shredding.ts';
import type { Database } from './platform/database/database.ts';
import type { Environment } from './platform/env.ts';
import { openKeyring } from './platform/secrets.ts';
import { Workspaces } from './platform/workspace/workspaces.ts';

/** The end of photos as the service of this configuration knows it, for a command beside it. */
export async function shreddingOf(environment: Environment, database: Database): Promise<Shredding> {
  const keyStore = new DirectoryKeyStore(environment);
  const keys = new PhotoKeys(keyStore, await openKeyring(environment));
  return new Shredding(new ShredLedger(environment), keys, keyStore, new DirectoryPhotoStore(environment), database, new Workspaces());
}

/** Opens a photo of the service of this configuration; undefined when it is not there, or damaged. */
export async function photoReaderOf(environment: Environment): Promise<(photo: PhotoReference) => Promise<Buffer | undefined>> {
  const keyring = await openKeyring(environment);
  const [store, cipher] = [new DirectoryPhotoStore(environment), new PhotoCipher(keyring)];
  const keys = new PhotoKeys(new DirectoryKeyStore(environment), keyring);
  return async (photo) => {
    try {
      return cipher.open(await store.get(photo.id), photo, await keys.find(photo.declarationId));
    } catch (error) {
      if (error instanceof PhotoDamaged) return undefined;
      throw error;
    }
  };
}
