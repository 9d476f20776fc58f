import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { GreyPicture } from './grey-picture.ts';

// Without its binary in hand the library would look for it on the network.
const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });

/** A card beside a poster: enough codes to find the one that is a card's. */
const MOST_CODES = 4;

/** What a thread of `QrReader` runs. @returns the texts of the QR codes on a picture, turned and mirrored ones too */
export default async function read({ pixels, width, height }: GreyPicture): Promise<string[]> {
  // As PGM the decoder takes one byte for a pixel; as image data it would want four.
  const pgm = Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]);
  const codes = await readBarcodes(pgm, { formats: ['QRCode'], maxNumberOfSymbols: MOST_CODES, characterSet: 'UTF8' });
  return codes.filter(({ isValid }) => isValid).map(({ text }) => text);
}
