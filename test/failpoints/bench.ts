import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../src/platform/database/embedded-server.ts';
import { makeApplications, type Application } from '../crash/applications.ts';
import { databaseForCopies } from '../crash/database-server.ts';
import { Journal } from '../crash/journal.ts';
import { PhotoAlbum } from '../crash/photo-album.ts';
import { SteeredService } from './steered-service.ts';

/** The service under test, what it works on, and the people whose declarations come to grief. */
export interface Bench {
  readonly seed: string;
  readonly service: SteeredService;
  readonly journal: Journal;
  readonly album: PhotoAlbum;
  /** As the role that owns everything. */
  readonly database: pg.Client;
  readonly photoStore: string;
  readonly photoKeys: string;
  readonly spool: string;
  readonly logs: readonly string[];
  /** Everybody who has been at it. */
  readonly applications: Application[];
  /** Somebody who has not been at it yet. */
  nextApplication(isWanted?: (application: Application) => boolean): Application;
  clear(): Promise<void>;
}

/** Of whom a run can never need as many. */
const PEOPLE = 60_000;

export async function setBench(directory: string, seed: string, say: (line: string) => void): Promise<Bench> {
  const dataDir = join(directory, 'data');
  const photoStore = join(dataDir, 'photos');
  const photoKeys = join(dataDir, 'photo-keys');
  await mkdir(dataDir, { mode: 0o700, recursive: true });
  const server = await databaseForCopies(directory, 1, say);
  const environment = {
    ...server.environment,
    DATA_DIR: dataDir,
    PHOTO_STORE: photoStore,
    PHOTO_KEYS: photoKeys,
    SHRED_LEDGER: join(dataDir, 'shredded'),
  };
  const service = new SteeredService(await freePort(), environment, join(directory, 'service.log'));
  await service.start();
  const database = new pg.Client({ connectionString: await server.ownerUrl() });
  database.on('error', () => undefined);
  await database.connect();
  const people = peopleOf(seed);
  const applications: Application[] = [];
  return {
    seed,
    service,
    journal: new Journal(directory),
    album: await PhotoAlbum.make(seed, 'small'),
    database,
    photoStore,
    photoKeys,
    spool: join(dataDir, 'spool'),
    logs: [service.logFile, server.log],
    applications,
    nextApplication: (isWanted = () => true) => {
      for (;;) {
        const { value: application } = people.next() as { value: Application };
        if (!isWanted(application)) continue;
        applications.push(application);
        return application;
      }
    },
    clear: async () => {
      service.abandon();
      await database.end();
      await server.stop();
    },
  };
}

/** Without rivals: each of them is alone with the fault. */
function* peopleOf(seed: string): Generator<Application> {
  yield* makeApplications(seed, PEOPLE).filter(({ hasRival }) => !hasRival);
}
