import type { PhotoSlot } from '../../photos/photo-slot.ts';
import type { QrSymbol } from '../../qr/qr-writer.ts';
import { developed, photograph } from './camera.ts';
import type { Canvas } from './canvas.ts';
import { cccdBackScene, cccdFrontScene } from './cccd.scene.ts';
import { cmndBackScene, cmndFrontScene } from './cmnd.scene.ts';
import type { PhotoDefect, Picture } from './defects.ts';
import { Dice } from './dice.ts';
import { citizenCardText, NO_RESIDENCE, numberOn, paperOf, type Paper } from './paper.ts';
import { passportPageScene, passportVisaScene } from './passport.scene.ts';
import { looksOf } from './person.ts';
import { inventedPersona, type PhotoPersona } from './persona.ts';
import { gradedDefect, type Grade } from './photo-truth.ts';
import { portraitScene } from './portrait.scene.ts';

export interface PhotoOrder {
  readonly slot: PhotoSlot;
  /** Any text; another seed is another picture. */
  readonly seed: string;
  /** Absent = the paper that the persona's number stands on. */
  readonly paper?: Paper | undefined;
  readonly defect?: PhotoDefect | undefined;
  /** How bad the defect is; absent = 3, as bad as it gets. */
  readonly grade?: Grade | undefined;
  /** What stands on the paper; absent = somebody invented for the seed. */
  readonly persona?: PhotoPersona | undefined;
  /** Scaled down to so many pixels of the long side, for who wants a photo that is handled quickly. */
  readonly longSide?: number | undefined;
}

/** How bad a defect is where nobody says otherwise. */
export const WORST: Grade = 3;

/** Draws the code of this text. */
export type DrawCode = (text: string) => Promise<QrSymbol>;

/** What the order comes to: who is on the photo, which paper it is, and the text of the code where there is one. */
export function subjectOf({ slot, seed, paper: asked, persona }: PhotoOrder) {
  const sitter = persona ?? inventedPersona(new Dice(seed));
  const paper = asked ?? paperOf(sitter.idNumber);
  const holder: PhotoPersona = {
    ...sitter,
    residence: sitter.residence ?? NO_RESIDENCE,
    idNumber: numberOn(paper, sitter, new Dice(`${paper} of ${sitter.idNumber}`)),
  };
  const hasCode = slot === 'idFront' && paper === 'cccd';
  return { sitter, paper, holder, code: hasCode ? citizenCardText(holder.idNumber, holder) : undefined };
}

/**
 * A synthetic photo of an invented person or paper, marked SYNTHETIC, as a JPEG of about a megapixel. The same order gives the same
 * bytes. Our gate says of it what photo-truth.ts says.
 */
export async function drawPhoto(order: PhotoOrder, drawCode: DrawCode): Promise<Buffer> {
  return finish(order, await takePicture(order, drawCode));
}

/** The picture before anything went wrong: the same for every defect, so that it can be kept. */
export async function takePicture(order: PhotoOrder, drawCode: DrawCode): Promise<Picture> {
  const dice = new Dice(`${order.slot} ${order.seed}`);
  return photograph(await sceneOf(order, dice, drawCode), dice);
}

/** What the lens or the hand did to the picture, as a JPEG. */
export async function finish({ slot, defect, grade = WORST, longSide }: PhotoOrder, picture: Picture): Promise<Buffer> {
  if (defect) return developed(picture, { defect, amount: gradedDefect(slot, defect, grade).amount });
  return developed(picture, longSide === undefined ? undefined : { defect: 'tiny', amount: longSide });
}

async function sceneOf(order: PhotoOrder, dice: Dice, drawCode: DrawCode): Promise<Canvas> {
  const { sitter, paper, holder, code } = subjectOf(order);
  // One person, one face: the portrait and the picture on the paper match, whatever the seed does to light and desk.
  const looks = looksOf(new Dice(`looks of ${sitter.idNumber}`));
  if (order.slot === 'portrait') return portraitScene(dice, sitter, looks);
  const isFront = order.slot === 'idFront';
  if (paper === 'cmnd') return isFront ? cmndFrontScene(dice, holder, looks) : cmndBackScene(dice);
  if (paper === 'passport') return isFront ? passportPageScene(dice, holder, looks) : passportVisaScene(dice);
  return code === undefined ? cccdBackScene(dice, holder) : cccdFrontScene(dice, holder, looks, await drawCode(code));
}
