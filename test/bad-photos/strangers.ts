import { gzipSync } from 'node:zlib';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { bytes } from '../fuzz/luck.ts';
import { FOREIGN, type Family } from './family.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="red"/><script>';

/** How files begin that are something else, in latin1. */
const STARTS: Record<string, string> = {
  text: 'This is no photo. ',
  'text in UTF-16': '\xff\xfet\0e\0x\0t\0',
  'a page': '<!doctype html><script>',
  PHP: '<?php ',
  'a shell script': '#!/bin/sh\n',
  SVG,
  'SVG behind an XML declaration': `<?xml version="1.0"?>${SVG}`,
  'SVG with an entity that grows': '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg>&b;',
  'SVG that reads a file': '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;',
  PDF: '%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(',
  EPS: '%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 800 600\n(',
  MVG: 'push graphic-context\nviewbox 0 0 800 600\nfill \'url(https://example.net/"|id")\'\n',
  ZIP: 'PK\x03\x04\x14\0',
  RAR: 'Rar!\x1a\x07\x01\0',
  '7z': '7z\xbc\xaf\x27\x1c',
  'an ELF program': '\x7fELF\x02\x01\x01\0',
  'a Windows program': 'MZ\x90\0\x03\0\0\0',
  'a Java class': '\xca\xfe\xba\xbe\0\0\0\x34',
  EICAR: 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*',
  HEIC: '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
  AVIF: '\0\0\0\x1cftypavif\0\0\0\0avifmif1',
  'a film': '\0\0\0\x18ftypmp42\0\0\0\0isommp42',
  'JPEG XL': '\xff\x0a\xfa\x7f\x01\x90',
  'JPEG 2000': '\0\0\0\x0cjP  \r\n\x87\n',
  BMP: 'BM\x36\0\0\0\0\0\0\0\x36\0\0\0',
  ICO: '\0\0\x01\0\x01\0\x10\x10\0\0',
  PSD: '8BPS\0\x01\0\0\0\0\0\0',
  DICOM: `${'\0'.repeat(128)}DICM`,
  JSON: '{"photo":"',
  'an e-mail': 'From: a@example.com\r\nContent-Type: image/jpeg\r\n\r\n',
  'a Word document': '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
  'a font': 'OTTO\0\x0a\0\x80',
  'a JPEG’s first two bytes only': '\xff\xd8<html>',
  'a PNG’s signature with a wrong line end': '\x89PNG\n\x1a\n\0\0\0\rIHDR',
};

/** What is no JPEG or PNG, whatever it is called: refused unopened. */
export const STRANGERS: readonly Family[] = [
  ...Object.entries(STARTS).map(([name, start]): Family => ({
    name,
    answer: FOREIGN,
    make: (_base, dice, payload) => Buffer.concat([Buffer.from(start, 'latin1'), payload, bytes(dice, dice.whole(0, 3_000))]),
  })),
  { name: 'GIF', answer: FOREIGN, make: ({ jpeg }) => sharp(jpeg).resize(300).gif({ effort: 1 }).toBuffer() },
  { name: 'WebP', answer: FOREIGN, make: ({ jpeg }) => sharp(jpeg).resize(600).webp({ effort: 0 }).toBuffer() },
  { name: 'TIFF', answer: FOREIGN, make: ({ jpeg }) => sharp(jpeg).resize(600).tiff().toBuffer() },
  { name: 'SVG in gzip', answer: FOREIGN, make: (_base, _dice, payload) => gzipSync(Buffer.concat([Buffer.from(SVG), payload])) },
  { name: 'a JPEG behind a space', answer: FOREIGN, make: ({ jpeg }) => Buffer.concat([Buffer.from(' '), jpeg]) },
  { name: 'a JPEG in base64', answer: FOREIGN, make: ({ jpeg }) => Buffer.from(jpeg.toString('base64')) },
  { name: 'a JPEG in a data URL', answer: FOREIGN, make: ({ jpeg }) => Buffer.from(`data:image/jpeg;base64,${jpeg.toString('base64')}`) },
  { name: 'noise', answer: 'either', make: (_base, dice) => bytes(dice, dice.whole(1, 5_000)) },
  { name: 'nothing', answer: [...FOREIGN, 'photo-missing', 'required', 'malformed-request'], make: () => Buffer.alloc(0) },
  { name: 'one byte', answer: FOREIGN, make: ({ jpeg }) => jpeg.subarray(0, 1) },
  { name: 'two bytes', answer: FOREIGN, make: ({ jpeg }) => jpeg.subarray(0, 2) },
];
