import { Clerk } from './harness/clerk.ts';
import { draftId, Drafts, draftToken, holdWhatFollows } from './harness/drafts.ts';
import { inTurn } from './harness/in-turn.ts';
import type { Findings, Section } from './harness/section.ts';
import { Town } from './harness/town.ts';

const ROUNDS = 25;
const SIZES = { quick: [1_000, 5_000], whole: [10_000, 100_000, 1_000_000, 5_000_000] };
/** More drafts than are sent. */
const DRAFTS = 100;
const TRACKED = 200;

/** What the page and the plot show: how long each piece of work takes at each size, in milliseconds. */
export interface Growth {
  readonly dossiers: readonly number[];
  readonly works: readonly { readonly name: string; readonly ms: readonly number[] }[];
}

interface Place {
  readonly dossiers: number;
  readonly url: string;
  readonly clerk: Clerk;
  readonly numbers: readonly string[];
}

/** Always other rows: what is asked for again and again lies in memory, at any size. */
const WORKS: Readonly<Record<string, (place: Place, round: number) => Promise<unknown>>> = {
  'submit a draft': ({ url }, round) =>
    call(`${url}/v1/drafts/${draftId(round)}/submission`, 201, {
      authorization: `Bearer ${draftToken(round)}`,
      'Idempotency-Key': `growth-${round}`,
    }),
  'queue page with counts': async ({ clerk }) => {
    await clerk.asks('/declarations?queue=new');
    await clerk.asks('/queues');
  },
  'search by name': ({ clerk }) => clerk.asks('/declarations/search', { q: 'nguyen thi minh' }),
  'search by number': ({ clerk, dossiers }, round) =>
    clerk.asks('/declarations/search', { q: String(1 + ((round * 7919) % dossiers)).padStart(10, '0') }),
  tracking: ({ url, numbers }, round) =>
    // A wrong code costs the same work, and nobody knows the codes of dossiers that nobody sent.
    call(
      `${url}/v1/declarations/tracking`,
      404,
      {},
      { dossierNumber: numbers[round % numbers.length], trackingCode: '0000-0000-0000-0000' },
    ),
};

/** What grows with the dossiers: the same work in databases of very different sizes, in turn. */
export const growthSection: Section = {
  name: 'growth',
  title: 'the same work among ten thousand dossiers and among millions',
  async run({ quick, dossiers }) {
    const sizes = quick ? SIZES.quick : SIZES.whole.filter((size) => size <= dossiers);
    const towns: Town[] = [];
    try {
      for (const size of sizes) towns.push(await Town.open({ dossiers: size }));
      const places: Place[] = [];
      for (const [at, town] of towns.entries()) places.push(await placeIn(town, sizes[at]!));
      return await measure(places);
    } finally {
      await Promise.all(towns.map((town) => town.close()));
    }
  },
};

async function placeIn(town: Town, dossiers: number): Promise<Place> {
  const { url } = await town.service({ SIMULATOR_DESK: 'on' });
  const drafts = await Drafts.in(town, url);
  await holdWhatFollows(town.owner);
  await drafts.make(DRAFTS, 50);
  const { rows } = await town.owner.query<{ dossier_number: string }>(
    `SELECT dossier_number FROM declarations WHERE dossier_sequence IN (SELECT 1 + (step * 7919::bigint) % $1 FROM generate_series(1, $2) AS step)`,
    [dossiers, TRACKED],
  );
  return { dossiers, url, clerk: await Clerk.of(url), numbers: rows.map(({ dossier_number }) => dossier_number) };
}

async function measure(places: readonly Place[]): Promise<Findings> {
  const works: { name: string; ms: number[] }[] = [];
  for (const [name, work] of Object.entries(WORKS)) works.push({ name, ms: await inTurn(places, ROUNDS, work) });
  const growth: Growth = { dossiers: places.map(({ dossiers }) => dossiers), works };
  const [few, many] = [growth.dossiers[0]!, growth.dossiers.at(-1)!].map((count) => count.toLocaleString('en'));
  return {
    lines: works.flatMap(({ name, ms }) => [
      { name: `${name}, ${few}`, value: ms[0]!, unit: 'ms' },
      { name: `… ${many}`, value: ms.at(-1)!, unit: 'ms' },
      { name: '… the many against the few', value: ms.at(-1)! / ms[0]!, unit: '×', limit: 1.3 },
    ]),
    notes: { growth },
  };
}

async function call(url: string, status: number, headers: Record<string, string>, body?: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== status) throw new Error(`${url} was answered ${response.status}: ${text}`);
}
