import type { QrSymbol } from '../../qr/qr-writer.ts';
import { Canvas, type Box } from './canvas.ts';
import {
  CARD,
  drawChip,
  drawFingerprint,
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

/** Pixels of one module: four survive the lens, the sensor's noise and the JPEG. */
const MODULE = 4;

/** The front of a card that looks like a chip card, and says in every corner that it is none. Its code is real and says what is printed. */
export async function cccdFrontScene(dice: Dice, persona: PhotoPersona, looks: Looks, qr: QrSymbol): Promise<Canvas> {
  const card = new Canvas(CARD.width, CARD.height, [226, 236, 232]);
  drawGuilloche(card, dice);
  drawHolder(card, { x: 60, y: 236, width: 290, height: 400 }, looks, dice);
  const expires = `${Number(persona.dateOfBirth.slice(0, 4)) + 60}${persona.dateOfBirth.slice(4)}`;
  await write(card, [
    ...heading(),
    { text: 'Số / No.', x: 400, y: 252, size: 24, colour: LABEL },
    { text: persona.idNumber.replace(/(\d{3})(?=\d)/g, '$1 '), x: 510, y: 244, size: 38, colour: RED, bold: true },
    ...field('Họ và tên / Full name', persona.fullName.toLocaleUpperCase('vi'), 316),
    ...field('Ngày sinh / Date of birth', `${vietnameseDate(persona.dateOfBirth)} · ${persona.sex === 'male' ? 'Nam' : 'Nữ'}`, 410),
    ...field('Nơi thường trú / Residence', persona.residence ?? '', 504),
    ...field('Có giá trị đến / Valid until', vietnameseDate(expires), 598),
    mark(640, 440, 170),
  ]);
  drawCode(card, qr);
  return onDesk(card, dice);
}

/** Its back: chip, marks, a scribbled signature, a stamp, and lines of signs for machines. */
export async function cccdBackScene(dice: Dice, persona: PhotoPersona): Promise<Canvas> {
  const card = new Canvas(CARD.width, CARD.height, [232, 230, 222]);
  drawGuilloche(card, dice);
  drawChip(card);
  for (const [index, left] of [250, 440].entries()) drawFingerprint(card, left, 66, dice, index === 0 ? 0.4 : -0.3);
  drawSignature(card, dice);
  drawStamp(card);
  await write(card, [
    { text: 'Đặc điểm nhận dạng / Personal identification', x: 640, y: 66, size: 22, colour: LABEL },
    { text: 'Nốt ruồi C.1 cm dưới khóe mắt trái', x: 640, y: 98, size: 26, colour: INK },
    { text: `Ngày cấp / Date of issue: ${vietnameseDate(ISSUED_ON)}`, x: 640, y: 150, size: 26, colour: INK },
    { text: 'CƠ QUAN CẤP THẺ MÔ PHỎNG', x: 700, y: 212, size: 26, colour: INK, bold: true },
    { text: machineLine(`SYNTHETIC<<${persona.idNumber}`, 30), x: 60, y: 530, size: 50, colour: INK },
    { text: machineLine('SPECIMEN<<KHONG<CO<GIA<TRI', 30), x: 60, y: 594, size: 50, colour: INK },
    { text: machineLine('NOT<AN<IDENTITY<DOCUMENT', 30), x: 60, y: 658, size: 50, colour: INK },
    mark(480, 400, 150),
  ]);
  return onDesk(card, dice);
}

/** Black on white in the upper right corner, quiet zone and all. */
function drawCode(card: Canvas, { modules, side }: QrSymbol): void {
  const box: Box = { x: card.width - 36 - side * MODULE, y: 20, width: side * MODULE, height: side * MODULE };
  const { floor } = Math;
  const at = (x: number, y: number) => modules[floor((y - box.y) / MODULE) * side + floor((x - box.x) / MODULE)];
  card.blend(box, [250, 250, 250], () => 1);
  card.blend(box, [16, 16, 20], (x, y) => (at(x, y) === 0 ? 1 : 0));
}
