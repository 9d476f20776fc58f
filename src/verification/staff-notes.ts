import { Injectable } from '@nestjs/common';
import type { HistoryStep } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { Randomness } from '../platform/randomness.ts';

/** Where a note's words would stand in an audit entry: its id. */
export interface NoteReference {
  readonly note: string;
}

/** Officers' own words: written with the decision they belong to, read only beside the dossier's history, erased with the dossier. */
@Injectable()
export class StaffNotes {
  constructor(
    private readonly database: Database,
    private readonly randomness: Randomness,
  ) {}

  /** @returns what the audit entry is to hold in place of the words */
  async write(tx: Transaction, declarationId: string, authorId: string, text: string): Promise<NoteReference> {
    const id = this.randomness.uuid();
    await tx.rows(`INSERT INTO staff_notes (id, declaration_id, author_id, text, written_at) VALUES ($1, $2, $3, $4, domain_now())`, [
      id,
      declarationId,
      authorId,
      text,
    ]);
    return { note: id };
  }

  /** The history with the notes' words where it names them; null where they have been erased. */
  async readInto(declarationId: string, history: readonly HistoryStep[]): Promise<HistoryStep[]> {
    const rows = await this.database.rows<{ id: string; text: string }>(`SELECT id, text FROM staff_notes WHERE declaration_id = $1`, [
      declarationId,
    ]);
    const words = new Map(rows.map(({ id, text }) => [id, text]));
    const read = (value: unknown): unknown => (isReference(value) ? (words.get(value.note) ?? null) : value);
    return history.map((step) => ({
      ...step,
      details: Object.fromEntries(Object.entries(step.details).map(([name, value]) => [name, read(value)])),
    }));
  }
}

function isReference(value: unknown): value is NoteReference {
  return typeof value === 'object' && value !== null && 'note' in value && typeof value.note === 'string';
}
