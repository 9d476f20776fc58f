import { segment } from '../support/bad-files.ts';

const [START_OF_SCAN, END] = [0xda, 0xd9];

/** A JPEG in its parts: every segment up to the first scan, and all that follows. */
export interface JpegParts {
  readonly segments: readonly { readonly marker: number; readonly content: Buffer }[];
  /** From the first start of scan on. */
  readonly scans: Buffer;
}

export function partsOf(jpeg: Buffer): JpegParts {
  const segments: JpegParts['segments'][number][] = [];
  for (let at = 2; ;) {
    const marker = jpeg[at + 1]!;
    if (marker === START_OF_SCAN) return { segments, scans: jpeg.subarray(at) };
    const length = jpeg.readUInt16BE(at + 2);
    segments.push({ marker, content: jpeg.subarray(at + 4, at + 2 + length) });
    at += 2 + length;
  }
}

export function joined({ segments, scans }: JpegParts): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...segments.map(({ marker, content }) => segment(marker, content)), scans]);
}

/** The JPEG with every segment of these kinds changed, or left out. */
export function rewritten(jpeg: Buffer, isMeant: (marker: number) => boolean, change: (content: Buffer) => Buffer | undefined): Buffer {
  const { segments, scans } = partsOf(jpeg);
  return joined({
    scans,
    segments: segments.flatMap(({ marker, content }) => {
      if (!isMeant(marker)) return [{ marker, content }];
      const changed = change(Buffer.from(content));
      return changed === undefined ? [] : [{ marker, content: changed }];
    }),
  });
}

export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xc2;
}

/** As often as is asked, the last scan of the picture once more. */
export function withScansRepeated(progressive: Buffer, times: number): Buffer {
  const last = progressive.lastIndexOf(Buffer.from([0xff, START_OF_SCAN]));
  const scan = progressive.subarray(last, progressive.length - 2);
  return Buffer.concat([
    progressive.subarray(0, progressive.length - 2),
    ...Array.from({ length: times }, () => scan),
    Buffer.from([0xff, END]),
  ]);
}
