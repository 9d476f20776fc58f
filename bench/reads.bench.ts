import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBareSchema } from './baseline/schema.ts';
import type { BenchLine } from './harness/bench-line.ts';
import { playJourneys, type Journey } from './harness/desk.ts';
import type { Shot } from './harness/http-line.ts';
import type { Section } from './harness/section.ts';
import { linesOf, ratioOf, sideBySide, sideOf, type SideBySide } from './harness/side-by-side.ts';
import { Town } from './harness/town.ts';

const CLIENTS = 16;
/** Of one account: five attempts at once would be as many as a quarter of an hour allows. */
const LOGINS_AT_ONCE = 4;
const FROM_MEMORY = { places: '/v1/places/districts/304/wards', offices: '/v1/offices?provinceCode=31', office: '/v1/offices/03102' };

interface Read {
  readonly shot: Shot;
  readonly status: number;
  /** How many requests one turn has. */
  readonly requests: { readonly quick: number; readonly whole: number };
}

/** What is asked for most: lists and offices from memory, one's own account, a dossier's status, and the login before them. */
export const readsSection: Section = {
  name: 'reads',
  title: 'places and offices from memory, GET /v1/me, tracking, login, beside bare express',
  run: ({ quick, profile }) =>
    Town.with(async (town) => {
      const { activated } = await playJourneys(town, ['activated']);
      const service = await town.service({ TRUST_PROXY: 'loopback' }, { profile });
      await makeBareSchema(town.owner);
      const replies = join(town.directory, 'replies.json');
      await writeFile(replies, JSON.stringify(await repliesOf(service.url)));
      const bare = await town.baseline('reads.baseline', { REPLIES: replies });
      const comparisons: SideBySide[] = [];
      for (const [path, { shot, status, requests }] of Object.entries(readsOf(activated, await sessionOf(town, activated)))) {
        const ammunition = { module: import.meta.resolve('./shots/same.shots.js'), args: { shot } };
        comparisons.push(
          await sideBySide([sideOf('ours', service, ammunition), sideOf('bare', bare, ammunition)], {
            ...{ path, clients: path === 'login' ? LOGINS_AT_ONCE : CLIENTS, status },
            rounds: quick || profile !== undefined ? 2 : 8,
            warmUps: quick ? 1 : 4,
            turn: { requests: requests[quick ? 'quick' : 'whole'] },
            databaseCpuMs: () => town.databaseCpuMs(),
          }),
        );
      }
      return { lines: comparisons.flatMap(judged), comparisons };
    }),
};

function judged(comparison: SideBySide): BenchLine[] {
  const target = comparison.path in FROM_MEMORY ? { least: 0.5, aim: 0.7 } : {};
  return [
    { name: `${comparison.path} against bare`, value: ratioOf(comparison, 'perSecond'), unit: '×', ...target },
    { name: '… processor time against bare', value: ratioOf(comparison, 'cpuMsPerRequest'), unit: '×' },
    ...linesOf(comparison),
  ];
}

function readsOf({ dossierNumber, trackingCode, citizen }: Journey, accessToken: string): Record<string, Read> {
  const json = { 'content-type': 'application/json' };
  const get = (path: string): Read => ({
    ...{ shot: { method: 'GET', path }, status: 200 },
    requests: { quick: 100, whole: 3_000 },
  });
  const { insuranceNumber, password } = citizen;
  return {
    places: get(FROM_MEMORY.places),
    offices: get(FROM_MEMORY.offices),
    office: get(FROM_MEMORY.office),
    me: {
      ...get('/v1/me'),
      shot: { method: 'GET', path: '/v1/me', headers: { authorization: `Bearer ${accessToken}` } },
    },
    tracking: {
      shot: { method: 'POST', path: '/v1/declarations/tracking', headers: json, body: JSON.stringify({ dossierNumber, trackingCode }) },
      ...{ status: 200, requests: { quick: 50, whole: 1_000 } },
    },
    login: {
      shot: { method: 'POST', path: '/v1/sessions', headers: json, body: JSON.stringify({ insuranceNumber, password }) },
      ...{ status: 201, requests: { quick: 16, whole: 100 } },
    },
  };
}

/** A session that lasts for as long as anybody measures. */
async function sessionOf(town: Town, { citizen }: Journey): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await town.owner.query(
    `INSERT INTO account_sessions (id, account_id, access_hash, access_until, refresh_hash, refresh_until, created_at)
     SELECT gen_random_uuid(), id, sha256($2::text::bytea), now() + interval '1 day', sha256(('refresh ' || $2::text)::bytea), now() + interval '1 day', now()
     FROM accounts WHERE insurance_number = $1`,
    [citizen.insuranceNumber, token],
  );
  return token;
}

async function repliesOf(url: string): Promise<Record<string, { path: string; body: string }>> {
  const entries = Object.entries(FROM_MEMORY).map(async ([name, path]) => {
    const response = await fetch(url + path);
    if (response.status !== 200) throw new Error(`${path} → ${response.status}`);
    return [name, { path: path.split('?')[0]!, body: await response.text() }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
