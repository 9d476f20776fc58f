import { Injectable } from '@nestjs/common';
import type { HistoryStep } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { Randomness } from '../platform/randomness.ts';

/** Where a note's words would stand in an audit entry: its id. */
export interface NoteReference {
  readonly note: string;
}

/** A note ready to travel as JSON. */
export interface NoteRow {
  readonly id: string;
  readonly declaration_id: string;
  readonly author_id: string;
  readonly text: string;
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
    const note = this.rowOf(declarationId, authorId, text);
    await tx.rows(insertNotes('$1'), [JSON.stringify([note])]);
    return referenceTo(note);
  }

  /** For a statement that writes notes itself, by `insertNotes`. */
  rowOf(declarationId: string, authorId: string, text: string): NoteRow {
    return { id: this.randomness.uuid(), declaration_id: declarationId, author_id: authorId, text };
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

export function referenceTo({ id }: NoteRow): NoteReference {
  return { note: id };
}

/** The INSERT, alone or inside a WITH. `parameter` (such as `$7`) holds a JSON array of `NoteRow`; an empty one is fine. */
export function insertNotes(parameter: `$${number}`): string {
  return `INSERT INTO staff_notes (id, declaration_id, author_id, text, written_at)
    SELECT id, declaration_id, author_id, text, domain_now()
    FROM jsonb_to_recordset(${parameter}::jsonb) AS note (id uuid, declaration_id uuid, author_id uuid, text text)`;
}

function isReference(value: unknown): value is NoteReference {
  return typeof value === 'object' && value !== null && 'note' in value && typeof value.note === 'string';
}
