import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { Refusal } from '../../platform/refusal.ts';
import { countsOf, matches, type JournalCount, type JournalEntry, type JournalFilter } from './journal-entry.ts';
import { Journal } from './journal.ts';
import { explain, type Explained, type RuleOrigin } from './refusal-explained.ts';
import type { ApiDocument } from './request-shapes.ts';

export interface JournalWish extends JournalFilter {
  readonly dossierNumber?: string | undefined;
  /** How often there must have been such a request. */
  readonly times?: number | undefined;
  readonly limit: number;
}

export type ExplainedEntry = JournalEntry & { readonly at: Date } & Partial<Explained>;

interface Pages {
  readonly document: ApiDocument;
  readonly origins: readonly RuleOrigin[];
}

/** Answers questions about the journal: what was asked, how often, why it was refused, and what would have been taken. */
@Injectable()
export class JournalService {
  private pages: Promise<Pages> | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly database: Database,
  ) {}

  /** The newest first. @throws Refusal `count-differs` where there were not so many as asked for */
  async read(wish: JournalWish): Promise<{ total: number; counts: JournalCount[]; items: ExplainedEntry[] }> {
    const found = await this.find(wish);
    if (wish.times !== undefined && found.length !== wish.times) {
      throw new Refusal('count-differs', { more: { expected: wish.times, found: found.length } });
    }
    const shown = found.slice(-wish.limit).reverse();
    const [times, { document, origins }] = await Promise.all([this.journal.timesOf(shown), (this.pages ??= readPages())]);
    const items = shown.map((entry, place) => ({ ...entry, at: times[place]!, ...explain(entry, document, origins) }));
    return { total: found.length, counts: countsOf(found), items };
  }

  private async find({ dossierNumber, ...filter }: JournalWish): Promise<JournalEntry[]> {
    const found = this.journal.entries().filter((entry) => matches(entry, filter));
    if (dossierNumber === undefined) return found;
    const [row] = await this.database.rows<{ id: string }>(`SELECT id FROM declarations WHERE dossier_number = $1`, [dossierNumber]);
    return found.filter(({ declarationId }) => row !== undefined && declarationId === row.id);
  }
}

async function readPages(): Promise<Pages> {
  const page = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(packageRoot(), 'docs', name), 'utf8'));
  const [document, provenance] = await Promise.all([page('openapi.json'), page('provenance.json')]);
  return {
    document: document as ApiDocument,
    origins: (provenance as { rules: RuleOrigin[] }).rules.map(({ rule, statement, origin }) => ({ rule, statement, origin })),
  };
}
