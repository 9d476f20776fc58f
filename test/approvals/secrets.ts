import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type pg from 'pg';
import { messageFields } from '../../src/simulator/providers/message-fields.ts';
import { arrivedCredentials } from './credential-invariants.ts';

interface Places {
  readonly database: pg.Client;
  /** Of every table, by its name. */
  readonly dump: ReadonlyMap<string, string>;
  readonly logs: readonly string[];
  readonly dataDir: string;
}

/** The phones themselves, where a password must be. */
const PHONES = 'simulator_inbox';
/** PostgreSQL's own files hold the phones too; its tables are looked through as a dump. */
const CLUSTER = 'postgres';
/** Bytes of a file that are looked through at once; passwords that lie across two pieces are found in the second. */
const PIECE = 1 << 20;

/** Every place but the phones at which one of the passwords that were sent still is, as text or as hexadecimal digits. */
export async function secretsLeft({ database, dump, logs, dataDir }: Places, say: (line: string) => void): Promise<string[]> {
  const passwords = (await arrivedCredentials(database)).map(({ body }) => messageFields(body).password);
  const search = new SecretSearch(passwords.filter((password) => password !== undefined));
  const files = [...[...dump].filter(([table]) => table !== PHONES).map(([, file]) => file), ...logs, ...(await filesUnder(dataDir))];
  const found: string[] = [];
  for (const file of files) found.push(...(await search.in(file)).map(() => `${basename(file)} (${relative(dataDir, file)})`));
  say(`${search.size} passwords looked for in ${files.length} files, ${Math.round(search.bytes / 1_000_000)} MB`);
  if (search.size === 0) found.push('there was no password to look for');
  return found;
}

class SecretSearch {
  bytes = 0;
  private readonly secrets: Set<string>;
  private readonly length: number;

  constructor(passwords: readonly string[]) {
    this.secrets = new Set(passwords.flatMap((password) => [password, Buffer.from(password).toString('hex')]));
    this.length = passwords[0]?.length ?? 0;
    if (passwords.some((password) => password.length !== this.length)) throw new Error('passwords of several lengths');
  }

  get size(): number {
    return this.secrets.size / 2;
  }

  async in(file: string): Promise<string[]> {
    const found = new Set<string>();
    let before = '';
    for await (const piece of createReadStream(file, { encoding: 'latin1', highWaterMark: PIECE }) as AsyncIterable<string>) {
      this.bytes += piece.length;
      const text = before + piece;
      for (const [run] of text.matchAll(/[0-9A-Za-z]{8,}/g)) this.lookInto(run, found);
      before = text.slice(-2 * this.length);
    }
    return [...found];
  }

  /** Passwords have a capital letter, hexadecimal digits of ours have none. */
  private lookInto(run: string, found: Set<string>): void {
    const lengths = /[A-Z]/.test(run) ? [this.length] : /^[0-9a-f]+$/.test(run) ? [2 * this.length] : [];
    for (const length of lengths) {
      for (let at = 0; at + length <= run.length; at++) {
        const candidate = run.slice(at, at + length);
        if (this.secrets.has(candidate)) found.add(candidate);
      }
    }
  }
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => relative(directory, path).split('/')[0] !== CLUSTER);
}
