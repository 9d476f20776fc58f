import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../src/platform/env.ts';
import { Keyring } from '../../src/platform/keyring.ts';
import { NoHouseRules } from '../../src/platform/house-rules.port.ts';
import { Randomness } from '../../src/platform/randomness.ts';
import { DirectoryKeyStore } from '../../src/photos/directory-key-store.ts';
import { DirectoryPhotoStore } from '../../src/photos/directory-photo-store.ts';
import { PhotoCipher } from '../../src/photos/photo-cipher.ts';
import { PhotoGate } from '../../src/photos/photo-gate.ts';
import { PhotoKeys } from '../../src/photos/photo-keys.ts';
import { PhotoLine } from '../../src/photos/photo-line.ts';
import { PhotosService } from '../../src/photos/photos.service.ts';
import { ShredLedger } from '../../src/photos/shred-ledger.ts';
import { Spool, type SpooledFile } from '../../src/photos/spool.storage.ts';
import { UploadParts } from '../../src/photos/upload-parts.storage.ts';
import { Readable } from 'node:stream';

export interface Workbench {
  readonly directory: string;
  readonly storeDirectory: string;
  readonly keyDirectory: string;
  readonly spoolDirectory: string;
  readonly keyring: Keyring;
  readonly spool: Spool;
  readonly store: DirectoryPhotoStore;
  readonly keyStore: DirectoryKeyStore;
  readonly keys: PhotoKeys;
  readonly ledger: ShredLedger;
  readonly parts: UploadParts;
  readonly photos: PhotosService;
  spooled(slot: string, bytes: Buffer): Promise<SpooledFile>;
  clear(): Promise<void>;
}

/** The photos' room with real files in a folder of its own. */
export async function workbench(): Promise<Workbench> {
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-photos-'));
  const environment = {
    dataDir: directory,
    photoStore: join(directory, 'photos'),
    photoKeys: join(directory, 'photo-keys'),
    shredLedger: join(directory, 'shredded'),
  } as Environment;
  const keyring = new Keyring([randomBytes(32)]);
  const spool = new Spool(environment);
  await spool.onModuleInit();
  const store = new DirectoryPhotoStore(environment);
  const keyStore = new DirectoryKeyStore(environment);
  const keys = new PhotoKeys(keyStore, keyring);
  const cipher = new PhotoCipher(keyring);
  const gate = new PhotoGate();
  return {
    directory,
    storeDirectory: environment.photoStore,
    keyDirectory: environment.photoKeys,
    spoolDirectory: join(directory, 'spool'),
    keyring,
    spool,
    store,
    parts: new UploadParts(environment, keyring),
    keyStore,
    keys,
    ledger: new ShredLedger(environment),
    photos: new PhotosService(new PhotoLine(), gate, cipher, keys, keyStore, store, new Randomness(), new NoHouseRules()),
    spooled: (slot, bytes) => spool.receive(slot, Readable.from([bytes]), bytes.length),
    clear: async () => {
      await gate.onApplicationShutdown();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
