import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Audit, type AuditRecord } from '../audit/audit.service.ts';
import { PhotosService } from '../photos/photos.service.ts';
import { Database } from '../platform/database/database.ts';
import { ENV, type Environment } from '../platform/env.ts';
import { describeError, log } from '../platform/log.ts';
import { DRAFT_DAYS } from './drafts.service.ts';
import { COLUMN_OF_FIELD, FORM_FIELD_NAMES, FORM_FIELDS } from './form/declaration-form.ts';
import type { Status } from './status.rule.ts';
import { UploadsStore } from './uploads/uploads.store.ts';

const HOUR_MS = 3_600_000;
const BATCH = 200;

/** What has run out at this instant of the domain's time. Found by asking, so that the clock may be moved by any distance. */
@Injectable()
export class ExpiryService implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly photos: PhotosService,
    private readonly uploads: UploadsStore,
    @Inject(ENV) private readonly env: Pick<Environment, 'expiryDays' | 'retentionDays'>,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = () => {
      this.running = this.runDue().catch((error: unknown) => log.warn({ error: describeError(error) }, 'the expiry run failed'));
    };
    sweep();
    this.timer = setInterval(sweep, HOUR_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /**
   * Expires dossiers that nobody came for, empties drafts past their days and uploads that were abandoned, removes photos whose purpose
   * has ended. @returns how many of each
   */
  async runDue(): Promise<{ dossiers: number; drafts: number; uploads: number; photos: number }> {
    await this.untilNone(() => this.removeDrafts());
    return {
      drafts: await this.untilNone(() => this.emptyDrafts()),
      uploads: await this.untilNone(() => this.uploads.emptyAbandoned()),
      dossiers: await this.untilNone(() => this.expireDossiers()),
      photos: await this.untilNone(() => this.removePhotos()),
    };
  }

  private async untilNone(batch: () => Promise<number>): Promise<number> {
    for (let sum = 0; ;) {
      const done = await batch();
      sum += done;
      if (done < BATCH) return sum;
    }
  }

  private async expireDossiers(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.rows<{ id: string; from_status: Status }>(
        `WITH due AS (SELECT id, status FROM declarations
           WHERE status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED') AND status_since <= domain_now() - $1 * interval '1 day'
             AND coalesce(lease_until <= domain_now(), true)
           ORDER BY status_since LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
         UPDATE declarations SET status = 'EXPIRED', status_since = domain_now(), version = version + 1, returned_items = NULL,
           lease_token_hash = NULL, lease_holder_id = NULL, lease_office_code = NULL, lease_since = NULL, lease_until = NULL
         FROM due WHERE declarations.id = due.id RETURNING declarations.id, due.status AS from_status`,
        [this.env.expiryDays],
      );
      const expired = (row: (typeof rows)[number]): AuditRecord => ({
        subject: { kind: 'declaration', id: row.id },
        actor: { kind: 'system' },
        action: 'expire',
        from: row.from_status,
        to: 'EXPIRED',
      });
      await this.audit.record(tx, ...rows.map(expired));
      return rows.length;
    });
  }

  /** Empties drafts past their days. The row stays as long again, so that whoever comes back is told why the draft is gone. */
  private async emptyDrafts(): Promise<number> {
    const { drafts, photoIds } = await this.database.transaction(async (tx) => {
      const due = await tx.rows<{ id: string }>(
        `SELECT id FROM declarations WHERE status = 'DRAFT' AND status_since <= domain_now() - $1 * interval '1 day' AND status_since = created_at
         ORDER BY status_since LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
        [DRAFT_DAYS],
      );
      const ids = due.map(({ id }) => id);
      const photos = await tx.rows<{ id: string }>(`DELETE FROM photos WHERE declaration_id = ANY($1) RETURNING id`, [ids]);
      await this.uploads.endOf(tx, ids);
      await tx.rows(`UPDATE declarations SET ${EMPTY_FORM}, status_since = domain_now(), version = version + 1 WHERE id = ANY($1)`, [ids]);
      return { drafts: ids.length, photoIds: photos.map(({ id }) => id) };
    });
    await this.photos.discard(photoIds);
    return drafts;
  }

  private async removeDrafts(): Promise<number> {
    const rows = await this.database.rows(
      `WITH due AS (SELECT id FROM declarations WHERE status = 'DRAFT' AND status_since <= domain_now() - $1 * interval '1 day' AND status_since > created_at
         ORDER BY status_since LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
       DELETE FROM declarations USING due WHERE declarations.id = due.id RETURNING declarations.id`,
      [DRAFT_DAYS],
    );
    return rows.length;
  }

  /** Photos are kept until RETENTION_DAYS after the dossier was decided or given up. The row goes first: a file without one is swept. */
  private async removePhotos(): Promise<number> {
    const rows = await this.database.rows<{ id: string }>(
      `WITH due AS (SELECT photo.id FROM photos photo JOIN declarations declaration ON declaration.id = photo.declaration_id
         WHERE photo.created_at <= domain_now() - $1 * interval '1 day' AND declaration.status_since <= domain_now() - $1 * interval '1 day'
           AND declaration.status IN ('APPROVED', 'REJECTED', 'WITHDRAWN', 'EXPIRED')
         ORDER BY photo.created_at LIMIT ${BATCH} FOR UPDATE OF photo SKIP LOCKED)
       DELETE FROM photos USING due WHERE photos.id = due.id RETURNING photos.id`,
      [this.env.retentionDays],
    );
    await this.photos.discard(rows.map(({ id }) => id));
    return rows.length;
  }
}

/** A draft that was emptied is known by its `status_since`, which until then is the time of its creation. */
const EMPTY_FORM = FORM_FIELD_NAMES.map(
  (field) => `${COLUMN_OF_FIELD[field]} = ${FORM_FIELDS[field].kind === 'tick' ? 'false' : 'NULL'}`,
).join(', ');
