import type { AdviceCode } from '../../src/photos/photo-advice.ts';
import type { PhotoFault } from '../../src/photos/photo-examination.ts';
import type { PhotoSlot } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { open, PHOTO_DEFECTS, type Picture } from '../../src/simulator/photo-lab/defects.ts';
import type { PhotoOrder } from '../../src/simulator/photo-lab/photo-lab.ts';
import { PAPERS, type Paper } from '../../src/simulator/photo-lab/paper.ts';
import { expectedOf, GRADES, type Expected } from '../../src/simulator/photo-lab/photo-truth.ts';
import { drawnPhoto } from '../support/drawn-photos.ts';

/** What the gate is to say of a photo: a refusal, or an acceptance with these pieces of advice. */
export type Label = `refused: ${PhotoFault | 'same-as-other-slot'}` | readonly AdviceCode[];

export interface LabelledPhoto {
  readonly defect: string;
  readonly slot: PhotoSlot;
  readonly label: Label;
  /** What lies in another slot already. */
  readonly beside?: () => Promise<Buffer>;
  bytes(): Promise<Buffer>;
}

const SEEDS = ['lan', 'minh'];
const GOOD: Label = [];

/** Good photos, the same with every graded defect of the lab, and what else happens to photos. The same on every machine. */
export function labelledSet(seeds: readonly string[] = SEEDS, papers: readonly Paper[] = ['cccd']): LabelledPhoto[] {
  return seeds.flatMap((seed) => [
    ...photosOf('portrait', seed, 'cccd'),
    ...papers.flatMap((paper) => [...photosOf('idFront', seed, paper), ...photosOf('idBack', seed, paper)]),
  ]);
}

/** Every paper that the lab draws. */
export function wholeSet(): LabelledPhoto[] {
  return labelledSet(SEEDS, PAPERS);
}

function photosOf(slot: PhotoSlot, seed: string, paper: Paper): LabelledPhoto[] {
  const order = { slot, seed, paper };
  const original = () => drawnPhoto(order);
  const photo = (defect: string, label: Label, bytes: () => Promise<Buffer>) => ({ defect: `${paper}, ${defect}`, slot, label, bytes });
  const edited = (edit: (taken: Picture) => ReturnType<typeof open>) => async () =>
    edit(await picture(order))
      .jpeg()
      .toBuffer();
  return [
    photo('none', GOOD, original),
    ...PHOTO_DEFECTS.flatMap((defect) =>
      GRADES.map((grade) =>
        photo(`${defect}, grade ${grade}`, labelOf(expectedOf(slot, defect, grade)), () => drawnPhoto({ ...order, defect, grade })),
      ),
    ),
    photo(
      'sent by a messenger',
      GOOD,
      edited((taken) => open(taken).resize({ width: 1280, height: 1280, fit: 'inside' })),
    ),
    // Of two photos that are the same the later one is refused, and a portrait is never the later one.
    ...(slot === 'portrait' ? [] : [{ ...photo('the same in two slots', 'refused: same-as-other-slot', original), beside: original }]),
    // What no measure sees and a clerk's eye does: taken as it is.
    photo(
      'a thumb in the corner',
      GOOD,
      edited((taken) => open(taken).composite([thumb(taken)])),
    ),
  ];
}

function labelOf({ expected, codes }: Expected): Label {
  return expected === 'refused' ? `refused: ${codes[0]!}` : codes;
}

const pictures = new Map<string, Promise<Picture>>();

function picture(order: PhotoOrder): Promise<Picture> {
  const key = JSON.stringify(order);
  const known = pictures.get(key) ?? drawnPhoto(order).then(decoded);
  pictures.set(key, known);
  return known;
}

async function decoded(jpeg: Buffer): Promise<Picture> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

function thumb({ width, height }: Picture) {
  const size = { width: Math.round(width / 4), height: Math.round(height / 3) };
  return { input: { create: { ...size, channels: 3 as const, background: '#b58a70' } }, left: 0, top: height - size.height };
}
