import { Canvas } from './canvas.ts';
import {
  drawGuilloche,
  drawHolder,
  drawSignature,
  drawStamp,
  field,
  heading,
  INK,
  LABEL,
  machineLine,
  mark,
  onDesk,
  RED,
  write,
} from './card.ts';
import type { Dice } from './dice.ts';
import type { Looks } from './person.ts';
import { ISSUED_ON } from './paper.ts';
import { vietnameseDate, type PhotoPersona } from './persona.ts';

/** ISO ID-3, one page of a passport: 125 × 88 mm. */
const PAGE = { width: 1180, height: 830 };
const SIGNS = 44;

/** The data page of a passport of no country. */
export async function passportPageScene(dice: Dice, persona: PhotoPersona, looks: Looks): Promise<Canvas> {
  const page = new Canvas(PAGE.width, PAGE.height, [236, 228, 234]);
  drawGuilloche(page, dice);
  drawHolder(page, { x: 60, y: 220, width: 290, height: 400 }, looks, dice);
  await write(page, [
    ...heading(),
    { text: 'PASSPORT · HỘ CHIẾU MÔ PHỎNG', x: 400, y: 212, size: 30, colour: INK, bold: true },
    { text: `No. ${persona.idNumber}`, x: 400, y: 258, size: 40, colour: RED, bold: true },
    ...field('Name / Họ và tên', persona.fullName.toLocaleUpperCase('vi'), 330),
    ...field('Date of birth / Ngày sinh', vietnameseDate(persona.dateOfBirth), 424),
    ...field('Date of issue / Ngày cấp', vietnameseDate(ISSUED_ON), 518),
    { text: machineLine('P<ZZZSYNTHETIC<<SPECIMEN', SIGNS), x: 60, y: 680, size: 34, colour: INK },
    { text: machineLine(`${persona.idNumber}<NOT<AN<IDENTITY<DOCUMENT`, SIGNS), x: 60, y: 744, size: 34, colour: INK },
    mark(640, 450, 170),
  ]);
  return onDesk(page, dice);
}

/** A page for visas with an entry stamp and a signature. */
export async function passportVisaScene(dice: Dice): Promise<Canvas> {
  const page = new Canvas(PAGE.width, PAGE.height, [238, 232, 222]);
  drawGuilloche(page, dice);
  drawSignature(page, dice);
  drawStamp(page);
  await write(page, [
    { text: 'VISAS · THỊ THỰC MÔ PHỎNG', x: 60, y: 60, size: 40, colour: INK, bold: true },
    { text: 'Synthetic specimen, made by a machine, for tests', x: 60, y: 124, size: 28, colour: LABEL },
    { text: 'Admitted to nowhere · Không nhập cảnh nơi nào', x: 60, y: 240, size: 28, colour: INK },
    { text: '12', x: 580, y: 760, size: 28, colour: LABEL },
    mark(480, 480, 170),
  ]);
  return onDesk(page, dice);
}
