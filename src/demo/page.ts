import { styleText } from 'node:util';

const WIDTH = 100;
const INDENT = '   ';

/** The stream a page is printed on. */
export interface Paper {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

type Style = Parameters<typeof styleText>[0];

/** Prints a story to be read: numbered chapters, aligned facts, quoted texts. Coloured on a terminal only. */
export class Page {
  private chapters = 0;
  private heading = '';
  private readonly coloured: boolean;

  constructor(
    private readonly paper: Paper,
    environment: NodeJS.ProcessEnv,
  ) {
    this.coloured = paper.isTTY === true && !environment['NO_COLOR'];
  }

  /** The chapter being told, for whoever must say where the story broke off. */
  get chapterNow(): string {
    return this.heading;
  }

  title(vietnamese: string, english: string): void {
    this.line(`${this.style('bold', vietnamese)} ${this.gloss(english)}`);
  }

  chapter(vietnamese: string, english: string): void {
    this.heading = `${++this.chapters}. ${vietnamese}`;
    this.line();
    this.line(`${this.style(['bold', 'cyan'], this.heading)} ${this.gloss(english)}`);
  }

  /** One fact a line: what it is in Vietnamese, its gloss, and the value; values stand under each other. */
  facts(...facts: readonly (readonly [vietnamese: string, english: string, value: string])[]): void {
    const width = Math.max(...facts.map(([vietnamese, english]) => vietnamese.length + english.length + 3));
    for (const [vietnamese, english, value] of facts) {
      const gap = ' '.repeat(width - vietnamese.length - english.length - 3);
      const [first = '', ...rest] = wrapped(value, WIDTH - INDENT.length - width - 2);
      this.line(`${INDENT}${vietnamese} ${this.gloss(english)}${gap}  ${first}`);
      for (const line of rest) this.line(`${INDENT}${' '.repeat(width)}  ${line}`);
    }
  }

  /** A table of rows under their headings, each column as wide as its widest cell. */
  table(headings: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)));
    const lineOf = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    this.line(`${INDENT}${this.style('dim', lineOf(headings).trimEnd())}`);
    for (const row of rows) this.line(`${INDENT}${lineOf(row).trimEnd()}`);
  }

  /** A text as its reader gets it, to the letter: only long lines are broken. */
  quote(text: string): void {
    for (const paragraph of text.trim().split('\n')) {
      for (const line of wrapped(paragraph, WIDTH - INDENT.length - 2)) this.line(`${INDENT}${this.style('dim', '│')} ${line}`.trimEnd());
    }
  }

  done(vietnamese: string, english: string): void {
    this.line(`${INDENT}${this.style('green', '✓')} ${vietnamese} ${this.gloss(english)}`);
  }

  line(text = ''): void {
    this.paper.write(`${text}\n`);
  }

  private gloss(english: string): string {
    return this.style('dim', `· ${english}`);
  }

  private style(style: Style, text: string): string {
    return this.coloured ? styleText(style, text) : text;
  }
}

/** A moment as people in Việt Nam write it: `09:00 20/04/2021`. */
export function vietnameseTime(moment: string | Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Asia/Ho_Chi_Minh',
    hour: '2-digit',
    minute: '2-digit',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  }).formatToParts(new Date(moment));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('hour')}:${of('minute')} ${of('day')}/${of('month')}/${of('year')}`;
}

/** @param bytes 154 388 → `151 KB` */
export function size(bytes: number): string {
  return `${Math.round(bytes / 1024)} KB`;
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
