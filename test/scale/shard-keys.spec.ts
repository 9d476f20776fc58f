import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { CLUSTER_PREFIX, removeCluster } from '../support/cluster.ts';
import { makeDossiers, makeSchema } from '../support/many-dossiers.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { CONSTRAINTS_IN_THE_WAY, CROSSINGS } from './crossings.ts';
import { walkHotPaths } from './hot-paths.ts';
import { recordPlans, type RanStatement } from './recorded-plans.ts';
import { isBackground, plain, routingOf } from './routing.ts';
import { SHARD_MAP } from './shard-map.ts';

/** So many that PostgreSQL finds an index worth its while wherever there is one. */
const DOSSIERS = 20_000;
/** Reading so few rows from one end to the other is the quickest way. */
const FEW_ROWS = 1_000;

let dataDir: string;
let postgres: EmbeddedPostgres;
let server: TestServer | undefined;
let owner: pg.Client;
let hot: RanStatement[];

beforeAll(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), CLUSTER_PREFIX)));
  postgres = await startEmbeddedPostgres({ dataDir, durable: false, log: () => undefined });
  await makeSchema(postgres);
  await makeDossiers(postgres, dataDir, DOSSIERS);
  const plans = await recordPlans(postgres, dataDir);
  server = await startServer({ environment: { DATABASE_URL: postgres.requestUrl, DATABASE_OWNER_URL: postgres.ownerUrl } });
  await walkHotPaths(server.url);
  hot = (await plans.next()).filter(({ sql }) => !isBackground(sql) && !isOfDesk(sql));
  await plans.close();
  owner = new pg.Client({ connectionString: postgres.ownerUrl });
  await owner.connect();
}, 240_000);

afterAll(async () => {
  await server?.dispose();
  await owner?.end();
  await postgres?.stop();
  await removeCluster(dataDir);
});

/** Reading the citizen's phone belongs to the simulator. */
function isOfDesk(sql: string): boolean {
  return /\bsimulator_/.test(sql);
}

/** Different statements, in the order in which they first ran, with the plans that each ran by. */
function* statements(): Generator<[sql: string, ran: RanStatement[]]> {
  const all = new Map<string, RanStatement[]>();
  for (const statement of hot) all.set(statement.sql, [...(all.get(statement.sql) ?? []), statement]);
  yield* all;
}

describe('what a great many people wait for', () => {
  it.each([
    ['a declaration in one request', 'kept AS ( INSERT INTO photos'],
    ['a draft that is sent', 'FOR UPDATE OF draft'],
    ['an approval', `SET status = 'APPROVED'`],
    ['the account that it opens', 'INSERT INTO accounts'],
    ['a login', 'FROM accounts WHERE insurance_number = $1'],
    ['tracking', 'JOIN offices office ON office.code = declaration.office_code WHERE dossier_number = $1'],
    ['a dossier before an officer', `WHERE declaration.id = $1`],
    ['a page of a queue', 'ORDER BY submitted_at ASC, declaration.id ASC LIMIT'],
    ['the counts of the queues', 'FROM queue_tallies WHERE office_code = $1'],
    ['a search by name', 'name_terms(office_code, full_name) @@'],
    ['the claim of the relay', 'WITH due AS ( SELECT id FROM messages'],
    ['a trigger’s own statement', 'INSERT INTO queue_tallies'],
    ['a foreign key’s own statement', 'FROM ONLY "public"."declarations" x'],
  ])('is recorded with its plans: %s', (_what, words) => {
    expect([...statements()].some(([sql]) => plain(sql).includes(words))).toBe(true);
  });

  it('reads no large table from one end to the other', async () => {
    const { rows } = await owner.query<{ relname: string }>(`SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > $1`, [
      FEW_ROWS,
    ]);
    const large = new Set(rows.map(({ relname }) => relname));
    expect([...large]).toEqual(expect.arrayContaining(['declarations', 'audit_entries', 'photos', 'messages', 'accounts', 'comparisons']));
    const reading = hot.flatMap((statement) =>
      [...routingOf(statement).readWhole].filter((table) => large.has(table)).map((table) => `${table}: ${plain(statement.sql)}`),
    );
    expect([...new Set(reading)]).toEqual([]);
  });

  it('names its office, its dossier, its person or its key in every statement, but for the steps that are listed', () => {
    const crossing = new Set<string>();
    for (const [sql, ran] of statements()) {
      const routings = ran.map(routingOf);
      const crosses = routings.some(({ spreads, astray }) => spreads.size > 1 || astray.size > 0);
      if (crosses) crossing.add(CROSSINGS.find(({ words }) => words.some((some) => plain(sql).includes(some)))?.step ?? plain(sql));
    }
    expect([...crossing].sort()).toEqual(CROSSINGS.map(({ step }) => step).sort());
  });

  it('finds a queue, its counts, a search and a number by the office alone', () => {
    const byOffice = [
      'FROM queue_tallies WHERE office_code = $1',
      'ORDER BY submitted_at ASC, declaration.id ASC LIMIT',
      'INSERT INTO dossier_counters',
    ];
    for (const words of byOffice) {
      const found = [...statements()].filter(([sql]) => plain(sql).includes(words));
      expect(found.flatMap(([, ran]) => ran.flatMap((one) => [...routingOf(one).astray]))).toEqual([]);
    }
  });
});

describe('the schema', () => {
  it('has a place on the shard map for every table', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(SHARD_MAP).sort());
  });

  it('keeps nothing unique across machines but what is listed', async () => {
    const { rows } = await owner.query<{ name: string; table: string; columns: string[] }>(
      `SELECT index.relname AS name, owned.relname AS table, array_agg(attname::text ORDER BY attnum) AS columns
       FROM pg_index JOIN pg_class index ON index.oid = indexrelid JOIN pg_class owned ON owned.oid = pg_index.indrelid
         JOIN pg_attribute ON attrelid = indexrelid
       WHERE indisunique AND owned.relnamespace = 'public'::regnamespace GROUP BY 1, 2`,
    );
    const across = rows.filter(({ table, columns }) => {
      const { spread, by, through = [] } = SHARD_MAP[table]!;
      const isId = columns.length === 1 && columns[0] === 'id';
      return spread !== 'everywhere' && !isId && ![...by, ...through].some((column) => columns.includes(column));
    });
    const listed = Object.keys(CONSTRAINTS_IN_THE_WAY);
    expect(across.map(({ name }) => name).sort()).toEqual(listed.filter((name) => !name.startsWith('fk_')).sort());
  });

  it('has no reference from one kind of machine to another but what is listed', async () => {
    const { rows } = await owner.query<{ name: string; from: string; to: string }>(
      `SELECT conname AS name, own.relname AS from, other.relname AS to FROM pg_constraint JOIN pg_class own ON own.oid = conrelid
         JOIN pg_class other ON other.oid = confrelid WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
    );
    const spreadOf = (table: string) => SHARD_MAP[table]!.spread;
    const isOfTwo = (table: string) => (SHARD_MAP[table]!.through?.length ?? 0) > 1;
    const across = rows.filter(({ from, to }) => spreadOf(to) !== 'everywhere' && (spreadOf(from) !== spreadOf(to) || isOfTwo(from)));
    expect(across.map(({ name }) => name).sort()).toEqual(
      Object.keys(CONSTRAINTS_IN_THE_WAY)
        .filter((name) => name.startsWith('fk_'))
        .sort(),
    );
  });
});
