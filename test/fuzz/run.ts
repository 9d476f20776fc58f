import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { PhotoAlbum } from '../crash/photo-album.ts';
import { truthOf, type Truth } from '../support/openapi-truth.ts';
import { NOWHERE, operationsOf, type ApiDocument, type Operation } from './api-description.ts';
import { checkProcess, checkRecords } from './aftermath.ts';
import type { Book } from './book.ts';
import { Cast } from './cast.ts';
import { judge } from './judge.ts';
import { Lane } from './lane.ts';
import { shuffled } from './luck.ts';
import type { FuzzOptions } from './options.ts';
import { Pictures } from './pictures.ts';
import { Requests } from './requests.ts';
import { Samples } from './samples.ts';
import { Service, type Footprint } from './service.ts';
import { TownBroken, Townsfolk } from './townsfolk.ts';
import { Costs, Trend } from './trend.ts';

/** After so many requests everything is held against everything, emptied and begun anew. */
const ROUND = 2_000;
/** Of a hundred requests, so many go out at the end of the round among those that move the clock or empty the town. */
const ROUGH_PERCENT = 5;
/** From so many requests on each route must have been answered with success. */
const LONG = 20_000;
/** What the straight line through the rounds after the warm-up may rise by in 100,000 requests, in megabytes. */
const MOST_GROWTH_MB = 150;
/** Who has no answer by then has none. */
const PATIENCE_MS = 30_000;
/** Faults would be taken for what the run looks for. */
const SABOTAGE = 'PUT /_sim/faults';
const ROUGH = ['POST /_sim/reset', 'PUT /_sim/clock', 'POST /_sim/clock/advance'];

/** Sends the requests to a service of its own, and holds every answer, and what is left afterwards, against the rules. */
export async function runFuzzTest(options: FuzzOptions, dataDir: string, book: Book, say: (line: string) => void): Promise<void> {
  const album = await PhotoAlbum.make(options.seed, 'small');
  const service = await Service.start(dataDir, book);
  const interrupted = () => void service.abandon().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as ApiDocument;
    const requests = new Requests(options.seed, new Samples(document.components.schemas), await Pictures.make(album));
    const fuzz: Fuzz = { service, requests, book, album, options, truth: truthOf(document), operations: operationsOf(document), say };
    const rounds = Math.ceil(options.requests / ROUND);
    await new Townsfolk(service.url, album, new Dice(options.seed)).wakeUp();
    let before: Footprint | undefined;
    const trend = new Trend();
    const costs = await Costs.of(service);
    for (let round = 0; round < rounds && service.isAlive; round++) {
      const began = performance.now();
      if (!(await survives(book, () => play(fuzz, round)))) break;
      const footprint = await service.footprint();
      before ??= footprint;
      trend.add(footprint);
      const seconds = Math.round((performance.now() - began) / 1000);
      say(
        `  round ${round + 1} of ${rounds}: ${seconds} s, ${book.violationCount} violations so far, ${footprint.megabytes} MB, ${footprint.descriptors} descriptors`,
      );
    }
    if (before) {
      const after = await checkProcess(service, before, book);
      say(
        `  descriptors ${before.descriptors} → ${after.descriptors}, memory ${before.megabytes} → ${after.megabytes} MB, ${trend.told(ROUND)}`,
      );
      if ((trend.growth(ROUND) ?? 0) > MOST_GROWTH_MB) book.breach('memory is back where it was', `it grows: ${trend.told(ROUND)}`);
      say(await costs.told(Math.min(rounds * ROUND, options.requests)));
    }
    book.checkCoverage(
      fuzz.operations.map(({ name }) => name).filter((name) => name !== SABOTAGE),
      options.requests >= LONG,
      say,
    );
    await service.stop();
  } finally {
    await service.abandon();
  }
}

/** Whether the town could be played in to the end. */
async function survives(book: Book, play: () => Promise<void>): Promise<boolean> {
  try {
    await play();
    return true;
  } catch (error) {
    if (!(error instanceof TownBroken)) throw error;
    book.breach('who does everything right is served', error.message);
    return false;
  }
}

interface Fuzz {
  readonly service: Service;
  readonly requests: Requests;
  readonly book: Book;
  readonly album: PhotoAlbum;
  readonly options: FuzzOptions;
  readonly truth: Truth;
  readonly operations: readonly Operation[];
  readonly say: (line: string) => void;
}

async function play(fuzz: Fuzz, round: number): Promise<void> {
  const { options, service, book, operations } = fuzz;
  const first = round * ROUND;
  const count = Math.min(ROUND, options.requests - first);
  const rough = Math.floor((count * ROUGH_PERCENT) / 100);
  const dice = new Dice(`${options.seed} round ${round}`);
  const town = new Townsfolk(service.url, fuzz.album, dice);
  const cast = new Cast(town);
  const calm = operations.filter(({ name }) => !ROUGH.includes(name) && name !== SABOTAGE);
  const roughening = operations.filter(({ name }) => ROUGH.includes(name));

  await sendAll(fuzz, cast, first, deal(dice, calm, count - rough));
  await checkRecords(service, book, false);
  cast.renews = false;
  await sendAll(fuzz, cast, first + count - rough, deal(dice, [...calm, ...repeated(roughening, 4)], rough));
  await checkRecords(service, book, true);
  await town.beginAnew();
}

/** Whether threads take part in the answer. */
function decodesPhotos({ name, bodies }: Operation): boolean {
  return name === 'PATCH /v1/uploads/{id}' || bodies.some(({ mediaType }) => mediaType === 'multipart/form-data');
}

/** Every operation about as often as it is weighty, in any order. */
function deal(dice: Dice, operations: readonly Operation[], count: number): Operation[] {
  const deck = [...operations.flatMap((operation) => repeated([operation], weightOf(operation))), ...repeated([NOWHERE], 4)];
  const dealt: Operation[] = [];
  while (dealt.length < count) dealt.push(...shuffled(dice, deck));
  return dealt.slice(0, count);
}

/** Bodies have more to be wrong; drawing a picture takes long. */
function weightOf({ bodies, template }: Operation): number {
  if (template === '/_sim/photos/{slot}' || template.endsWith('/form.pdf')) return 1;
  return bodies.some(({ mediaType }) => mediaType === 'multipart/form-data') ? 12 : bodies.length > 0 ? 6 : 3;
}

function repeated<T>(items: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => items).flat();
}

/** As many at once as there are connections. */
async function sendAll(
  { service, requests, truth, book, options }: Fuzz,
  cast: Cast,
  first: number,
  operations: readonly Operation[],
): Promise<void> {
  const { hostname, port } = new URL(service.url);
  const queue = operations.entries();
  const work = async () => {
    const lane = new Lane(hostname, Number(port));
    for (const [index, operation] of queue) {
      if (!service.isAlive) break;
      const request = await requests.make(first + index, operation, cast);
      const starved = service.starvation(decodesPhotos(request.operation));
      const outcome = await lane.exchange(request.wire, request.method, PATIENCE_MS + request.waitMs);
      await judge(request, outcome, starved(), truth, book);
    }
    lane.close();
  };
  const ends = await Promise.allSettled(Array.from({ length: options.connections }, work));
  await cast.settled();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
