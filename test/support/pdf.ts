import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/platform/package-root.ts';

/** What a reader of a PDF gets out of it. */
export interface ReadPdf {
  /** The text of each page as it copies out, one line per line. */
  pages: string[];
  /** Every piece of text with its page and the place of its baseline in points, in reading order; no bare spaces. */
  runs: { page: number; text: string; x: number; y: number }[];
  /** The texts of the QR codes that are drawn on the first page. */
  qrCodes: string[];
}

/**
 * pdfjs and zxing are ES modules that Jest cannot load, so they read in a process of their own. The first page's filled rectangles are
 * painted into a bitmap: that is all a QR code is made of.
 */
const PROGRAM = `
const [file, pdfjs, zxing, wasm] = process.argv.slice(1);
const { readFileSync } = await import('node:fs');
const { getDocument, OPS, VerbosityLevel } = await import(pdfjs);
const { prepareZXingModule, readBarcodes } = await import(zxing);
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm) } });
const document = await getDocument({ data: new Uint8Array(readFileSync(file)), verbosity: VerbosityLevel.ERRORS }).promise;
const pages = [];
const runs = [];
for (let number = 1; number <= document.numPages; number++) {
  const { items } = await (await document.getPage(number)).getTextContent();
  for (const { str, transform } of items) {
    const [x, y] = transform.slice(4).map((length) => Math.round(length * 100) / 100);
    if (str.trim() !== '') runs.push({ page: number, text: str, x, y });
  }
  pages.push(items.map((item) => item.str + (item.hasEOL ? '\\n' : '')).join(''));
}
const page = await document.getPage(1);
const SCALE = 4;
const [, , width, height] = page.view.map((side) => Math.ceil(side * SCALE));
const data = new Uint8ClampedArray(width * height * 4).fill(255);
const { fnArray, argsArray } = await page.getOperatorList();
let shade = 0;
let path = [[], []];
fnArray.forEach((operation, index) => {
  if (operation === OPS.setFillRGBColor) shade = Math.max(...Object.values(argsArray[index])) < 128 ? 0 : 255;
  if (operation === OPS.constructPath) path = argsArray[index];
  if (operation !== OPS.fill || !path[0].every((step) => step === OPS.rectangle)) return;
  for (let at = 0; at < path[1].length; at += 4) {
    const [left, top, w, h] = path[1].slice(at, at + 4);
    const [right, bottom] = [left + w, top + h].map((side) => Math.round(side * SCALE));
    for (let y = Math.round(top * SCALE); y < bottom; y++) {
      for (let x = Math.round(left * SCALE); x < right; x++) data.fill(shade, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
});
const codes = await readBarcodes({ data, width, height, colorSpace: 'srgb' }, { formats: ['QRCode'] });
process.stdout.write(JSON.stringify({ pages, runs, qrCodes: codes.map(({ text }) => text) }));
`;

export async function readPdf(pdf: Buffer): Promise<ReadPdf> {
  const { resolve } = createRequire(join(packageRoot(), 'package.json'));
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-pdf-'));
  try {
    const file = join(directory, 'read.pdf');
    await writeFile(file, pdf);
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      PROGRAM,
      file,
      resolve('pdfjs-dist/legacy/build/pdf.mjs'),
      join(packageRoot(), 'node_modules', 'zxing-wasm', 'dist', 'es', 'reader', 'index.js'),
      resolve('zxing-wasm/reader/zxing_reader.wasm'),
    ]);
    return JSON.parse(stdout) as ReadPdf;
  } finally {
    await rm(directory, { recursive: true });
  }
}
