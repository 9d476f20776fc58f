import { sharp } from '../../src/platform/safe-sharp.ts';
import { paddedTo } from '../support/bad-files.ts';
import type { Family } from './family.ts';

const LARGEST = 10 * 1024 * 1024;

const odd = (name: string, make: (jpeg: ReturnType<typeof sharp>) => { toBuffer(): Promise<Buffer> }): Family => ({
  name,
  answer: 'accepted',
  make: ({ jpeg }, _dice) => make(sharp(jpeg)).toBuffer(),
});

/** What cameras, scanners and apps do send, however rarely: taken. */
export const ODDITIES: readonly Family[] = [
  odd('progressive', (photo) => photo.jpeg({ progressive: true })),
  odd('CMYK', (photo) => photo.resize(900).toColourspace('cmyk').jpeg()),
  odd('grey', (photo) => photo.toColourspace('b-w').jpeg()),
  odd('Display P3', (photo) => photo.withIccProfile('p3').jpeg()),
  odd('4:4:4', (photo) => photo.jpeg({ chromaSubsampling: '4:4:4', optimiseCoding: true })),
  odd('quality 100', (photo) => photo.jpeg({ quality: 100 })),
  odd('16 bits per channel', (photo) => photo.resize(700).toColourspace('rgb16').png({ compressionLevel: 2 })),
  odd('grey of 16 bits', (photo) => photo.resize(700).toColourspace('grey16').png({ compressionLevel: 2 })),
  odd('interlaced', (photo) => photo.resize(900).png({ progressive: true, compressionLevel: 2 })),
  odd('a palette', (photo) => photo.resize(900).png({ palette: true, effort: 1 })),
  odd('transparency', (photo) => photo.resize(900).ensureAlpha(0.9).png({ compressionLevel: 2 })),
  odd('a palette with transparency', (photo) => photo.resize(900).ensureAlpha(0.9).png({ palette: true, effort: 1 })),
  odd('on its side by EXIF', (photo) => photo.withMetadata({ orientation: 6 }).jpeg()),
  odd('a mirror image by EXIF', (photo) => photo.withMetadata({ orientation: 5 }).jpeg()),
  odd('of 24 megapixels', (photo) => photo.resize(6000, 4000, { fit: 'fill' }).jpeg({ quality: 60 })),
  {
    name: 'of exactly 10 MiB',
    answer: 'accepted',
    make: ({ jpeg }) => paddedTo(jpeg, LARGEST),
  },
  {
    name: 'of one byte more than 10 MiB',
    // It is answered while it is still being sent, and some clients then see no more than the end of the connection.
    answer: ['payload-too-large', 'closed'],
    make: ({ jpeg }) => paddedTo(jpeg, LARGEST + 1),
  },
];
