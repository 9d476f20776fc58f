import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { smallPhotos } from '../test/support/small-photos.ts';
import { median, type BenchLine } from './harness/bench-line.ts';
import { startService } from './harness/local-service.ts';

const SUBMISSIONS = 60;
const CLIENTS = 8;
const GUESSES = 200;

/** The whole service: how soon it listens, how much it takes in, and what its answers give away by their time. */
export async function serviceBench(): Promise<BenchLine[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-'));
  const first = await startService(join(directory, 'data'));
  await first.stop();
  const service = await startService(join(directory, 'data'));
  try {
    const { perSecond, dossierNumber } = await submissions(service.url);
    return [
      { name: 'first start, database and all', value: first.startSeconds, unit: 's', limit: 20 },
      { name: 'start with data', value: service.startSeconds, unit: 's', limit: 5 },
      { name: `submissions, ${CLIENTS} clients`, value: perSecond, unit: '/s' },
      ...(await trackingGuesses(service.url, dossierNumber)),
    ];
  } finally {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Whole declarations with small photos, each of another person, from several clients at once. */
async function submissions(url: string): Promise<{ perSecond: number; dossierNumber: string }> {
  const photos = await smallPhotos();
  let serial = 0;
  let dossierNumber = '';
  const client = async () => {
    while (serial < SUBMISSIONS) dossierNumber = await submit(url, ++serial, photos);
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { perSecond: (SUBMISSIONS * 1000) / (performance.now() - begun), dossierNumber };
}

async function submit(url: string, serial: number, photos: Awaited<ReturnType<typeof smallPhotos>>): Promise<string> {
  const body = new FormData();
  const fields = {
    insuranceNumber: String(7_900_000_000 + serial),
    fullName: 'Nguyễn Văn Người Lạ',
    idNumber: `079090${String(serial).padStart(6, '0')}`,
    phone: `0352${String(serial).padStart(6, '0')}`,
    ...{ provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12 Lạch Tray', officeCode: '03102' },
    ...{ commitmentAccepted: 'true', dataProcessingAccepted: 'true' },
  };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  for (const [slot, jpeg] of Object.entries(photos)) body.set(slot, new Blob([new Uint8Array(jpeg)]), `${slot}.jpg`);
  const response = await fetch(`${url}/v1/declarations`, { method: 'POST', headers: { 'Idempotency-Key': `bench-${serial}` }, body });
  if (response.status !== 201) throw new Error(`a submission was answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { dossierNumber: string }).dossierNumber;
}

/** A number that does not exist and a code that is wrong, in turn: their times must not tell which it was. */
async function trackingGuesses(url: string, dossierNumber: string): Promise<BenchLine[]> {
  const guesses = { number: dossierNumber.replace(/^\d+/, '99999'), code: dossierNumber };
  const taken = { number: [] as number[], code: [] as number[] };
  for (let guess = 0; guess < GUESSES; guess++) {
    // In turn first and second: whoever is second finds everything warm.
    for (const wrong of guess % 2 === 0 ? (['number', 'code'] as const) : (['code', 'number'] as const)) {
      const begun = performance.now();
      const body = JSON.stringify({ dossierNumber: guesses[wrong], trackingCode: '0000-0000-0000-0000' });
      const response = await fetch(`${url}/v1/declarations/tracking`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      await response.arrayBuffer();
      if (response.status !== 404) throw new Error(`a guess was answered ${response.status}`);
      taken[wrong].push(performance.now() - begun);
    }
  }
  const differences = taken.number.map((ms, guess) => ms - taken.code[guess]!);
  return [
    { name: 'tracking, a wrong number', value: median(taken.number), unit: 'ms' },
    { name: 'tracking, a wrong code', value: median(taken.code), unit: 'ms' },
    { name: 'tracking, the difference', value: Math.abs(median(differences)), unit: 'ms', limit: 0.5 },
  ];
}
