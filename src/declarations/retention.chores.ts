import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Shredding } from '../photos/shredding.ts';
import { removalOf } from '../platform/database/aged-rows.ts';
import { Database } from '../platform/database/database.ts';
import { ENV, type Environment } from '../platform/env.ts';
import { Housekeeping, inBatches, type Chore } from '../platform/housekeeping.ts';
import { COLUMN_OF_FIELD, FORM_FIELD_NAMES, FORM_FIELDS } from './form/declaration-form.ts';
import { UploadsStore } from './uploads/uploads.store.ts';
import { DECLARED_DATA_DAYS, DRAFT_DAYS, MESSAGE_DAYS } from './retention.rule.ts';

const BATCH = 200;

const ENDED = `declaration.status IN ('APPROVED', 'REJECTED', 'WITHDRAWN', 'EXPIRED')`;
/** An account rests on what was declared for it; of the others, only number, office, days and reasons stay. */
const ENDED_WITHOUT_ACCOUNT = `status IN ('REJECTED', 'WITHDRAWN', 'EXPIRED') AND erased_at IS NULL`;

/** What was kept for a purpose goes when the purpose has ended. How long each thing is kept, and why: docs/privacy.md. */
@Injectable()
export class RetentionChores implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly shredding: Shredding,
    private readonly uploads: UploadsStore,
    private readonly housekeeping: Housekeeping,
    @Inject(ENV) private readonly env: Pick<Environment, 'retentionDays'>,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register(
      // Before drafts are emptied: what is emptied now is not to be removed now.
      this.chore('remove emptied drafts', (size) => this.removeDrafts(size), 'declarations', EMPTIED_DRAFT, DRAFT_DAYS),
      this.chore('empty drafts', (size) => this.emptyDrafts(size), 'declarations', FULL_DRAFT, DRAFT_DAYS),
      { name: 'empty abandoned uploads', run: inBatches(BATCH, (size) => this.uploads.emptyAbandoned(size)) },
      {
        name: 'remove photos',
        run: inBatches(BATCH, (size) => this.removePhotos(size)),
        nextDue: () =>
          this.earliest(
            `SELECT min(greatest(photo.created_at, declaration.status_since)) + $1 * interval '1 day' AS due
             FROM photos photo JOIN declarations declaration ON declaration.id = photo.declaration_id WHERE ${ENDED}`,
            this.env.retentionDays,
          ),
      },
      this.chore('erase declared data', (size) => this.eraseDeclaredData(size), 'declarations', ENDED_WITHOUT_ACCOUNT, DECLARED_DATA_DAYS),
      removalOf(this.database, {
        table: 'messages',
        dueAt: `(finished_at + interval '${MESSAGE_DAYS} days')`,
        where: `EXISTS (SELECT FROM declarations declaration WHERE declaration.id = aged.declaration_id AND ${ENDED}
          AND declaration.status_since <= domain_now() - interval '${MESSAGE_DAYS} days')`,
      }),
    );
  }

  /** Something that is due so many days after the status began. */
  private chore(name: string, batch: (size: number) => Promise<number>, table: string, where: string, days: number): Chore {
    return {
      name,
      run: inBatches(BATCH, batch),
      nextDue: () => this.earliest(`SELECT min(status_since) + $1 * interval '1 day' AS due FROM ${table} WHERE ${where}`, days),
    };
  }

  private async earliest(sql: string, days: number): Promise<Date | undefined> {
    const [row] = await this.database.rows<{ due: Date | null }>(sql, [days]);
    return row?.due ?? undefined;
  }

  /** Empties drafts past their days. The row stays as long again, so that whoever comes back is told why the draft is gone. */
  private async emptyDrafts(most: number): Promise<number> {
    const { drafts, shredded } = await this.database.transaction(async (tx) => {
      const due = await tx.rows<{ id: string }>(
        `SELECT id FROM declarations WHERE ${FULL_DRAFT} AND status_since <= domain_now() - $1 * interval '1 day'
         ORDER BY status_since LIMIT $2 FOR UPDATE SKIP LOCKED`,
        [DRAFT_DAYS, most],
      );
      const ids = due.map(({ id }) => id);
      const photos = await tx.rows<{ id: string }>(`DELETE FROM photos WHERE declaration_id = ANY($1) RETURNING id`, [ids]);
      await this.uploads.endOf(tx, ids);
      await tx.rows(`DELETE FROM messages WHERE declaration_id = ANY($1)`, [ids]);
      await tx.rows(`UPDATE declarations SET ${EMPTY_FORM}, status_since = domain_now(), version = version + 1 WHERE id = ANY($1)`, [ids]);
      // Nobody can send a draft past its days: what is condemned here is not wanted again even if the commit fails.
      return { drafts: ids.length, shredded: await this.shredding.condemn({ photoIds: photos.map(({ id }) => id), declarationIds: ids }) };
    });
    await this.shredding.carryOut(shredded);
    return drafts;
  }

  private async removeDrafts(most: number): Promise<number> {
    const rows = await this.database.rows(
      `WITH due AS (SELECT id FROM declarations WHERE ${EMPTIED_DRAFT} AND status_since <= domain_now() - $1 * interval '1 day'
         ORDER BY status_since LIMIT $2 FOR UPDATE SKIP LOCKED)
       DELETE FROM declarations USING due WHERE declarations.id = due.id RETURNING declarations.id`,
      [DRAFT_DAYS, most],
    );
    return rows.length;
  }

  /**
   * Photos are kept until RETENTION_DAYS after the dossier was decided or given up. They are condemned before the commit: from the moment the
   * rows are gone, no backup brings the photos back. A dossier's photos go together and the key with them, so that no two runs share a
   * dossier, each leaving the key to the other; an ended dossier takes no other photo.
   */
  private async removePhotos(most: number): Promise<number> {
    const { dossiers, shredded } = await this.database.transaction(async (tx) => {
      const due = await tx.rows<{ id: string }>(
        `SELECT id FROM declarations declaration WHERE ${ENDED} AND status_since <= domain_now() - $1 * interval '1 day'
           AND EXISTS (SELECT FROM photos WHERE declaration_id = declaration.id AND created_at <= domain_now() - $1 * interval '1 day')
         ORDER BY status_since LIMIT $2 FOR UPDATE SKIP LOCKED`,
        [this.env.retentionDays, most],
      );
      const ids = due.map(({ id }) => id);
      const photos = await tx.rows<{ id: string }>(`DELETE FROM photos WHERE declaration_id = ANY($1) RETURNING id`, [ids]);
      return {
        dossiers: ids.length,
        shredded: await this.shredding.condemn({ photoIds: photos.map(({ id }) => id), declarationIds: ids }),
      };
    });
    await this.shredding.carryOut(shredded);
    return dossiers;
  }

  /** The database itself erases: the request role may not change what was sent, and nobody may before its time. */
  private async eraseDeclaredData(most: number): Promise<number> {
    const rows = await this.database.rows<{ erased: boolean }>(
      `SELECT erase_declared_data(id) AS erased FROM (SELECT id FROM declarations
         WHERE ${ENDED_WITHOUT_ACCOUNT} AND status_since <= domain_now() - $1 * interval '1 day' ORDER BY status_since LIMIT $2) due`,
      [DECLARED_DATA_DAYS, most],
    );
    return rows.filter(({ erased }) => erased).length;
  }
}

/** A draft that was emptied is known by its `status_since`, which until then is the time of its creation. */
const FULL_DRAFT = `status = 'DRAFT' AND status_since = created_at`;
const EMPTIED_DRAFT = `status = 'DRAFT' AND status_since > created_at`;

const EMPTY_FORM = FORM_FIELD_NAMES.map(
  (field) => `${COLUMN_OF_FIELD[field]} = ${FORM_FIELDS[field].kind === 'tick' ? 'false' : 'NULL'}`,
).join(', ');
