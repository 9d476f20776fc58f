import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { dataFile, packageRoot } from '../../src/platform/package-root.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';

/** zxing is an ES module that Jest cannot load, so it draws in a process of its own, as text: `0` is a dark module. */
const PROGRAM = `
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')));
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
const { symbol, error } = await writeBarcode(process.argv[1], { format: 'QRCode', options: 'ecLevel=L', addQuietZones: true });
if (error) throw new Error(error);
const rows = Array.from({ length: symbol.height }, (_, row) => symbol.data.subarray(row * symbol.width, (row + 1) * symbol.width));
process.stdout.write(JSON.stringify(rows.map((row) => Array.from(row, (module) => (module < 128 ? '0' : '1')).join(''))));
`;

const drawn = new Map<string, Promise<string[]>>();

/** The payloads of invented cards. */
export const QR_SAMPLES = JSON.parse(readFileSync(dataFile('qr-samples-synthetic.json'), 'utf8')) as {
  kind: string;
  payload: string;
  fields: number;
  derivedOffice?: string;
}[];

/** The payload of the sample of this kind. */
export function qrSample(kind: string): string {
  const sample = QR_SAMPLES.find((known) => known.kind === kind);
  if (!sample) throw new Error(`there is no sample ${kind}`);
  return sample.payload;
}

/** How a card lies before the camera. Lengths in pixels of the photo. */
export interface Shot {
  width?: number;
  height?: number;
  /** Side of one module of the code. */
  module?: number;
  /** By how many degrees the card is turned. */
  turn?: number;
  /** Standard deviation of the blur. */
  blur?: number;
  /** Greatest deviation of a pixel by the sensor's noise, of 255. */
  noise?: number;
  /** Share of the light that is lost from left to right. */
  shade?: number;
  /** Share of the contrast that is left. */
  contrast?: number;
  /** A second card on the other side, with this payload. */
  beside?: string;
}

/** A photo of a card with this code on a table, pixel for pixel the same each time; to be made a JPEG or PNG. */
export async function qrPhoto(payload: string, shot: Shot = {}) {
  const { width = 1600, height = 1200, module = 6, turn = 0, blur, beside } = shot;
  const cards = await Promise.all([payload, ...(beside === undefined ? [] : [beside])].map((text) => card(text, module, turn)));
  const room = width / cards.length;
  const placed = await Promise.all(
    cards.map(async (input, index) => {
      const { width: wide, height: high } = await sharp(input).metadata();
      return { input, left: Math.round(room * (index + 0.5) - wide / 2), top: Math.round((height - high) / 2) };
    }),
  );
  const table = sharp({ create: { width, height, channels: 3, background: '#78644f' } });
  const pixels = await table.composite(placed).removeAlpha().raw().toBuffer();
  const photo = sharp(lit(pixels, width, shot), { raw: { width, height, channels: 3 } });
  return blur === undefined ? photo : photo.blur(blur);
}

/** The code alone with its margin, as a screen would show it. */
export async function qrPicture(payload: string, module: number) {
  const rows = await modulesOf(payload);
  const [height, width] = [rows.length, rows[0]!.length];
  const grey = Buffer.from([...rows.join('')].map((module) => Number(module) * 255));
  const modules = sharp(grey, { raw: { width, height, channels: 1 } });
  return modules.resize({ width: Math.round(width * module), kernel: 'nearest' }).toColourspace('srgb');
}

/** Row by row, with the margin; each code is drawn once. */
function modulesOf(payload: string): Promise<string[]> {
  const known = drawn.get(payload) ?? draw(payload);
  drawn.set(payload, known);
  return known;
}

async function draw(payload: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM, payload], { cwd: packageRoot() });
  return JSON.parse(stdout) as string[];
}

/** A pale card with the code in its corner. */
async function card(payload: string, module: number, turn: number): Promise<Buffer> {
  const code = await (await qrPicture(payload, module)).png().toBuffer();
  const { width: side } = await sharp(code).metadata();
  const [width, height, margin] = [2.2, 1.4, 0.1].map((share) => Math.round(side * share)) as [number, number, number];
  const paper = sharp({ create: { width, height, channels: 4, background: '#e1ebe4' } });
  const lying = await paper
    .composite([{ input: code, left: width - side - margin, top: margin }])
    .png()
    .toBuffer();
  const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
  return turn === 0 ? lying : sharp(lying).rotate(turn, { background: transparent }).png().toBuffer();
}

function lit(pixels: Buffer, width: number, { noise = 6, shade = 0.3, contrast = 1 }: Shot): Buffer {
  // Jest looks globals up through its sandbox, which a loop over millions of pixels feels.
  const { floor, max, min } = Math;
  let seed = 1;
  for (let at = 0; at < pixels.length; at++) {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    const light = 1 - (shade * (floor(at / 3) % width)) / width;
    const seen = ((pixels[at]! - 128) * contrast + 128) * light + noise * (seed / 0x80000000);
    pixels[at] = max(0, min(255, seen));
  }
  return pixels;
}
