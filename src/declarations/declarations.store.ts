import { Injectable } from '@nestjs/common';
import type { PhotoSlot } from '../photos/photo-slot.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Declaration } from './declaration.entity.ts';
import { COLUMN_OF_FIELD, FORM_COLUMNS, FORM_FIELD_NAMES, type DeclarationForm } from './form/declaration-form.ts';

/** A declaration's row with the office it is routed to and the domain's time of the reading. */
export type DeclarationRow = Declaration & {
  office_name: string | null;
  office_phone: string | null;
  office_address: string | null;
  lease_holder_name: string | null;
  now: Date;
};

/** A draft with what has to be known of it before it is sent, read at once: its form's columns too, and no others. */
export type DraftRow = Pick<DeclarationRow, (typeof DRAFT_COLUMNS)[number]> & {
  now: Date;
  /** The current photos' ids by slot. */
  photo_ids: Record<string, string>;
  has_uploads: boolean;
};

/** What was sent with one revision. */
export interface SentRevision {
  revision: number;
  submittedAt: Date;
  form: DeclarationForm;
  /** Of the office that the form names, which a transfer does not change. */
  officeName: string;
  photoIds: Partial<Record<PhotoSlot, string>>;
}

const SELECT_DECLARATION = `SELECT declaration.*, office.name AS office_name, office.phone AS office_phone, office.address AS office_address,
    holder.full_name AS lease_holder_name, domain_now() AS now
  FROM declarations declaration LEFT JOIN offices office ON office.code = declaration.office_code
  LEFT JOIN staff holder ON holder.id = declaration.lease_holder_id WHERE declaration.id = $1`;

const DRAFT_COLUMNS = [
  ...(['id', 'status', 'version', 'created_at', 'email', 'email_copy', 'email_for_notices'] as const),
  ...(['decided_at', 'decided_office_code'] as const),
] as const;

const SELECT_DRAFT = `SELECT ${[...new Set([...DRAFT_COLUMNS, ...FORM_COLUMNS.split(', ')])].join(', ')}, domain_now() AS now,
    (SELECT coalesce(jsonb_object_agg(slot, photo.id), '{}') FROM photos photo WHERE photo.declaration_id = $1 AND photo.current) AS photo_ids,
    EXISTS (SELECT FROM uploads WHERE uploads.declaration_id = $1) AS has_uploads
  FROM declarations WHERE id = $1`;

const SELECT_DRAFT_OF_TOKEN = `${SELECT_DRAFT} AND draft_token_hash = $2`;

/** Reads and locks single declarations. */
@Injectable()
export class DeclarationsStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<DeclarationRow | undefined> {
    if (!isUuid(id)) return undefined;
    const [row] = await this.database.rows<DeclarationRow>(SELECT_DECLARATION, [id], 'find_declaration');
    return row;
  }

  async findDraft(id: string): Promise<DraftRow | undefined> {
    if (!isUuid(id)) return undefined;
    const [row] = await this.database.rows<DraftRow>(SELECT_DRAFT, [id], 'find_draft');
    return row;
  }

  /** The draft that this token opens. Id and token are one question to the database, so that it does not show which of them is wrong. */
  async findDraftOf(id: string, tokenHash: Buffer): Promise<DraftRow | undefined> {
    if (!isUuid(id)) return undefined;
    const [row] = await this.database.rows<DraftRow>(SELECT_DRAFT_OF_TOKEN, [id, tokenHash], 'find_draft_of_token');
    return row;
  }

  /** Whether one of these is the hash of its tracking code, asked as one question like a draft's token. */
  async isTrackedBy(id: string, codeHashes: readonly Buffer[]): Promise<boolean> {
    if (!isUuid(id)) return false;
    const rows = await this.database.rows(
      `SELECT FROM declarations WHERE id = $1 AND tracking_code_hash = ANY($2)`,
      [id, codeHashes],
      'is_tracked_by',
    );
    return rows.length > 0;
  }

  /** The row, held against every other change until the transaction ends. */
  async lock(tx: Transaction, id: string): Promise<DeclarationRow | undefined> {
    if (!isUuid(id)) return undefined;
    // Locked first and read after: in one statement, what is joined would still be what it was before the wait.
    await tx.rows(`SELECT FROM declarations WHERE id = $1 FOR UPDATE`, [id]);
    const [row] = await tx.rows<DeclarationRow>(SELECT_DECLARATION, [id]);
    return row;
  }

  /** The current photos' ids by slot. */
  async photoIds(declarationId: string, tx: Pick<Transaction, 'rows'> = this.database): Promise<Record<string, string>> {
    const rows = await tx.rows<{ slot: string; id: string }>(`SELECT slot, id FROM photos WHERE declaration_id = $1 AND current`, [
      declarationId,
    ]);
    return Object.fromEntries(rows.map(({ slot, id }) => [slot, id]));
  }

  /** The photos' ids by slot, as the declaration was last sent. */
  async lastSentPhotoIds(declarationId: string, tx: Pick<Transaction, 'rows'> = this.database): Promise<SentRevision['photoIds']> {
    const [sent] = await tx.rows<{ photo_ids: SentRevision['photoIds'] }>(
      `SELECT photo_ids FROM declaration_revisions WHERE declaration_id = $1 ORDER BY revision DESC LIMIT 1`,
      [declarationId],
    );
    return sent?.photo_ids ?? {};
  }

  /** Everything that was sent, first revision first. */
  async revisions(declarationId: string): Promise<SentRevision[]> {
    return this.database.rows<SentRevision>(
      `SELECT revision, submitted_at AS "submittedAt", form, office.name AS "officeName", photo_ids AS "photoIds"
       FROM declaration_revisions JOIN offices office ON office.code = form ->> 'officeCode'
       WHERE declaration_id = $1 ORDER BY revision`,
      [declarationId],
      'declaration_revisions',
    );
  }

  /** @throws Refusal `not-found` */
  async getRevision(declarationId: string, revision: number): Promise<SentRevision> {
    const sent = (await this.revisions(declarationId)).find((known) => known.revision === revision);
    if (!sent) throw new Refusal('not-found');
    return sent;
  }
}

/** The row as if what was sent with a revision still stood in it. */
export function rowAsSent(row: DeclarationRow, { form, officeName }: SentRevision): DeclarationRow {
  const columns = Object.fromEntries(FORM_FIELD_NAMES.map((field) => [COLUMN_OF_FIELD[field], form[field]]));
  return { ...row, ...columns, office_name: officeName };
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
