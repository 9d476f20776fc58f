import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/platform/database/embedded-postgres.ts';
import { smallPhotos } from '../test/support/small-photos.ts';
import { median, type BenchLine } from './harness/bench-line.ts';
import { startService } from './harness/local-service.ts';

const SIZES = { quick: { rooms: 10, rounds: 2, alone: 2 }, full: { rooms: 200, rounds: 4, alone: 10 } };
const ABREAST = 24;
/** In every room the same person is guessed at, once in every round: of a number that rooms shared there would be nothing left at once. */
const GUESSED = { insuranceNumber: '7999999999', password: 'khong-biet' };

/**
 * Many workspaces on one service: what making and emptying one costs, whether they ever see anything of each other, and what they all
 * cost together.
 */
export async function workspacesBench({ quick }: { quick: boolean }): Promise<BenchLine[]> {
  const { rooms, rounds, alone } = quick ? SIZES.quick : SIZES.full;
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-'));
  const database = await startEmbeddedPostgres({ dataDir: join(directory, 'data'), log: () => undefined });
  const service = await startService(join(directory, 'data'), {
    DATABASE_URL: database.requestUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
  });
  try {
    const counted = { calls: 0 };
    const ask = asker(service.url, counted);
    await ask('POST', '/_sim/workspaces', { name: 'first' });
    const making: number[] = [];
    const emptying: number[] = [];
    for (let made = 0; made < alone; made++) {
      const name = `alone-${made}`;
      making.push(await timed(() => ask('POST', '/_sim/workspaces', { name })));
      emptying.push(await timed(() => ask('POST', `/w/${name}/_sim/reset`)));
    }
    const names = Array.from({ length: rooms }, (_, place) => `room-${place}`);
    await abreast(names, (name) => ask('POST', '/_sim/workspaces', { name }));
    const photos = Object.entries(await smallPhotos());
    counted.calls = 0;
    const begun = performance.now();
    const troubles = (await abreast(names, (name, place) => liveIn(ask, name, place, rounds, photos))).flat();
    const seconds = (performance.now() - begun) / 1000;
    for (const trouble of troubles.slice(0, 10)) process.stdout.write(`  ${trouble}\n`);
    return [
      { name: 'workspace, made', value: median(making), unit: 'ms', limit: 150 },
      { name: 'workspace, emptied', value: median(emptying), unit: 'ms', limit: 150 },
      { name: `${rooms} workspaces, ${counted.calls} calls`, value: counted.calls / seconds, unit: '/s' },
      { name: 'what one saw of another', value: troubles.length, unit: '', limit: 0 },
      { name: 'workspaces, connections', value: await connections(database.ownerUrl), unit: '', limit: 36 },
      { name: 'workspaces, memory of the service', value: await service.mostMegabytes(), unit: 'MB', limit: 768 },
    ];
  } finally {
    await service.stop();
    await database.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of the answers, what is looked at. */
interface Answer {
  readonly [member: string]: unknown;
  readonly items?: { dossierNumber: string }[];
  readonly faults?: { left: number }[];
  readonly counters?: { issued: number; continuous: boolean }[];
}

type Headers = Record<string, string>;
type Ask = (method: string, path: string, body?: object | FormData, headers?: Headers, status?: number) => Promise<Answer>;

/**
 * People come and go in one room, whose counter begins at a number of its own, whose clock stands at a time of its own and moves by steps of
 * its own, where a fault of its own is armed, and whose tokens are good nowhere else. @returns everything that is not as if it were alone
 */
async function liveIn(ask: Ask, name: string, place: number, rounds: number, photos: [string, Buffer][]): Promise<string[]> {
  const troubles: string[] = [];
  const expect = (isSo: boolean, trouble: string) => isSo || troubles.push(`${name} ${trouble}`);
  const here = `/w/${name}`;
  const first = 10_000 * (place + 1);
  const clock = new Date(Date.UTC(2021, 3, 20, 1, 0, place));
  await ask('PUT', `${here}/_sim/clock`, { now: clock.toISOString(), frozen: true });
  await ask('PUT', `${here}/_sim/counters`, { officeCode: '03102', kind: 'GD', year: 2021, last: first });
  await ask('PUT', `${here}/_sim/faults`, { 'smtp-5xx': { count: place + 1 } });
  const { accessToken } = await ask('POST', `${here}/_sim/tokens`, { role: 'clerk' });
  const asClerk = { authorization: `Bearer ${String(accessToken)}` };
  const own = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const form = formOf(place, round, photos);
    const { id, draftToken } = await ask('POST', `${here}/v1/drafts`, { fullName: 'Nguyễn Văn Người Lạ' });
    const asOwner = { authorization: `Bearer ${String(draftToken)}` };
    await ask('GET', `${here}/v1/drafts/${String(id)}`, undefined, asOwner);
    await ask('GET', `/w/room-${place === 0 ? 1 : 0}/v1/drafts/${String(id)}`, undefined, asOwner, 401);
    const receipt = await ask('POST', `${here}/v1/declarations`, form, { 'Idempotency-Key': `round-${round}` });
    const number = String(receipt['dossierNumber']);
    expect(number.startsWith(`${first + round + 1}.`), `gave ${number}`);
    expect(receipt['submittedAt'] === clock.toISOString(), `received at ${String(receipt['submittedAt'])}`);
    own.add(number);
    await ask('GET', `${here}/v1/declarations/${String(receipt['id'])}`, undefined, {
      authorization: `Bearer ${String(receipt['trackingCode'])}`,
    });
    const page = await ask('GET', `${here}/v1/staff/declarations?queue=new&limit=100`, undefined, asClerk);
    const search = await ask('POST', `${here}/v1/staff/declarations/search`, { q: 'nguyen van nguoi la' }, asClerk);
    for (const [what, found] of Object.entries({ page, search })) {
      const numbers = (found.items ?? []).map(({ dossierNumber }) => dossierNumber);
      expect(numbers.length === own.size && numbers.every((seen) => own.has(seen)), `has a strange ${what}`);
    }
    await ask('GET', `/w/room-${place === 0 ? 1 : 0}/v1/staff/queues`, undefined, asClerk, 401);
    const { items } = await ask('GET', `${here}/_sim/messages?channel=sms`);
    expect(items?.every(({ dossierNumber }) => own.has(dossierNumber)) === true, `read strange mail`);
    const { counters } = await ask('GET', `${here}/_sim/counters/continuity`);
    const [counter] = counters ?? [];
    expect(counter?.issued === own.size && counter.continuous, `has a counter of somebody else`);
    await ask('POST', `${here}/v1/sessions`, GUESSED, {}, 401);
    const { faults } = await ask('GET', `${here}/_sim/faults`);
    expect(faults?.length === 1 && faults[0]!.left === place + 1, `has faults of somebody else`);
    const { now } = await ask('GET', `${here}/_sim/clock`);
    expect(now === clock.toISOString(), `is at ${String(now)}, not at ${clock.toISOString()}`);
  }
  const step = 1 + (place % 7);
  const { now } = await ask('POST', `${here}/_sim/clock/advance`, { by: `PT${step}S` });
  clock.setUTCSeconds(clock.getUTCSeconds() + step);
  expect(now === clock.toISOString(), `moved to ${String(now)}, not to ${clock.toISOString()}`);
  const arrived = await ask('GET', `${here}/_sim/await?template=received&timeout=10`);
  expect(own.has(String(arrived['dossierNumber'])), `waited for somebody else's message`);
  await ask('POST', `${here}/_sim/reset`);
  return troubles;
}

function formOf(place: number, round: number, photos: [string, Buffer][]): FormData {
  const form = new FormData();
  const serial = String(place * 100 + round).padStart(6, '0');
  const fields = {
    ...{ insuranceNumber: `7900${serial}`, fullName: 'Nguyễn Văn Người Lạ', idNumber: `079090${serial}`, phone: `0901${serial}` },
    ...{ provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12', officeCode: '03102' },
    ...{ commitmentAccepted: 'true', dataProcessingAccepted: 'true' },
  };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const [slot, photo] of photos) form.set(slot, new Blob([new Uint8Array(photo)]), `${slot}.jpg`);
  return form;
}

/** @param counted how many calls were made */
function asker(url: string, counted: { calls: number }): Ask {
  return async (method, path, body, headers = {}, status) => {
    counted.calls++;
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(json && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: json ? JSON.stringify(body) : body }),
    });
    const text = await response.text();
    if (status === undefined ? !response.ok : response.status !== status) throw new Error(`${method} ${path} → ${response.status} ${text}`);
    return (text ? JSON.parse(text) : {}) as Answer;
  };
}

async function abreast<T, R>(items: readonly T[], work: (item: T, place: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [place, item] of waiting) results.push(await work(item, place));
  };
  await Promise.all(Array.from({ length: ABREAST }, worker));
  return results;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function connections(ownerUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await client.end();
  return rows[0]!.count;
}
