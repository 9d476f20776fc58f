import type { Column, Content, ContentCanvas, CustomTableLayout } from 'pdfmake/interfaces.js';

/** The building blocks of a Vietnamese form in print. All text passes through `printed`. */
export const INK = '#111111';
export const BLUE = '#0b4a86';
export const GREY = '#5b6570';
export const PAPER = '#ffffff';

const BOX = 9;

/**
 * Text as the font can set it: NFC (decomposed letters lose their marks in print), and no controls, which a font draws as boxes.
 */
export function printed(text: string): string {
  return text.normalize('NFC').replace(/\p{Cc}/gu, ' ');
}

/** A drawn box, ticked or not: the font has no ☑. */
export function tickBox(ticked: boolean): ContentCanvas {
  return {
    canvas: [
      { type: 'rect', x: 0, y: 2.5, w: BOX, h: BOX, lineWidth: 0.8, lineColor: INK },
      ...(ticked
        ? [
            {
              type: 'polyline' as const,
              lineWidth: 1.4,
              lineColor: BLUE,
              points: [
                { x: 1.8, y: 7.2 },
                { x: 3.9, y: 9.4 },
                { x: 7.6, y: 4.4 },
              ],
            },
          ]
        : []),
    ],
  };
}

/** A box and its sentence. */
export function tickLine(ticked: boolean, sentence: string): Content {
  return {
    columns: [
      { width: BOX + 1, ...tickBox(ticked) },
      { width: '*', text: printed(sentence) },
    ],
    columnGap: 7,
    margin: [0, 1.5, 0, 1.5],
  };
}

export function sectionTitle(title: string, note = ''): Content {
  return {
    text: [
      { text: title, bold: true, color: BLUE, fontSize: 10.5 },
      { text: ` ${printed(note)}`, fontSize: 8, color: GREY },
    ],
    margin: [0, 8, 0, 2],
  };
}

/** A numbered field with its value on a dotted line; an empty line where there is no value. */
export function field(number: number, label: string, value: string | null): Content[] {
  return [
    { text: `${number}.`, color: GREY },
    { text: label, color: GREY },
    { text: value === null ? ' ' : printed(value), bold: true },
  ];
}

/** Rows ruled off by dots, as on paper forms. */
export const DOTTED_ROWS: CustomTableLayout = {
  hLineWidth: (line) => (line === 0 ? 0 : 0.6),
  hLineColor: () => '#8a949e',
  hLineStyle: () => ({ dash: { length: 1, space: 2 } }),
  vLineWidth: () => 0,
  paddingLeft: (column) => (column === 0 ? 0 : 4),
  paddingRight: () => 4,
  paddingTop: () => 2.5,
  paddingBottom: () => 1,
};

/** A frame around the whole, with nothing ruled inside. */
export const FRAMED: CustomTableLayout = {
  hLineWidth: () => 0.8,
  vLineWidth: () => 0.8,
  hLineColor: () => GREY,
  vLineColor: () => GREY,
  paddingLeft: () => 10,
  paddingRight: () => 10,
  paddingTop: () => 5,
  paddingBottom: () => 6,
};

/** Where somebody signs: who, how, and room for the hand. */
export function signature(who: string, how: string, name: string | null, room: number): Column {
  return {
    width: '*',
    alignment: 'center',
    stack: [
      { text: who, bold: true },
      { text: how, italics: true, fontSize: 8.5, color: GREY },
      { text: name === null ? ' ' : printed(name), bold: true, margin: [0, room, 0, 0] },
    ],
  };
}
