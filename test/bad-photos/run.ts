import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PHOTO_SLOTS, type PhotoSlot } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { Book as ServiceBook } from '../fuzz/book.ts';
import { Service } from '../fuzz/service.ts';
import { phoneSet, type PhonePhoto } from '../photos/phone-set.ts';
import { drawnPhoto } from '../support/drawn-photos.ts';
import type { Book } from './book.ts';
import { Bystander } from './bystander.ts';
import { CARRIERS } from './carriers.ts';
import { DraftHolder, shownOfDeclaration, type Told } from './citizen.ts';
import type { Answer, Base, Family } from './family.ts';
import { ODDITIES } from './oddities.ts';
import type { BadPhotoOptions } from './options.ts';
import { fileHolds, foreignPartsOf, StoredPhotos } from './store.ts';
import { STRANGERS } from './strangers.ts';
import { WRECKS } from './wrecks.ts';

export const FAMILIES: readonly Family[] = [...CARRIERS, ...ODDITIES, ...WRECKS, ...STRANGERS];

/** Of heavy files one in so many turns. */
const RARE = 5;
const LIMIT_MS = 5_000;
const MOST_GROWTH_MB = 300;
const LEAST_GOOD = 0.998;
const SAMPLE_MS = 50;
const BASE_SEEDS = ['lan', 'minh'];
/** Differences below this are the machine's own. */
const NOTICEABLE_MS = 60;
/** Of fewer, one in a hundred is the single longest. */
const LEAST_LOOKS = 200;
const COMPARABLE_GOOD = 100;
/** Of so many carriers that are taken, three go out in a whole declaration. */
const DECLARATION_EVERY = 24;

interface Stage {
  readonly service: Service;
  readonly stored: StoredPhotos;
  readonly book: Book;
  readonly options: BadPhotoOptions;
  readonly bases: ReadonlyMap<PhotoSlot, readonly Base[]>;
  /** Carriers that were taken, for whole declarations. */
  readonly taken: { readonly slot: PhotoSlot; readonly file: Buffer }[];
}

export async function runBadPhotoTest(options: BadPhotoOptions, dataDir: string, book: Book, say: (line: string) => void): Promise<void> {
  const trouble = new ServiceBook(join(dataDir, '..', 'violations'));
  const bases = await basesOf();
  const service = await Service.start(dataDir, trouble);
  const interrupted = () => void service.abandon().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const stage: Stage = { service, stored: await StoredPhotos.of(dataDir), book, options, bases, taken: [] };
    const bystander = new Bystander(service.url);
    await sendGood(stage, Math.max(6, options.lanes * 2), say);
    bystander.told();
    await sendGood(stage, options.good, say);
    const beside = bystander.told();
    const memory = new MemoryWatch(service);
    await sendBad(stage);
    const growth = memory.stop();
    const besideBad = bystander.told();
    await bystander.stop();
    if (bystander.failures > 0) book.breach('no answer is a 5xx', `somebody who looked something up, ${bystander.failures} times`);
    await sendDeclarations(stage);
    await searchAll(stage, dataDir);
    say(book.table());
    say(
      `  slowest answer ${Math.round(book.slowestMs)} ms, of its own ${Math.round(book.slowestOwnMs)} ms · memory + ${growth} MB at most${memory.isCounted ? '' : `, looked at every ${SAMPLE_MS} ms`} · others' p99 ${Math.round(beside.p99)} ms beside good photos (${beside.count} looks), ${Math.round(besideBad.p99)} ms beside bad ones (${besideBad.count})`,
    );
    // By the size that was asked for: on a slow machine there are more looks in a small run, and they are the slower ones.
    const isComparable = options.good >= COMPARABLE_GOOD && Math.min(beside.count, besideBad.count) >= LEAST_LOOKS;
    if (!isComparable)
      say(`  too few looks to compare what others waited: it takes ${LEAST_LOOKS} of each, as --good ${COMPARABLE_GOOD} gives`);
    if (growth > MOST_GROWTH_MB) book.breach('the server takes less than 300 MB more', `${growth} MB`);
    if (isComparable && besideBad.p99 > 2 * beside.p99 && besideBad.p99 - beside.p99 > NOTICEABLE_MS) {
      const told = `${Math.round(beside.p99)} → ${Math.round(besideBad.p99)} ms`;
      book.breach('others wait no more than twice as long as beside good photos', told);
    }
    await service.stop();
    for (const line of trouble.violationLines()) book.breach('no answer is a 5xx', line);
  } finally {
    await service.abandon();
  }
}

