import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.ts';
import { existingDatabaseOf } from './database-place.ts';
import { MessageRotation } from './messages/message-rotation.ts';
import { MessageSecrets } from './messages/message-secrets.ts';
import { DirectoryKeyStore } from './photos/directory-key-store.ts';
import { DirectoryPhotoStore } from './photos/directory-photo-store.ts';
import { PhotoCipher } from './photos/photo-cipher.ts';
import { PhotoKeys } from './photos/photo-keys.ts';
import { PhotoRotation } from './photos/photo-rotation.ts';
import { ShredLedger } from './photos/shred-ledger.ts';
import { UploadParts } from './photos/upload-parts.storage.ts';
import { Database } from './platform/database/database.ts';
import { BadEnvironment, readEnvironment, type Environment } from './platform/env.ts';
import { retireHashKeys } from './platform/retired-keys.ts';
import { openKeyring } from './platform/secrets.ts';
import { DEFAULT_WORKSPACE, inWorkspace, type Workspace } from './platform/workspace/workspace.context.ts';

/**
 * `npm run keys:rotate` brings everything that rests under an earlier master key (PHOTO_KEY_PREVIOUS) under the newest one (PHOTO_KEY): the
 * photos' wrapped keys, photos of the time of one key for all, pieces of uploads, secrets in the outbox; and keeps, sealed, the keys by which
 * tracking codes are looked up. To be run once every copy of the service has the new key; they may go on meanwhile. It may be killed and run
 * again. Exit status 0 PHOTO_KEY_PREVIOUS may be dropped · 1 something opens under no key that is set · 2 it could not be done.
 */
try {
  const environment = readEnvironment();
  const { done, unreadable } = await withDatabase(environment, (database) => rotateAll(environment, database));
  process.stdout.write(`${Object.entries(done).map(([what, count]) => `${what} ${count}`).join(' · ')}\n`); // prettier-ignore
  process.stdout.write(
    unreadable === 0
      ? 'Everything rests under the newest key: PHOTO_KEY_PREVIOUS may be dropped once every copy has started with it.\n'
      : `${unreadable} things open under no key that is set. Nothing of them was changed; the keys before may be missing in PHOTO_KEY_PREVIOUS.\n`,
  );
  process.exitCode = unreadable === 0 ? 0 : 1;
} catch (fault) {
  const { message, code } = fault as NodeJS.ErrnoException;
  process.stderr.write(fault instanceof BadEnvironment ? `${message}\n` : `The keys could not be rotated: ${message || code}\n`);
  process.exitCode = 2;
}

interface Rotated {
  readonly done: { keys: number; photos: number; parts: number; secrets: number };
  readonly unreadable: number;
}

async function rotateAll(environment: Environment, database: Database): Promise<Rotated> {
  const keyring = await openKeyring(environment);
  const keyStore = new DirectoryKeyStore(environment);
  const photos = new PhotoRotation(
    database,
    keyStore,
    new PhotoKeys(keyStore, keyring),
    new PhotoCipher(keyring),
    new DirectoryPhotoStore(environment),
    new ShredLedger(environment),
    new UploadParts(environment, keyring),
  );
  const messages = new MessageRotation(database, new MessageSecrets(keyring));
  const done = { keys: 0, photos: 0, parts: 0, secrets: 0 };
  let unreadable = 0;
  for (const workspace of await workspacesIn(database)) {
    await inWorkspace(workspace, async () => {
      const [rest, waiting] = [await photos.run(), await messages.run()];
      done.keys += rest.keys;
      done.photos += rest.photos;
      done.parts += rest.parts;
      done.secrets += waiting.done;
      unreadable += rest.unreadable + waiting.unreadable;
    });
  }
  // Last: it is what the service would not start without.
  await retireHashKeys(environment.photoKeys, keyring);
  return { done, unreadable };
}

/** Every world with photos, whoever made it: the plain schema, and those called `w_<name>`. */
async function workspacesIn(database: Database): Promise<Workspace[]> {
  const rows = await database.rows<{ schema: string }>(
    `SELECT schemaname AS schema FROM pg_tables WHERE tablename = 'photos' AND schemaname LIKE 'w\\_%' ORDER BY 1`,
  );
  return [DEFAULT_WORKSPACE, ...rows.map(({ schema }) => ({ name: schema.slice(2), schema }))];
}

async function withDatabase<T>(environment: Environment, work: (database: Database) => Promise<T>): Promise<T> {
  const { requestUrl, end } = await existingDatabaseOf(environment);
  try {
    const source = await new DataSource(dataSourceOptions(requestUrl, { poolSize: 4 })).initialize();
    try {
      return await work(new Database(source));
    } finally {
      await source.destroy();
    }
  } finally {
    await end();
  }
}
