import { fontFor } from '../../platform/fonts.ts';
import { sharp } from '../../platform/safe-sharp.ts';
import type { Canvas, Colour } from './canvas.ts';

export interface Lettering {
  readonly text: string;
  readonly x: number;
  /** Top of the text's ink. */
  readonly y: number;
  /** Font size in pixels. */
  readonly size: number;
  readonly colour: Colour;
  readonly bold?: boolean;
  readonly opacity?: number;
  /** Degrees clockwise around the middle; then x and y are the middle. */
  readonly turned?: number;
}

/** Writes text in the project's own font, with every letter of a name. The text generator is no file loader, so the gate's block lets it pass. */
export async function letter(canvas: Canvas, { text, x, y, size, colour, bold, opacity = 1, turned }: Lettering): Promise<void> {
  const { name, files } = fontFor(text);
  const written = sharp({
    text: { text: escaped(text), font: `${name} ${bold ? 'Bold ' : ''}${size}`, fontfile: files[bold ? 'bold' : 'regular'], dpi: 72 },
  }).extractChannel(0);
  const { data, info } = await (
    turned
      ? sharp(await written.png().toBuffer())
          .rotate(turned, { background: '#000000' })
          .extractChannel(0)
      : written
  )
    .raw()
    .toBuffer({ resolveWithObject: true });
  const left = Math.round(turned ? x - info.width / 2 : x);
  const top = Math.round(turned ? y - info.height / 2 : y);
  const box = { x: left, y: top, width: info.width, height: info.height };
  canvas.blend(box, colour, (atX, atY) => (data[(Math.floor(atY) - top) * info.width + Math.floor(atX) - left]! / 255) * opacity);
}

/** The text generator reads Pango markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
