import type { OverlayOptions } from 'sharp';
import { fontFor } from '../../platform/fonts.ts';
import { sharp } from '../../platform/safe-sharp.ts';
import type { QrSymbol } from '../../qr/qr-writer.ts';
import type { HealthInsuranceCard } from '../../registry/registry.port.ts';

/** A card of 85.6 × 54 mm at 300 dots an inch. */
const WIDTH = 1012;
const HEIGHT = 638;
/** Dots for a module of the QR code; three are enough for any phone, five for a photo of the screen. */
const DOTS_A_MODULE = 5;
const MARGIN = 36;
const BLUE = '#0b5ca8';
const INK = '#16232f';

/** Draws the card with its QR code, marked as a simulation. Everything happens in the picture library's threads. */
export async function healthCardPicture(card: HealthInsuranceCard, { modules, side }: QrSymbol): Promise<Buffer> {
  const qrSide = side * DOTS_A_MODULE;
  const qr = await sharp(Buffer.from(modules), { raw: { width: side, height: side, channels: 1 } })
    .resize({ width: qrSide, kernel: 'nearest' })
    .png()
    .toBuffer();
  const lines = [
    `Mã số: ${card.cardNumber}`,
    `Họ và tên: ${card.fullName}`,
    `Ngày sinh: ${asPrinted(card.dateOfBirth)}   Giới tính: ${card.sex === 'male' ? 'Nam' : 'Nữ'}`,
    `Nơi ĐK KCB BĐ: ${card.hospital}`,
    `Giá trị sử dụng: từ ${asPrinted(card.validFrom)}${card.validTo === null ? '' : ` đến ${asPrinted(card.validTo)}`}`,
    `5 năm liên tục: từ ${asPrinted(card.fiveYearsFrom)}`,
  ];
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#f7fbff' } })
    .composite([
      { input: { create: { width: WIDTH, height: 104, channels: 3, background: BLUE } }, left: 0, top: 0 },
      text('THẺ BẢO HIỂM Y TẾ', 40, '#ffffff', 24),
      text('MÔ PHỎNG · SYNTHETIC, không có giá trị sử dụng', 20, '#ffffff', 74),
      ...lines.map((line, index) => text(line, 24, INK, 136 + index * 42, WIDTH - 2 * MARGIN)),
      { input: qr, left: WIDTH - qrSide - 8, top: HEIGHT - qrSide - 8 },
      text(card.placeOfIssue, 20, BLUE, HEIGHT - 56, WIDTH - qrSide - 2 * MARGIN),
    ])
    .png()
    .toBuffer();
}

/** @param size height of the letters' line, in dots */
function text(line: string, size: number, colour: string, top: number, width?: number): OverlayOptions {
  const font = fontFor(line);
  const markup = `<span foreground="${colour}">${escaped(line)}</span>`;
  return {
    input: { text: { text: markup, font: `${font.name} SemiBold ${size}`, fontfile: font.files.semiBold, dpi: 72, rgba: true, width } },
    left: MARGIN,
    top,
  };
}

/** The text generator reads Pango markup. */
function escaped(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function asPrinted(day: string): string {
  return day.split('-').reverse().join('/');
}
