import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/platform/database/embedded-postgres.ts';
import { smallPhotos } from '../test/support/small-photos.ts';
import type { BenchLine } from './harness/bench-line.ts';
import { holdWhatFollows } from './harness/drafts.ts';
import { startService } from './harness/local-service.ts';

const ROWS = { quick: 5_000, full: 100_000 };
const DAY = '2021-04-20';

/** The export of an office with very many dossiers: how long it takes, and how much memory the service takes meanwhile. */
export async function exportBench({ quick }: { quick: boolean }): Promise<BenchLine[]> {
  const dossiers = quick ? ROWS.quick : ROWS.full;
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-'));
  const database = await startEmbeddedPostgres({ dataDir: join(directory, 'data'), log: () => undefined });
  const service = await startService(join(directory, 'data'), {
    DATABASE_URL: database.requestUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
  });
  try {
    await call(service.url, 'PUT', '/_sim/clock', { now: `${DAY}T02:00:00Z`, frozen: true });
    await multiply(database.ownerUrl, await submitted(service.url), dossiers);
    const { accessToken } = await call(service.url, 'POST', '/_sim/tokens', { role: 'supervisor', officeCode: '03102' });
    await service.mostMegabytes();
    const begun = performance.now();
    const response = await fetch(`${service.url}/v1/staff/exports/declarations.csv?from=${DAY}&to=${DAY}&personal=true`, {
      headers: { authorization: `Bearer ${String(accessToken)}` },
    });
    let lines = 0;
    for await (const chunk of response.body!) for (const byte of chunk as Uint8Array) if (byte === 10) lines++;
    const seconds = (performance.now() - begun) / 1000;
    if (lines !== dossiers + 1) throw new Error(`the export has ${lines} lines`);
    return [
      { name: `export of ${dossiers} dossiers`, value: seconds, unit: 's' },
      { name: 'export, memory of the service at most', value: await service.mostMegabytes(), unit: 'MB', limit: 256 },
    ];
  } finally {
    await service.stop();
    await database.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function submitted(url: string): Promise<string> {
  const form = new FormData();
  const fields = {
    ...{ insuranceNumber: '7900000001', fullName: 'Nguyễn Văn Người Lạ', idNumber: '079090000001', phone: '0901200001', street: 'Số 12' },
    ...{
      provinceCode: '31',
      districtCode: '304',
      wardCode: '11359',
      officeCode: '03102',
      commitmentAccepted: 'true',
      dataProcessingAccepted: 'true',
    },
  };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const [slot, photo] of Object.entries(await smallPhotos())) form.set(slot, new Blob([new Uint8Array(photo)]), `${slot}.jpg`);
  const response = await fetch(`${url}/v1/declarations`, { method: 'POST', headers: { 'Idempotency-Key': 'bench' }, body: form });
  const { id } = (await response.json()) as { id?: string };
  if (!id) throw new Error(`no receipt but ${response.status}`);
  return id;
}

/** Copies a dossier, past the rules of the form, as the owner of the tables. A hundred thousand of one person are compared with nobody. */
async function multiply(ownerUrl: string, id: string, dossiers: number): Promise<void> {
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 1 });
  await holdWhatFollows(owner);
  await owner.query(
    `INSERT INTO declarations SELECT (jsonb_populate_record(source, jsonb_build_object('id', gen_random_uuid(), 'insurance_number', (6000000000 + serial)::text,
       'dossier_sequence', serial, 'dossier_number', lpad(serial::text, greatest(5, length(serial::text)), '0') || '.GD/2021/03102'))).*
     FROM declarations source, generate_series(2, $2::int) AS serial WHERE id = $1`,
    [id, dossiers],
  );
  await owner.end();
}

async function call(url: string, method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path} → ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}
