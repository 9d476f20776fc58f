const SIGNATURE_BYTES = 8;
/** Length, type and checksum around a chunk's data. */
const FRAME_BYTES = 12;

/** What the pixels, their colours and their upright position need. */
const NEEDED = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'eXIf']);

/**
 * A PNG without its texts and other extras. The decoder would unpack every compressed text and hold all of them: ten megabytes
 * of file become gigabytes of memory. What is damaged is left as it is, for the decoder to refuse.
 */
export function neededChunks(png: Buffer): Buffer {
  const kept = [png.subarray(0, SIGNATURE_BYTES)];
  let from = SIGNATURE_BYTES;
  let at = SIGNATURE_BYTES;
  while (at + FRAME_BYTES <= png.length) {
    const next = at + FRAME_BYTES + png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') return Buffer.concat([...kept, png.subarray(from, next)]);
    if (next > png.length) break;
    if (!NEEDED.has(type)) {
      kept.push(png.subarray(from, at));
      from = next;
    }
    at = next;
  }
  return Buffer.concat([...kept, png.subarray(from)]);
}
