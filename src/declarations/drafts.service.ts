import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Request } from 'express';
import { PHOTO_SLOTS, type PhotoSlot } from '../photos/photo-slot.ts';
import { Shredding } from '../photos/shredding.ts';
import type { SpooledFile } from '../photos/spool.storage.ts';
import { Clock, vietnameseDay } from '../platform/clock.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { bearerToken, Doorkeepers } from '../platform/http/access.guard.ts';
import type { VersionCondition } from '../platform/http/if-match.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import { tokenHash } from '../platform/sessions.ts';
import { DeclarationPhotos, type PhotoAnswer } from './declaration-photos.ts';
import { DeclarationsStore, type DeclarationRow, type DraftRow } from './declarations.store.ts';
import { DossierMessageFacts } from './dossier-facts.ts';
import { COLUMN_OF_FIELD, formOfRow, type DeclarationForm, type FormField } from './form/declaration-form.ts';
import { FormCheck, type CheckedFields, type RawForm } from './form/form-check.ts';
import { DRAFT_DAYS } from './retention.rule.ts';
import type { IdType } from './rules/id-number.rule.ts';
import { standingOf } from './standing.ts';
import { UploadsStore } from './uploads/uploads.store.ts';

const DAY = 24 * 3600 * 1000;

/** A request whose draft was read when its token was checked. */
export type RequestOfDraft = Request & { draft?: DraftRow };

export interface DraftCreated {
  id: string;
  /** Opens this draft and nothing else; shown once. */
  draftToken: string;
  version: number;
}

export type DraftView = { [Field in FormField]: DeclarationForm[Field] | null } & {
  id: string;
  version: number;
  expiresAt: string;
  photos: { [Slot in PhotoSlot]?: PhotoAnswer };
};

