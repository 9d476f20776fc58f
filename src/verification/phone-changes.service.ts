import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import type { DeclarationRow } from '../declarations/declarations.store.ts';
import { checkPhone } from '../declarations/rules/phone.rule.ts';
import type { Status } from '../declarations/status.rule.ts';
import { phoneChanged } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import { removalOf } from '../platform/database/aged-rows.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { HouseRules } from '../platform/house-rules.port.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { DossierAccess } from './dossier-access.ts';
import { isHeld, stateOf } from './lease.rule.ts';
import { StaffNotes } from './staff-notes.ts';

/** A proposal that nobody confirms is dead after a day [D]. */
const HOURS = 24;
/** Each of them is an SMS to somebody who may know nothing of it [D]. */
const CHANGES_A_DAY = 3;

/** Where the phone still matters and the citizen cannot change it alone: a returned dossier is the citizen's to amend [D]. */
const CHANGEABLE: readonly Status[] = ['SUBMITTED', 'IN_VERIFICATION', 'APPROVED'];

/** A phone that awaits its second person. */
export interface PendingPhone {
  phone: string;
  proposedBy: string;
  proposedAt: string;
  until: string;
}

interface PendingRow {
  phone: string;
  revision: number;
  proposed_by_id: string;
  full_name: string;
  proposed_at: Date;
  until: Date;
}

/**
 * Another phone at the counter, by four eyes [D]: passwords go to it, so one officer alone could take an account over. Until a second one has
 * asked the person again nothing goes to it; the old phone is told at once.
 */
