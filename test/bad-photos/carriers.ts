import { deflateSync } from 'node:zlib';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { chunk, segment, withChunk, withSegment } from '../support/bad-files.ts';
import type { Family } from './family.ts';

const ascii = (text: string) => Buffer.from(text, 'latin1');
const behind =
  (lead: string, tail = '') =>
  (file: Buffer, payload: Buffer) =>
    Buffer.concat([file, ascii(lead), payload, ascii(tail)]);

/** What may stand in a JPEG's segment, and the bytes that announce it. */
const SEGMENTS: Record<string, readonly [marker: number, lead: string]> = {
  XMP: [0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>'],
  'extended XMP': [0xe1, 'http://ns.adobe.com/xmp/extension/\0'],
  'an EXIF user comment': [0xe1, 'Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0'],
  'a maker’s note': [0xe1, 'Exif\0\0MM\0*\0\0\0\b\0\0MakerNote'],
  'IPTC (8BIM)': [0xed, 'Photoshop 3.0\x008BIM\x04\x04\0\0'],
  'a comment of PHP': [0xfe, '<?php system($_GET[0]); '],
  'a comment of a page': [0xfe, '<html><body onload=x><script>'],
  FlashPix: [0xe2, 'FPXR\0'],
  MPF: [0xe2, 'MPF\0MM\0*\0\0\0\b'],
  'JUMBF (C2PA)': [0xeb, 'JP\0\0\0\0\0\0jumb'],
  'a JFXX thumbnail': [0xe0, 'JFXX\0\x10'],
  'APP3 (Meta)': [0xe3, 'Meta\0\0'],
  'APP4 (Scalado)': [0xe4, 'SCALADO\0'],
  'APP5 (Samsung)': [0xe5, 'ssuniqueid\0'],
  'APP6 (NITF, GoPro)': [0xe6, 'GoPro\0'],
  'APP7 (Huawei)': [0xe7, 'HUAWEI\0'],
  'APP8 (SPIFF)': [0xe8, 'SPIFF\0'],
  'APP10 (comment)': [0xea, 'UNICODE\0'],
  'APP11 (HDR ratio)': [0xeb, 'HDR_RI ver'],
  'APP12 (Ducky)': [0xec, 'Ducky\0'],
  'APP15 (GraphicConverter)': [0xef, 'Q 100'],
};

const TAILS: Record<string, readonly [lead: string, tail: string]> = {
  'a ZIP': ['PK\x03\x04', 'PK\x05\x06\0\0'],
  'a page': ['<html><script>', '</script>'],
  PHP: ['<?php eval("', '"); ?>'],
  'an ELF program': ['\x7fELF\x02\x01\x01', ''],
  'a Windows program': ['MZ\x90\0', ''],
  'a Samsung trailer': ['\0\0\x01\n\x0e\0\0\0Image_UTC_Data', 'SEFHk\0\0\0SEFT'],
  'a film (Motion Photo)': ['\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\0mdat', ''],
  'a shell script': ['\n#!/bin/sh\n', ''],
  EICAR: ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*', ''],
  'a RAR': ['Rar!\x1a\x07\x01\0', ''],
};

const text = (type: string, lead: string, pack = (payload: Buffer) => payload): Family => ({
  name: `a PNG’s ${type}`,
  answer: 'accepted',
  ...(type === 'zTXt' || type === 'iCCP' ? {} : { carries: true as const }),
  make: ({ png }, _dice, payload) => withChunk(png, type, Buffer.concat([ascii(lead), pack(payload)])),
});

/** Good photos that carry something else: taken, and it is gone. */
export const CARRIERS: readonly Family[] = [
  ...Object.entries(SEGMENTS).map(([name, [marker, lead]]): Family => ({
    name,
    answer: name === 'an EXIF user comment' || name === 'a maker’s note' ? 'either' : 'accepted',
    carries: true,
    make: ({ jpeg }, dice, payload) =>
      withSegment(jpeg, marker, Buffer.concat([ascii(lead), payload, Buffer.alloc(dice.whole(0, 60_000), 0x20)])),
  })),
  ...Object.entries(TAILS).map(([name, [lead, tail]]): Family => ({
    name: `${name} behind a JPEG`,
    answer: 'accepted',
    carries: true,
    make: ({ jpeg }, _dice, payload) => behind(lead, tail)(jpeg, payload),
  })),
  ...(['a ZIP', 'PHP', 'a page'] as const).map((name): Family => ({
    name: `${name} behind a PNG`,
    answer: 'accepted',
    carries: true,
    make: ({ png }, _dice, payload) => behind(...TAILS[name]!)(png, payload),
  })),
  {
    name: 'a place in EXIF',
    answer: 'accepted',
    carries: true,
    make: ({ jpeg }, dice, payload) =>
      sharp(jpeg)
        .withExif({
          IFD0: { Artist: payload.toString('latin1'), Model: 'SM-G998B' },
          IFD3: {
            GPSLatitudeRef: 'N',
            GPSLatitude: `21/1 ${dice.whole(0, 59)}/1 42/1`,
            GPSLongitudeRef: 'E',
            GPSLongitude: '105/1 51/1 0/1',
          },
        })
        .jpeg()
        .toBuffer(),
  },
  {
    name: 'a colour profile that is none',
    answer: 'either',
    carries: true,
    make: ({ jpeg }, _dice, payload) =>
      withSegment(jpeg, 0xe2, Buffer.concat([ascii('ICC_PROFILE\0\x01\x01'), payload, Buffer.alloc(200)])),
  },
  {
    name: 'JPEG and JavaScript at once',
    answer: 'accepted',
    carries: true,
    make: ({ jpeg }, _dice, payload) => withSegment(jpeg, 0xe0, Buffer.concat([ascii('=1;alert("'), payload, ascii('")/*')], 0x2f2a - 2)),
  },
  {
    name: 'a second picture behind the first, with a comment',
    answer: 'accepted',
    carries: true,
    make: ({ jpeg }, _dice, payload) => Buffer.concat([jpeg, withSegment(jpeg, 0xfe, payload)]),
  },
  {
    name: 'many comments',
    answer: 'accepted',
    carries: true,
    make: ({ jpeg }, dice, payload) =>
      Buffer.concat([jpeg.subarray(0, 2), ...Array.from({ length: dice.whole(2, 400) }, () => segment(0xfe, payload)), jpeg.subarray(2)]),
  },
  {
    name: 'twenty thousand segments',
    answer: 'either',
    carries: true,
    make: ({ jpeg }, _dice, payload) =>
      Buffer.concat([jpeg.subarray(0, 2), ...Array.from({ length: 20_000 }, () => segment(0xfe, payload)), jpeg.subarray(2)]),
  },
  {
    name: 'fill bytes before a comment',
    answer: 'either',
    carries: true,
    make: ({ jpeg }, dice, payload) =>
      Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(dice.whole(1, 5_000), 0xff), segment(0xfe, payload).subarray(1), jpeg.subarray(2)]),
  },
  text('tEXt', 'Comment\0'),
  text('iTXt', 'XML:com.adobe.xmp\0\0\0\0\0'),
  text('zTXt', 'Comment\0\0', (payload) => deflateSync(payload)),
  text('eXIf', 'MM\0*\0\0\0\b\0\0'),
  text('sPLT', 'p\0\b'),
  text('tIME', ''),
  text('caNa', ''),
  { ...text('iCCP', 'icc\0\0', (payload) => deflateSync(Buffer.concat([Buffer.alloc(128), payload]))), answer: 'either' },
  {
    name: 'a moving PNG',
    answer: 'either',
    carries: true,
    make: ({ png }, _dice, payload) =>
      withChunk(withChunk(png, 'fdAT', Buffer.concat([Buffer.alloc(4), payload])), 'acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
  },
  {
    name: 'a chunk between those of the picture',
    answer: 'either',
    carries: true,
    make: ({ png }, _dice, payload) => {
      const end = png.lastIndexOf('IEND') - 4;
      return Buffer.concat([png.subarray(0, end), chunk('teXt', payload), png.subarray(end)]);
    },
  },
  {
    name: 'a compressed text of 60 MB',
    answer: 'either',
    rare: true,
    make: ({ png }, _dice, payload) =>
      withChunk(png, 'zTXt', Buffer.concat([ascii('bomb\0\0'), deflateSync(Buffer.concat([payload, Buffer.alloc(60_000_000)]))])),
  },
  {
    name: 'a hundred compressed texts of 3 MB',
    answer: 'either',
    rare: true,
    make: ({ png }, _dice, payload) => {
      const bomb = Buffer.concat([ascii('bomb\0\0'), deflateSync(Buffer.concat([payload, Buffer.alloc(3_000_000)]))]);
      return Array.from({ length: 100 }).reduce<Buffer>((file) => withChunk(file, 'zTXt', bomb), png);
    },
  },
];