/** The wizard's way: a declaration that grows field by field and photo by photo until it is sent. */
@Injectable()
export class DraftsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly declarations: DeclarationsStore,
    private readonly declarationPhotos: DeclarationPhotos,
    private readonly shredding: Shredding,
    private readonly uploads: UploadsStore,
    private readonly formCheck: FormCheck,
    private readonly facts: DossierMessageFacts,
    private readonly idempotency: Idempotency,
    private readonly limits: AttemptLimits,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
    private readonly doorkeepers: Doorkeepers,
  ) {}

  /** Wrong token and unknown draft are the same answer. A token opens its own draft only. */
  onModuleInit(): void {
    this.doorkeepers.register('draft', async (request) => {
      const row = await this.declarations.findDraftOf(String(request.params.id), tokenHash(bearerToken(request)));
      if (!row) throw new Refusal('unauthenticated');
      if (row.status === 'DRAFT' && isExpired(row)) throw new Refusal('draft-expired');
      (request as RequestOfDraft).draft = row;
    });
  }

  /** @throws Refusal `validation-failed`, `too-many-attempts`, `idempotency-key-reused`, `request-in-progress` */
  async create(raw: RawForm, key: IdempotencyKey | undefined, address: string): Promise<{ body: DraftCreated; replayed: boolean }> {
    const fingerprint = fingerprintOf(raw);
    const { now, replay } = key ? await this.idempotency.recall(key, fingerprint) : { now: await this.clock.now() };
    if (replay) return { body: replay.answer as DraftCreated, replayed: true };
    const fields = this.getSound(raw, vietnameseDay(now));
    await this.limits.count({ limit: 'draft-by-address', subject: address });
    return this.idempotency.once(key, fingerprint, 201, async (tx) => {
      const id = this.randomness.uuid();
      const draftToken = this.randomness.token();
      await tx.rows(
        `INSERT INTO declarations (id, status, status_since, created_at, draft_token_hash) VALUES ($1, 'DRAFT', domain_now(), domain_now(), $2)`,
        [id, tokenHash(draftToken)],
      );
      await writeFields(tx, id, fields);
      return { id, draftToken, version: 1 };
    });
  }

  async view(id: string): Promise<DraftView> {
    const row = getDraft(await this.declarations.find(id));
    return this.viewOf(row);
  }

  /** JSON merge-patch: null clears. @throws Refusal `precondition-failed`, `validation-failed`, `invalid-state` */
  async patch(id: string, patch: RawForm, ifMatch: VersionCondition): Promise<DraftView> {
    return this.database.transaction(async (tx) => {
      const row = await this.lockDraft(tx, id, ifMatch);
      await writeFields(tx, id, this.getSound(patch, vietnameseDay(row.now), row.id_type));
      await tx.rows(`UPDATE declarations SET version = version + 1 WHERE id = $1`, [id]);
      return this.viewOf(await this.lockDraft(tx, id), tx);
    });
  }

  async delete(id: string, ifMatch: VersionCondition): Promise<void> {
    const photoIds = await this.database.transaction(async (tx) => {
      await this.lockDraft(tx, id, ifMatch);
      const rows = await tx.rows<{ id: string }>(`SELECT id FROM photos WHERE declaration_id = $1`, [id]);
      await this.uploads.endOf(tx, [id]);
      await tx.rows(`DELETE FROM messages WHERE declaration_id = $1`, [id]);
      await tx.rows(`DELETE FROM declarations WHERE id = $1`, [id]);
      return rows.map((row) => row.id);
    });
    await this.shredding.shred({ photoIds, declarationIds: [id] });
  }

  /** @param together what must happen with it or not at all; it may refuse */
  async putPhoto(id: string, slot: PhotoSlot, spooled: SpooledFile, together?: (tx: Transaction) => Promise<void>): Promise<PhotoAnswer> {
    getDraft(await this.declarations.find(id));
    return this.declarationPhotos.put(id, slot, spooled, async (tx) => {
      await this.lockDraft(tx, id);
      await together?.(tx);
      await tx.rows(`UPDATE declarations SET version = version + 1 WHERE id = $1`, [id]);
      return { keepsEarlier: false };
    });
  }

  async photo(id: string, slot: PhotoSlot): Promise<PhotoAnswer> {
    getDraft(await this.declarations.find(id));
    return this.declarationPhotos.get(id, slot);
  }

  async deletePhoto(id: string, slot: PhotoSlot): Promise<void> {
    const removed = await this.database.transaction(async (tx) => {
      await this.lockDraft(tx, id);
      const rows = await tx.rows<{ id: string }>(`DELETE FROM photos WHERE declaration_id = $1 AND slot = $2 AND current RETURNING id`, [
        id,
        slot,
      ]);
      if (rows.length === 0) throw new Refusal('not-found');
      await tx.rows(`UPDATE declarations SET version = version + 1 WHERE id = $1`, [id]);
      return rows.map((row) => row.id);
    });
    await this.shredding.shred({ photoIds: removed });
  }

  /** The declaration as it will be sent, without number. */
  async form(id: string): Promise<Buffer> {
    return this.facts.renderForm(getDraft(await this.declarations.find(id)));
  }

  private getSound(raw: RawForm, today: string, namedBefore?: IdType | null): CheckedFields {
    const { fields, faults } = this.formCheck.checkSent(raw, this.formCheck.on(today), namedBefore);
    if (faults.length > 0) throw validationFailed(faults);
    return fields;
  }

  private async lockDraft(tx: Transaction, id: string, ifMatch?: VersionCondition): Promise<DeclarationRow> {
    const row = getDraft(await this.declarations.lock(tx, id));
    if (ifMatch && !ifMatch.holdsFor(row.version)) throw new Refusal('precondition-failed');
    return row;
  }

  private async viewOf(row: DeclarationRow, tx?: Transaction): Promise<DraftView> {
    return {
      id: row.id,
      version: row.version,
      expiresAt: expiryOf(row).toISOString(),
      ...formOfRow(row),
      photos: await this.declarationPhotos.bySlot(row.id, tx),
    };
  }
}

/** Sets columns of the form; ticks that are cleared are off. */
export async function writeFields(tx: Transaction, id: string, fields: CheckedFields): Promise<void> {
  const names = Object.keys(fields) as FormField[];
  if (names.length === 0) return;
  const isTick = (name: FormField) => ['emailCopy', 'emailForNotices', 'commitmentAccepted', 'dataProcessingAccepted'].includes(name);
  await tx.rows(
    `UPDATE declarations SET ${names.map((name, index) => `${COLUMN_OF_FIELD[name]} = $${index + 2}`).join(', ')} WHERE id = $1`,
    [id, ...names.map((name) => fields[name] ?? (isTick(name) ? false : null))],
  );
}

/** @throws Refusal when it is no draft (any more), or has expired */
export function getDraft(row: DeclarationRow | undefined): DeclarationRow {
  if (!row) throw new Refusal('unauthenticated');
  if (row.status !== 'DRAFT') throw new Refusal('invalid-state', standingOf(row));
  if (isExpired(row)) throw new Refusal('draft-expired');
  return row;
}

function expiryOf(row: Pick<DeclarationRow, 'created_at'>): Date {
  return new Date(row.created_at.getTime() + DRAFT_DAYS * DAY);
}

function isExpired(row: Pick<DeclarationRow, 'created_at' | 'now'>): boolean {
  return row.now >= expiryOf(row);
}

export function getSlot(text: string): PhotoSlot {
  const slot = PHOTO_SLOTS.find((known) => known === text);
  if (!slot) throw new Refusal('not-found');
  return slot;
}
