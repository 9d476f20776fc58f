import { Canvas } from './canvas.ts';
import {
  CARD,
  drawFingerprint,
  drawGuilloche,
  drawHolder,
  drawSignature,
  drawStamp,
  field,
  heading,
  INK,
  LABEL,
  mark,
  onDesk,
  RED,
  write,
} from './card.ts';
import type { Dice } from './dice.ts';
import type { Looks } from './person.ts';
import { vietnameseDate, type PhotoPersona } from './persona.ts';

/** The front of a card that looks like the nine-digit card of before 2016, which has no code. */
export async function cmndFrontScene(dice: Dice, persona: PhotoPersona, looks: Looks): Promise<Canvas> {
  const card = new Canvas(CARD.width, CARD.height, [214, 226, 206]);
  drawGuilloche(card, dice);
  drawHolder(card, { x: 60, y: 250, width: 270, height: 380 }, looks, dice);
  await write(card, [
    ...heading(),
    { text: 'GIẤY MÔ PHỎNG', x: 400, y: 206, size: 34, colour: INK, bold: true },
    { text: `SỐ ${persona.idNumber}`, x: 400, y: 262, size: 44, colour: RED, bold: true },
    ...field('Họ tên', persona.fullName.toLocaleUpperCase('vi'), 346),
    ...field('Sinh ngày', vietnameseDate(persona.dateOfBirth), 446),
    ...field('Nơi ĐKHK thường trú', persona.residence ?? '', 546),
    mark(640, 430, 170),
  ]);
  return onDesk(card, dice);
}

/** Its back: two large fingerprints, marks, signature and stamp. */
export async function cmndBackScene(dice: Dice): Promise<Canvas> {
  const card = new Canvas(CARD.width, CARD.height, [222, 228, 212]);
  drawGuilloche(card, dice);
  for (const top of [110, 420]) drawFingerprint(card, 90, top, dice, top === 110 ? 0.3 : -0.4);
  drawSignature(card, dice);
  drawStamp(card);
  await write(card, [
    { text: 'Ngón trỏ trái', x: 90, y: 70, size: 24, colour: LABEL },
    { text: 'Ngón trỏ phải', x: 90, y: 380, size: 24, colour: LABEL },
    { text: 'DẤU VẾT RIÊNG VÀ DỊ HÌNH', x: 360, y: 66, size: 28, colour: INK, bold: true },
    { text: 'Sẹo chấm C.2 cm trên sau đuôi mày phải', x: 360, y: 112, size: 26, colour: INK },
    { text: 'Ngày 01 tháng 02 năm 2012', x: 640, y: 190, size: 28, colour: INK },
    { text: 'CƠ QUAN CẤP GIẤY MÔ PHỎNG', x: 640, y: 236, size: 26, colour: INK, bold: true },
    { text: 'SYNTHETIC SPECIMEN — KHÔNG CÓ GIÁ TRỊ', x: 360, y: 600, size: 34, colour: RED, bold: true },
    { text: 'Made by a machine, for tests — not an identity document', x: 360, y: 654, size: 26, colour: LABEL },
    mark(560, 420, 150),
  ]);
  return onDesk(card, dice);
}
