import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import type { QrSymbol } from './qr-writer.ts';

// Without its binary in hand the library would look for it on the network.
const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')));
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });

/** What a thread of `QrWriter` runs. */
export default async function draw(text: string): Promise<QrSymbol> {
  const { symbol, error } = await writeBarcode(text, { format: 'QRCode', options: 'ecLevel=M', addQuietZones: true });
  if (error) throw new Error(error);
  return { modules: new Uint8Array(symbol.data), side: symbol.width };
}