async function basesOf(): Promise<Map<PhotoSlot, Base[]>> {
  const bases = new Map<PhotoSlot, Base[]>();
  for (const slot of PHOTO_SLOTS) {
    const pictures = await Promise.all(BASE_SEEDS.map((seed) => drawnPhoto({ slot, seed })));
    bases.set(
      slot,
      await Promise.all(
        pictures.map(async (jpeg) => ({ jpeg, png: await sharp(jpeg).resize(700).png({ compressionLevel: 4 }).toBuffer() })),
      ),
    );
  }
  return bases;
}

async function sendGood({ service, book, options }: Stage, count: number, say: (line: string) => void): Promise<void> {
  const album = phoneSet();
  const photos = Array.from({ length: count }, (_, index) => album[(index * 37) % album.length]!);
  const queue = photos.values();
  let taken = 0;
  await Promise.all(
    Array.from({ length: options.lanes }, async () => {
      const holders = await holdersOf(service.url);
      for (const photo of queue) {
        const told = await holders.get(photo.slot)!.puts(await photo.bytes());
        if (told.status === 200) taken++;
        else say(`  a good photo is refused: ${describe(photo)}: ${told.status} ${told.codes.join(' ')}`);
      }
    }),
  );
  const share = count === 0 ? 1 : taken / count;
  say(`  good photos: ${taken} of ${count} taken (${(100 * share).toFixed(1)} %)`);
  if (share < LEAST_GOOD) book.breach('good photos are taken: 99.8 % and more', `${taken} of ${count}`);
}

function describe({ slot, kind, orientation }: PhonePhoto): string {
  return `${slot}, ${kind}, orientation ${orientation}`;
}

async function holdersOf(url: string): Promise<Map<PhotoSlot, DraftHolder>> {
  return new Map(await Promise.all(PHOTO_SLOTS.map(async (slot) => [slot, await DraftHolder.of(url, slot)] as const)));
}

async function sendBad(stage: Stage): Promise<void> {
  const { options, service } = stage;
  const queue = Array.from({ length: options.files }, (_, serial) => serial).values();
  await Promise.all(
    Array.from({ length: options.lanes }, async () => {
      const holders = await holdersOf(service.url);
      for (const serial of queue) await sendOne(stage, serial, holders);
    }),
  );
}

async function sendOne(stage: Stage, serial: number, holders: ReadonlyMap<PhotoSlot, DraftHolder>): Promise<void> {
  const { service, book, options, bases, taken } = stage;
  const turn = Math.floor(serial / FAMILIES.length);
  const scheduled = FAMILIES[serial % FAMILIES.length]!;
  const family = scheduled.rare && turn % RARE !== 0 ? FAMILIES[(serial * 31) % CARRIERS.length]! : scheduled;
  const dice = new Dice(`${options.seed} file ${serial}`);
  const slot = PHOTO_SLOTS[(serial + turn) % PHOTO_SLOTS.length]!;
  const payload = payloadOf(serial);
  const file = await family.make(dice.pick(bases.get(slot)!), dice, payload);
  const holder = holders.get(slot)!;
  const where = `${serial}: ${family.name}, ${slot}`;
  if (family.carries && !file.includes(payload)) throw new Error(`${where}: carries nothing`);

  const starved = service.starvation(true);
  const told = await holder.puts(file);
  const milliseconds = told.milliseconds - starved();
  book.slowestMs = Math.max(book.slowestMs, told.milliseconds);
  book.slowestOwnMs = Math.max(book.slowestOwnMs, milliseconds);
  book.count(family.name, told.status === 200 ? 'accepted' : [told.status, ...told.codes.slice(1)].join(' '));
  if (told.status >= 500) book.breach('no answer is a 5xx', `${where}: ${told.status}`);
  if (milliseconds > LIMIT_MS) book.breach('every answer comes within 5 s', `${where}: ${Math.round(milliseconds)} ms`);
  if (!told.isWellFormed) book.breach('every refusal is a problem document that says which slot', `${where}: ${told.status}`);
  if (!isRight(family.answer, told)) {
    book.breach('every file is answered as its kind must be', `${where}: ${told.status} ${told.codes.join(' ')}`);
  }
  if (told.status !== 200) return;
  if (family.carries) taken.push({ slot, file });
  await searchOne(stage, holder, payload, where);
}

