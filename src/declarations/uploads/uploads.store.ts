import { Injectable } from '@nestjs/common';
import type { Upload } from '../../photos/upload.entity.ts';
import { UploadParts } from '../../photos/upload-parts.storage.ts';
import { Database, type Transaction } from '../../platform/database/database.ts';
import { isUuid } from '../declarations.store.ts';

export type UploadRow = Omit<Upload, 'writer' | 'created_at'> & { is_expired: boolean };

/** An upload is abandoned when nothing has come for a day [D]. */
const PATIENCE = `interval '24 hours'`;
/** How many uploads are known of a draft: two for each slot. A further one takes the place of the one that is needed least. */
const MOST_PER_DRAFT = 6;

const COLUMNS = `id, declaration_id, slot, length, received, parts, expires_at, expires_at <= domain_now() AS is_expired`;

/** Uploads: their rows, and with a row that goes the pieces that it names. Pieces go after the commit; what is left then is swept. */
@Injectable()
export class UploadsStore {
  constructor(
    private readonly database: Database,
    private readonly parts: UploadParts,
  ) {}

  async find(id: string): Promise<UploadRow | undefined> {
    if (!isUuid(id)) return undefined;
    const [row] = await this.database.rows<UploadRow>(`SELECT ${COLUMNS} FROM uploads WHERE id = $1`, [id], 'find_upload');
    return row;
  }

  /** The draft that a token opens. */
  async findDraft(tokenHash: Buffer): Promise<string | undefined> {
    const [row] = await this.database.rows<{ id: string }>(
      `SELECT id FROM declarations WHERE draft_token_hash = $1`,
      [tokenHash],
      'find_draft_by_token',
    );
    return row?.id;
  }

  /** The draft must be locked: two that come at once would not see each other. */
  async create(tx: Transaction, upload: Pick<Upload, 'id' | 'declaration_id' | 'slot' | 'length'>): Promise<UploadRow> {
    await this.remove(
      tx,
      `id IN (SELECT id FROM uploads WHERE declaration_id = $1
         ORDER BY expires_at > domain_now() DESC, received < length DESC, created_at DESC, id DESC OFFSET ${MOST_PER_DRAFT - 1})`,
      [upload.declaration_id],
    );
    const [row] = await tx.rows<UploadRow>(
      `INSERT INTO uploads (id, declaration_id, slot, length, created_at, expires_at)
       VALUES ($1, $2, $3, $4, domain_now(), domain_now() + ${PATIENCE}) RETURNING ${COLUMNS}`,
      [upload.id, upload.declaration_id, upload.slot, upload.length],
    );
    return row!;
  }

  /** Makes somebody the one who adds to an upload from this offset on. @returns false when the upload is not at that offset */
  async claim(id: string, offset: number, writer: string): Promise<boolean> {
    const rows = await this.database.rows(
      `UPDATE uploads SET writer = $3 WHERE id = $1 AND received = $2 AND expires_at > domain_now() RETURNING id`,
      [id, offset, writer],
      'claim_upload',
    );
    return rows.length > 0;
  }

  /** Counts a durable piece. @returns undefined when the upload has gone on, ended or been claimed by somebody else meanwhile */
  async add(id: string, offset: number, writer: string, part: { id: string; bytes: number }): Promise<UploadRow | undefined> {
    const [row] = await this.database.rows<UploadRow>(
      `UPDATE uploads SET received = received + $5, parts = parts || $4::uuid, expires_at = domain_now() + ${PATIENCE}
       WHERE id = $1 AND received = $2 AND writer = $3 AND expires_at > domain_now() RETURNING ${COLUMNS}`,
      [id, offset, writer, part.id, part.bytes],
      'add_to_upload',
    );
    return row;
  }

  /** Counts the last byte, in the transaction that takes the photo in. @returns false when it was not this writer's to count any more */
  async finish(tx: Transaction, { id, parts }: UploadRow, writer: string): Promise<boolean> {
    const rows = await tx.rows(
      `UPDATE uploads SET received = length, parts = '{}', writer = NULL WHERE id = $1 AND received = length - 1 AND writer = $2 RETURNING id`,
      [id, writer],
    );
    tx.afterCommit(() => void this.parts.discard(parts));
    return rows.length > 0;
  }

  async end(id: string): Promise<void> {
    await this.database.transaction((tx) => this.remove(tx, 'id = $1', [id]));
  }

  /** Ends an upload that this writer can bring to no good end. @returns false when it was not this writer's any more */
  async giveUp(id: string, writer: string): Promise<boolean> {
    return this.database.transaction(async (tx) => (await this.remove(tx, 'id = $1 AND writer = $2', [id, writer])) > 0);
  }

  /** Ends all uploads of these drafts. */
  async endOf(tx: Transaction, draftIds: readonly string[]): Promise<void> {
    await this.remove(tx, 'declaration_id = ANY($1)', [draftIds]);
  }

  /** Empties uploads that were abandoned, at most so many; their rows stay, to tell whoever comes back. @returns how many */
  async emptyAbandoned(most: number): Promise<number> {
    const rows = await this.database.rows<{ parts: string[] }>(
      `WITH due AS (SELECT id, parts FROM uploads WHERE parts <> '{}' AND expires_at <= domain_now()
         ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       UPDATE uploads SET received = 0, parts = '{}', writer = NULL FROM due WHERE uploads.id = due.id RETURNING due.parts`,
      [most],
    );
    await this.parts.discard(rows.flatMap(({ parts }) => parts));
    return rows.length;
  }

  private async remove(tx: Transaction, which: string, parameters: readonly (string | readonly string[])[]): Promise<number> {
    const rows = await tx.rows<{ parts: string[] }>(`DELETE FROM uploads WHERE ${which} RETURNING parts`, parameters);
    tx.afterCommit(() => void this.parts.discard(rows.flatMap(({ parts }) => parts)));
    return rows.length;
  }
}
