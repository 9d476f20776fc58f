import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { apiOf } from './api.ts';
import type { TestServer } from './server.ts';

/** What a spec file needs of a server where it needs no process of its own. */
export type SharedServer = Pick<TestServer, 'url' | 'database' | 'dataDir' | 'dispose'>;

/** What the run tells a worker of the server that its spec files share. */
export type ServerFacts = Pick<TestServer, 'url' | 'database' | 'dataDir'>;

/** As the simulator's desk takes it. */
export interface WorkspaceWish {
  profile?: '2021-04' | '2021-10' | 'by-date';
  rateLimitFactor?: number;
}

/**
 * A workspace of its own for one spec file, on the server that this Jest worker's spec files use one after the other: dossiers, counters,
 * clock, messages, limits and staff are nobody else's. Not for what stops, starts or cuts off a server, reads what it prints, or sets the
 * clock back behind what has happened. It disposes of nothing by itself: `afterAll(() => server.dispose())`.
 */
export async function sharedServer(wish: WorkspaceWish = {}): Promise<SharedServer> {
  const { url, database, dataDir } = await factsOfServer();
  const desk = apiOf(url);
  const name = `spec-${randomBytes(6).toString('hex')}`;
  await desk
    .post('/_sim/workspaces')
    .send({ name, ...wish })
    .expect(201);
  return {
    url: `${url}/w/${name}`,
    database: {
      ...database,
      ownerUrl: standingIn(`w_${name}`, database.ownerUrl),
      requestUrl: standingIn(`w_${name}`, database.requestUrl),
    },
    dataDir,
    dispose: async () => {
      await desk.delete(`/_sim/workspaces/${name}`).expect(204);
    },
  };
}

async function factsOfServer(): Promise<ServerFacts> {
  const porter = process.env['SHARED_SERVERS_URL'];
  if (porter === undefined) throw new Error("SHARED_SERVERS_URL is not set: run the tests through the project's Jest configuration");
  const answer = await fetch(`${porter}/${process.env['JEST_WORKER_ID'] ?? '1'}`);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as ServerFacts;
}

/** The same database, where names without a schema are those of this one. */
function standingIn(schema: string, url: string): string {
  const own = new URL(url);
  own.searchParams.set('options', `-c search_path=${pg.escapeIdentifier(schema)}`);
  return own.href;
}