function isRight(answer: Answer, { status, codes }: Told): boolean {
  if (answer === 'either') return status === 200 || status === 415 || status === 422;
  if (answer === 'accepted') return status === 200;
  return status !== 200 && codes.some((code) => answer.includes(code));
}

/** Unlike any other file's, and long enough to be nobody's chance. */
function payloadOf(serial: number): Buffer {
  return Buffer.from(`CANARY-7f3a-${String(serial).padStart(7, '0')}-payload`);
}

/** Also in one piece of it, should it have been taken apart. */
const TRACE = Buffer.from('CANARY-7f3a');

async function searchOne({ service, stored, book }: Stage, holder: DraftHolder, payload: Buffer, where: string): Promise<void> {
  const { id: declarationId, slot } = holder;
  const [row] = await service.inDatabase(async (database) => {
    const { rows } = await database.query<{ id: string }>(`SELECT id FROM photos WHERE declaration_id = $1 AND slot = $2 AND current`, [
      declarationId,
      slot,
    ]);
    return rows;
  });
  if (!row) return book.breach('every file is answered as its kind must be', `${where}: taken, and not there`);
  const [kept, seen] = await Promise.all([stored.open({ id: row.id, declarationId, slot }), holder.sees()]);
  if (kept.includes(TRACE) || kept.includes(payload)) book.breach('nothing of a payload is in the store', where);
  if (seen.includes(TRACE)) book.breach('nothing of a payload is in what is served', where);
  const foreign = foreignPartsOf(kept);
  if (foreign.length > 0) book.breach('what is stored is our own JPEG: pixels and nothing else', `${where}: ${foreign.join(', ')}`);
}

/** Some of what was taken once more, in whole declarations, up to the mail. */
async function sendDeclarations({ service, taken, book }: Stage): Promise<void> {
  const of = (slot: PhotoSlot) => taken.filter((known) => known.slot === slot);
  const count = Math.min(...PHOTO_SLOTS.map((slot) => of(slot).length), Math.ceil(taken.length / DECLARATION_EVERY));
  for (let serial = 0; serial < count; serial++) {
    const [portrait, idFront, idBack] = PHOTO_SLOTS.map((slot) => of(slot)[serial]!.file);
    const shown = await shownOfDeclaration(service.url, { portrait: portrait!, idFront: idFront!, idBack: idBack! }, serial);
    for (const [what, content] of shown) {
      if (content.includes(TRACE)) book.breach('nothing of a payload is in what is served', `declaration ${serial}: ${what}`);
    }
  }
  book.count('whole declarations, seen by clerk, citizen and mailbox', `searched ${count}`);
}

/** Every table as text and every file but the database's own. */
async function searchAll({ service, book }: Stage, dataDir: string): Promise<void> {
  const tables = await service.inDatabase(async (database) => {
    const { rows } = await database.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of rows) {
      const { rows: found } = await database.query(
        `SELECT 1 FROM ${name} AS record WHERE record::text LIKE '%' || $1 || '%' OR record::text LIKE '%' || $2 || '%' LIMIT 1`,
        [TRACE.toString(), TRACE.toString('hex')],
      );
      if (found.length > 0) book.breach('nothing of a payload is in tables, files or mails', name);
    }
    return rows.length;
  });
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !/\/(pg|postgres)/.test(entry.parentPath.slice(dataDir.length)))
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files)
    if (await fileHolds(file, TRACE).catch(() => false)) book.breach('nothing of a payload is in tables, files or mails', file);
  book.count('places searched', `${tables} tables, ${files.length} files`);
}

/** How much more than at the beginning a process ever held: as the system counts it, or where it does not, as it was seen. */
class MemoryWatch {
  private least = Infinity;
  private most = 0;
  private readonly timer: NodeJS.Timeout;
  readonly isCounted: boolean;

  constructor(private readonly service: Service) {
    this.isCounted = service.forgetsPeak();
    this.timer = setInterval(() => this.look(), SAMPLE_MS);
    this.look();
  }

  /** @returns megabytes */
  stop(): number {
    clearInterval(this.timer);
    return Math.max(this.most, this.isCounted ? this.service.peakMegabytes() : 0) - this.least;
  }

  private look(): void {
    void this.service.footprint().then(
      ({ megabytes }) => {
        if (this.least === Infinity) this.least = megabytes;
        this.most = Math.max(this.most, megabytes);
      },
      () => undefined,
    );
  }
}
