import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { trackingCode } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import { Database } from '../platform/database/database.ts';
import { AttemptLimits, type Attempt } from '../platform/limits/attempt-limits.ts';
import { Refusal } from '../platform/refusal.ts';
import { Unseen } from '../platform/unseen.ts';
import { nextStepOf } from './citizen-view.ts';
import type { Declaration } from './declaration.entity.ts';
import { parseDossierNumber } from './dossier-number.rule.ts';
import { checkPhone } from './rules/phone.rule.ts';
import type { Status } from './status.rule.ts';
import { TrackingCodes } from './tracking-code.ts';

/** Where a dossier stands, for whoever knows number and code; nothing personal. */
export interface Tracked {
  status: Status;
  since: string;
  office: { code: string; name: string; phone: string | null; address: string | null };
  nextStep: string;
  /** The day by which the office has to decide, `YYYY-MM-DD`; null when nothing is owed. */
  expectedBy: string | null;
}

/** A number ends with the code of its office. */
const OFFICE_DIGITS = 5;

/** New codes for one dossier in a day [S: API]. */
const CODES_A_DAY = 3;

type TrackedRow = Pick<Declaration, 'id' | 'status' | 'status_since' | 'due_on' | 'phone' | 'office_code'> & {
  office_name: string;
  office_phone: string | null;
  office_address: string | null;
};

/** Tracking without login. A wrong number and a wrong code are one answer, after the same work. */
@Injectable()
export class TrackingService {
  constructor(
    private readonly database: Database,
    private readonly trackingCodes: TrackingCodes,
    private readonly outbox: Outbox,
    private readonly limits: AttemptLimits,
    private readonly audit: Audit,
    private readonly unseen: Unseen,
  ) {}

  /** @throws Refusal `not-found`, `too-many-attempts` */
  async track(dossierNumber: string, code: string, address: string): Promise<Tracked> {
    const attempts: Attempt[] = [
      { limit: 'tracking-by-number', subject: dossierNumber, address },
      { limit: 'tracking-failures-by-number', subject: dossierNumber },
      { limit: 'tracking-by-address', subject: address },
      { limit: 'tracking-failures-by-office', subject: canonical(dossierNumber).slice(-OFFICE_DIGITS) },
    ];
    await this.limits.count(...attempts);
    const row = await this.findTracked(dossierNumber, this.trackingCodes.hashes(code));
    if (!row) throw new Refusal('not-found');
    await this.limits.proven(...attempts);
    return trackedOf(row);
  }

  /**
   * Sends a new code to the declared phone, when number and phone belong together; the old code is dead then. Returns at once: whether it
   * did anything, nobody can see.
   */
  renewCode(dossierNumber: string, phone: string): void {
    this.unseen.begin(() => this.renew(dossierNumber, phone), 'a tracking code was not renewed');
  }

  private async renew(dossierNumber: string, phone: string): Promise<void> {
    const checked = checkPhone(phone);
    const row = await this.findByNumber(dossierNumber);
    if (!row || !checked.ok || row.phone !== checked.value || row.status === 'DRAFT') return;
    if (!(await this.limits.isWithin({ limit: 'asked-sms-to-phone', subject: checked.value }))) return;
    const code = this.trackingCodes.create();
    await this.database.transaction(async (tx) => {
      // The phone may have been amended since it was read: a code goes to the one that is declared now, or nowhere.
      const held = await tx.rows(`SELECT FROM declarations WHERE id = $1 AND phone = $2 FOR UPDATE`, [row.id, checked.value]);
      if (held.length === 0) return;
      const [sent] = await tx.rows<{ last: number; today: number }>(
        `SELECT coalesce(max(issue), 0) AS last, (count(*) FILTER (WHERE created_at > domain_now() - interval '1 day'))::int AS today
         FROM messages WHERE declaration_id = $1 AND purpose = 'tracking-code'`,
        [row.id],
      );
      if (sent!.today >= CODES_A_DAY) return;
      await tx.rows(`UPDATE declarations SET tracking_code_hash = $2 WHERE id = $1`, [row.id, this.trackingCodes.hash(code)]);
      await this.outbox.add(tx, [trackingCode(row.id, sent!.last + 1, checked.value, code)]);
      await this.audit.record(tx, {
        subject: { kind: 'declaration', id: row.id },
        actor: { kind: 'citizen' },
        action: 'renew-tracking-code',
      });
    });
  }

  /** @throws Refusal `too-many-attempts` */
  async countRenewal(dossierNumber: string, address: string): Promise<void> {
    await this.limits.count(
      { limit: 'code-burst', subject: dossierNumber, address },
      { limit: 'code-by-number', subject: dossierNumber, address },
      { limit: 'code-by-address', subject: address },
    );
  }

  /** Number and code are one question to the database, so that it does not show which of them is wrong. */
  private async findTracked(text: string, hashes: readonly Buffer[]): Promise<TrackedRow | undefined> {
    const [row] = await this.database.rows<TrackedRow>(
      `${SELECT_TRACKED} WHERE dossier_number = $1 AND tracking_code_hash = ANY($2)`,
      [canonical(text), hashes],
      'find_tracked',
    );
    return row;
  }

  private async findByNumber(text: string): Promise<TrackedRow | undefined> {
    const [row] = await this.database.rows<TrackedRow>(`${SELECT_TRACKED} WHERE dossier_number = $1`, [canonical(text)], 'find_by_number');
    return row;
  }
}

const SELECT_TRACKED = `SELECT declaration.id, status, status_since, due_on, declaration.phone, office_code,
    office.name AS office_name, office.phone AS office_phone, office.address AS office_address
  FROM declarations declaration JOIN offices office ON office.code = declaration.office_code`;

/** The number as it is stored; what is none is looked for all the same. */
function canonical(text: string): string {
  return parseDossierNumber(text) ? text.trim() : '';
}

function trackedOf(row: TrackedRow): Tracked {
  const isOwed = row.status === 'SUBMITTED' || row.status === 'IN_VERIFICATION';
  return {
    status: row.status,
    since: row.status_since.toISOString(),
    office: { code: row.office_code!, name: row.office_name, phone: row.office_phone, address: row.office_address },
    nextStep: nextStepOf(row.status),
    expectedBy: isOwed ? row.due_on : null,
  };
}
