import { crc32 } from 'node:zlib';
import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { drawnPhoto } from './drawn-photos.ts';

/** Stands in every payload: it must be found in nothing that is kept. */
export const CANARY = 'CANARY-7f3a';

/** A good photo to spoil. */
export async function goodJpeg(): Promise<Buffer> {
  return drawnPhoto({ slot: 'idFront', seed: 'corpus' });
}

/** Three good photos, as a citizen sends them. */
export async function threePhotos(seed = 'corpus'): Promise<Record<(typeof PHOTO_SLOTS)[number], Buffer>> {
  const [portrait, idFront, idBack] = await Promise.all(PHOTO_SLOTS.map((slot) => drawnPhoto({ slot, seed })));
  return { portrait: portrait!, idFront: idFront!, idBack: idBack! };
}

export interface SampleFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What cameras, scanners and apps really send. Each is accepted. */
export async function realLifeFiles(): Promise<SampleFile[]> {
  const jpeg = await goodJpeg();
  const photo = () => sharp(jpeg);
  return [
    { name: 'a plain JPEG', bytes: jpeg },
    { name: 'a plain PNG', bytes: await photo().png().toBuffer() },
    { name: 'a progressive JPEG', bytes: await photo().jpeg({ progressive: true }).toBuffer() },
    { name: 'an interlaced PNG', bytes: await photo().resize(900).png({ progressive: true }).toBuffer() },
    { name: 'a CMYK JPEG', bytes: await photo().toColourspace('cmyk').jpeg().toBuffer() },
    { name: 'a grey JPEG', bytes: await photo().toColourspace('b-w').jpeg().toBuffer() },
    { name: 'a Display P3 JPEG', bytes: await photo().withIccProfile('p3').jpeg().toBuffer() },
    { name: 'a PNG of 16 bits per channel', bytes: await photo().resize(900).toColourspace('rgb16').png().toBuffer() },
    { name: 'a PNG with transparency', bytes: await photo().ensureAlpha(0.9).png().toBuffer() },
    { name: 'a PNG with a palette', bytes: await photo().png({ palette: true }).toBuffer() },
    { name: 'a JPEG held upright by EXIF', bytes: await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer() },
    { name: 'a JPEG with a second picture behind it, as phones append', bytes: Buffer.concat([jpeg, jpeg.subarray(0, 5000)]) },
    { name: 'the smallest allowed, upright', bytes: await photo().resize(200, 300, { fit: 'fill' }).jpeg().toBuffer() },
    { name: 'the smallest allowed, lying', bytes: await photo().resize(300, 200, { fit: 'fill' }).jpeg().toBuffer() },
    { name: 'the widest allowed', bytes: await photo().resize(1600, 400, { fit: 'fill' }).jpeg().toBuffer() },
    { name: 'a card on a white scanner', bytes: await photo().extend({ top: 900, bottom: 900, left: 900, right: 900, background: '#ffffff' }).jpeg().toBuffer() }, // prettier-ignore
  ];
}