@Injectable()
export class PhoneChanges implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly access: DossierAccess,
    private readonly outbox: Outbox,
    private readonly idempotency: Idempotency,
    private readonly notes: StaffNotes,
    private readonly audit: Audit,
    private readonly housekeeping: Housekeeping,
    private readonly houseRules: HouseRules,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register(removalOf(this.database, { table: 'phone_changes', dueAt: 'until' }));
  }

  /**
   * Takes a phone down, in place of one that still waits, and tells the present one.
   * @param reason the officer's own words, for other officers
   * @throws Refusal `validation-failed`, `not-found`, `declared-data-erased`, `invalid-state`, `dossier-held`, `too-many-attempts`
   */
  async propose(officer: OfficeOfficer, id: string, typed: string, reason: string): Promise<PendingPhone> {
    const phone = phoneOf(typed);
    const unwelcome = this.houseRules.formFaults({ phone: typed }, { phone });
    if (unwelcome.length > 0) throw validationFailed(unwelcome);
    return this.access.changing(officer, id, () =>
      this.database.transaction(async (tx) => {
        const row = await this.lockChangeable(tx, officer, id);
        if (isHeld(row) && row.lease_holder_id !== officer.id) throw new Refusal('dossier-held', stateOf(row, officer));
        if (phone === row.phone) throw validationFailed([{ pointer: '/phone', code: 'phone-unchanged' }]);
        const issue = await this.nextIssue(tx, id);
        await tx.rows(
          `INSERT INTO phone_changes (declaration_id, revision, phone, proposed_by_id, proposed_at, until)
           VALUES ($1, $2, $3, $4, domain_now(), domain_now() + interval '${HOURS} hours')
           ON CONFLICT (declaration_id) DO UPDATE SET revision = excluded.revision, phone = excluded.phone,
             proposed_by_id = excluded.proposed_by_id, proposed_at = excluded.proposed_at, until = excluded.until`,
          [id, row.revision, phone, officer.id],
        );
        await this.outbox.add(tx, [phoneChanged(id, issue, row.phone!)]);
        const note = await this.notes.write(tx, id, officer.id, reason);
        await this.record(tx, officer, id, 'propose-phone', { reason: note });
        return viewOf((await this.find(tx, id))!);
      }),
    );
  }

  /**
   * Makes the proposed phone the dossier's own.
   * @param typed as the second officer heard it from the person
   * @throws Refusal `forbidden`, `validation-failed`, `not-found`, `declared-data-erased`, `second-person-required`; `invalid-state` also
   *   where no phone waits
   */
  async confirm(
    officer: OfficeOfficer,
    id: string,
    typed: string,
    key: IdempotencyKey | undefined,
  ): Promise<{ body: { status: Status; version: number }; replayed: boolean }> {
    if (!officer.mayApprove) throw new Refusal('forbidden');
    const phone = phoneOf(typed);
    return this.access.changing(officer, id, () =>
      this.idempotency.once(key, fingerprintOf({ action: 'confirm-phone', phone }), 200, async (tx) => {
        const row = await this.lockChangeable(tx, officer, id);
        const pending = await this.find(tx, id);
        if (pending?.revision !== row.revision) throw new Refusal('invalid-state', stateOf(row, officer));
        if (pending.proposed_by_id === officer.id) throw new Refusal('second-person-required', stateOf(row, officer));
        if (pending.phone !== phone) throw validationFailed([{ pointer: '/phone', code: 'phone-differs' }]);
        const [changed] = await tx.rows<{ version: number }>(
          `WITH confirmed AS (DELETE FROM phone_changes WHERE declaration_id = $1 AND proposed_by_id <> $2 RETURNING phone)
           UPDATE declarations SET phone = confirmed.phone, version = version + 1 FROM confirmed WHERE id = $1
           RETURNING version`,
          [id, officer.id],
        );
        // The housekeeping takes what is over without asking for the dossier.
        if (!changed) throw new Refusal('invalid-state', stateOf(row, officer));
        await this.record(tx, officer, id, 'confirm-phone', { proposedBy: pending.proposed_by_id });
        return { status: row.status, version: changed.version };
      }),
    );
  }

  /** The phone that waits at this instant. */
  async pending(id: string): Promise<PendingPhone | null> {
    const row = await this.find(this.database, id);
    return row ? viewOf(row) : null;
  }

  private async lockChangeable(tx: Transaction, officer: OfficeOfficer, id: string): Promise<DeclarationRow> {
    const row = await this.access.lock(tx, officer, id);
    if (row.erased_at) throw new Refusal('declared-data-erased');
    if (!CHANGEABLE.includes(row.status)) throw new Refusal('invalid-state', stateOf(row, officer));
    return row;
  }

  private async find(rows: Pick<Transaction, 'rows'>, id: string): Promise<PendingRow | undefined> {
    const [row] = await rows.rows<PendingRow>(
      `SELECT phone, revision, proposed_by_id, proposer.full_name, proposed_at, until
       FROM phone_changes JOIN staff proposer ON proposer.id = proposed_by_id WHERE declaration_id = $1 AND until > domain_now()`,
      [id],
    );
    return row;
  }

  /** Under the dossier's lock, so that two at once are counted one after the other. @throws Refusal `too-many-attempts` */
  private async nextIssue(tx: Transaction, id: string): Promise<number> {
    const sent = await tx.rows<{ issue: number; seconds_left: number }>(
      `SELECT issue, extract(epoch FROM created_at + interval '1 day' - domain_now())::float AS seconds_left FROM messages
       WHERE declaration_id = $1 AND purpose = 'phone-changed' ORDER BY issue DESC LIMIT ${CHANGES_A_DAY}`,
      [id],
    );
    const first = sent[CHANGES_A_DAY - 1];
    if (first && first.seconds_left > 0) throw new Refusal('too-many-attempts', { retryAfter: first.seconds_left });
    return (sent[0]?.issue ?? 0) + 1;
  }

  private record(tx: Transaction, officer: OfficeOfficer, id: string, action: string, details: Record<string, unknown>): Promise<void> {
    return this.audit.record(tx, { subject: { kind: 'declaration', id }, actor: actorOf(officer), action, details });
  }
}

function phoneOf(typed: string): string {
  const checked = checkPhone(typed);
  if (!checked.ok) throw validationFailed([{ pointer: '/phone', code: checked.code, ...(checked.text && { text: checked.text }) }]);
  return checked.value;
}

function viewOf({ phone, full_name: proposedBy, proposed_at, until }: PendingRow): PendingPhone {
  return { phone, proposedBy, proposedAt: proposed_at.toISOString(), until: until.toISOString() };
}
