import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Records } from '../support/records.ts';

/** Where canaries sit: the canary's name and the places, in the order of the alphabet. */
export type Sightings = Record<string, string[]>;

/** Words that nobody else says, each planted in one place, to be looked for in all others. */
export class Canaries {
  private readonly words = new Map<string, readonly RegExp[]>();

  /** Names a word, in all the ways in which it may come to stand in a text or, in hexadecimal, in bytes. */
  plant(name: string, word: string): string {
    const [, ...digitsOfPhone] = /^0(\d{9})$/.exec(word) ?? [];
    const bare = word.replaceAll('-', '');
    const spellings = [
      word,
      word.normalize('NFD'),
      word.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd'),
      bare,
      ...digitsOfPhone,
    ];
    const bytes = (text: string) => [Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').replace(/=+$/, '')];
    const written = spellings.flatMap((text) => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), ...bytes(text)]);
    this.words.set(
      name,
      [...new Set(written)].map((text) => new RegExp(isShort(text) ? `(?<![\\w.])${escaped(text)}(?!\\w)` : escaped(text), 'i')),
    );
    return word;
  }

  get names(): string[] {
    return [...this.words.keys()];
  }

  /** The canaries that a text holds. */
  in(text: string): string[] {
    return this.names.filter((name) => this.words.get(name)!.some((spelling) => spelling.test(text)));
  }

  /** Which canary is in which of these texts. */
  among(texts: Iterable<readonly [place: string, text: string]>): Sightings {
    const seen: Sightings = {};
    for (const [place, text] of texts) for (const name of this.in(text)) seen[name] = [...new Set([...(seen[name] ?? []), place])].sort();
    return seen;
  }
}

/** Every column that can hold a text or bytes, as `table.column`, with all that stands in it; of some tables, none. */
export async function columnsOf(records: Records, except: readonly string[]): Promise<[place: string, text: string][]> {
  const columns = await records.rows<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND udt_name IN ('text', 'varchar', 'json', 'jsonb', 'bytea', '_text')
       AND table_name <> ALL($1)`,
    [except],
  );
  return Promise.all(
    columns.map(async ({ table, column }): Promise<[string, string]> => {
      const [row] = await records.rows<{ text: string | null }>(`SELECT string_agg("${column}"::text, E'\\n') AS text FROM "${table}"`);
      return [`${table}.${column}`, row?.text ?? ''];
    }),
  );
}

/** Every file below a directory, byte by byte. */
export async function filesOf(directory: string): Promise<[place: string, text: string][]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file): Promise<[string, string]> => [file.slice(directory.length + 1), (await readFile(file)).toString()]),
  );
}

/** What stands where it may not; nothing is `{}`. */
export function strays(seen: Sightings, allowed: Readonly<Record<string, readonly string[]>>): Sightings {
  const entries = Object.entries(seen).map(([name, places]) => [name, places.filter((place) => !allowed[name]?.includes(place))] as const);
  return Object.fromEntries(entries.filter(([, places]) => places.length > 0));
}

/** A number of few digits stands in many texts by chance, as part of another one. */
function isShort(text: string): boolean {
  return text.length < 8;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