/** Good photos that carry something else. Accepted, and what they carry is gone. */
export async function carriers(): Promise<SampleFile[]> {
  const jpeg = await goodJpeg();
  const png = await sharp(jpeg).resize(900).png().toBuffer();
  const html = Buffer.from(`<html><script>/*${CANARY}*/</script></html>`);
  const gps = { GPSLatitudeRef: 'N', GPSLatitude: '21/1 1/1 42/1', GPSLongitudeRef: 'E', GPSLongitude: '105/1 51/1 0/1' };
  return [
    {
      name: 'EXIF with a place and an owner',
      bytes: await sharp(jpeg)
        .withExif({ IFD0: { Artist: CANARY, Model: CANARY }, IFD3: gps })
        .jpeg()
        .toBuffer(),
    },
    { name: 'XMP', bytes: withSegment(jpeg, 0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x>${CANARY}</x>`)) },
    { name: 'a comment', bytes: withSegment(jpeg, 0xfe, Buffer.from(`<?php echo "${CANARY}"; ?>`)) },
    { name: 'an application segment of its own', bytes: withSegment(jpeg, 0xed, Buffer.from(CANARY)) },
    { name: 'a ZIP behind the JPEG', bytes: Buffer.concat([jpeg, Buffer.from(`PK\x03\x04${CANARY}PK\x05\x06`, 'latin1')]) },
    { name: 'a page behind the JPEG', bytes: Buffer.concat([jpeg, html]) },
    { name: 'a script in the first segment (JPEG and JavaScript at once)', bytes: withSegment(jpeg, 0xe0, Buffer.from(`=1;alert("${CANARY}")/*`.padEnd(0x2f2a - 2))) }, // prettier-ignore
    { name: 'a PNG text', bytes: withChunk(png, 'tEXt', Buffer.from(`Comment\0${CANARY}`)) },
    { name: 'a chunk of its own in a PNG', bytes: withChunk(png, 'caNa', Buffer.from(CANARY)) },
    { name: 'a script behind the PNG', bytes: Buffer.concat([png, Buffer.from(`<?php ${CANARY}`)]) },
  ];
}

/** What is no JPEG or PNG at all, whatever it is called. */
export async function foreignFiles(): Promise<SampleFile[]> {
  const jpeg = await goodJpeg();
  return [
    { name: 'text', bytes: Buffer.from('not a photo') },
    { name: 'a page', bytes: Buffer.from('<!doctype html><script>alert(1)</script>') },
    { name: 'SVG', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><script>alert(1)</script></svg>') },
    { name: 'PDF', bytes: Buffer.from('%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj') },
    { name: 'GIF', bytes: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64') },
    { name: 'HEIC', bytes: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic'), Buffer.alloc(2000, 7)]) },
    { name: 'WebP', bytes: await sharp(jpeg).webp().toBuffer() },
    { name: 'TIFF', bytes: await sharp(jpeg).tiff().toBuffer() },
    { name: 'nothing', bytes: Buffer.alloc(0) },
    { name: 'one byte', bytes: jpeg.subarray(0, 1) },
    { name: 'a JPEG behind a space', bytes: Buffer.concat([Buffer.from(' '), jpeg]) },
  ];
}

/** What begins like a photo and is none. */
export async function brokenFiles(): Promise<SampleFile[]> {
  const jpeg = await goodJpeg();
  const png = await sharp(jpeg).resize(900).png().toBuffer();
  const flipped = Buffer.from(png);
  flipped[Math.floor(png.length / 2)]! ^= 0x10;
  return [
    { name: 'half a JPEG', bytes: jpeg.subarray(0, jpeg.length / 2) },
    { name: 'a cut PNG', bytes: png.subarray(0, png.length / 2) },
    { name: 'a PNG without its end', bytes: png.subarray(0, png.length - 400) },
    { name: 'a PNG with a flipped bit', bytes: flipped },
    { name: 'a JPEG signature before noise', bytes: Buffer.concat([jpeg.subarray(0, 3), Buffer.alloc(5000, 0xa5)]) },
    { name: 'a PNG signature before a page', bytes: Buffer.concat([png.subarray(0, 8), Buffer.from('<html></html>')]) },
    { name: 'a JPEG of its first eight bytes', bytes: jpeg.subarray(0, 8) },
    { name: 'a JPEG that declares other dimensions than it has', bytes: declaring(jpeg, 4000, 4000) },
  ];
}

/** A PNG whose header declares a picture that nobody could hold in memory. */
export function declaredPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', Buffer.alloc(100)), chunk('IEND', Buffer.alloc(0))]);
}

/** The same picture, made exactly so many bytes long by comments. */
export function paddedTo(jpeg: Buffer, bytes: number): Buffer {
  let missing = bytes - jpeg.length;
  const comments: Buffer[] = [];
  while (missing > 0) {
    // A segment has four bytes around its content, and no remainder may be shorter than that.
    const size = missing > 60_000 ? 50_000 : missing;
    comments.push(segment(0xfe, Buffer.alloc(size - 4, 0x20)));
    missing -= size;
  }
  return Buffer.concat([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]);
}

/** Inserts a segment right behind the start of a JPEG. */
export function withSegment(jpeg: Buffer, marker: number, content: Buffer): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), segment(marker, content), jpeg.subarray(2)]);
}

/** Inserts a chunk behind the header of a PNG. */
export function withChunk(png: Buffer, type: string, content: Buffer): Buffer {
  const behindHeader = 8 + 12 + 13;
  return Buffer.concat([png.subarray(0, behindHeader), chunk(type, content), png.subarray(behindHeader)]);
}

export function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

export function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

export function declaring(jpeg: Buffer, width: number, height: number): Buffer {
  const lying = Buffer.from(jpeg);
  const frame = lying.indexOf(Buffer.from([0xff, 0xc0]));
  lying.writeUInt16BE(height, frame + 5);
  lying.writeUInt16BE(width, frame + 7);
  return lying;
}
