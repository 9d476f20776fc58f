import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import type { OfficeSearch } from '../offices/office-index.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { Clock, vietnameseDay } from '../platform/clock.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import type { VersionCondition } from '../platform/http/if-match.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import type { Officer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { dayBefore, fieldChanges, officeRecordFaults, type OfficeRecord } from './office-record.ts';
import { officeSubject } from './office-subject.ts';
import { OfficesStore, recordOf, type StoredOffice } from './offices.store.ts';
import { Rerouting, type Rerouted } from './rerouting.service.ts';

export interface Merger {
  readonly successorCode: string;
  /** First day of the successor, `YYYY-MM-DD` in Vietnam. */
  readonly on: string;
  readonly rerouteOpenDossiers: boolean;
}

type Replayable<T> = Promise<{ body: T; replayed: boolean }>;

/** Which offices there are, from when to when, and what becomes of the dossiers of one that closes. */
@Injectable()
export class OfficesAdmin {
  constructor(
    private readonly database: Database,
    private readonly store: OfficesStore,
    private readonly offices: OfficesService,
    private readonly rerouting: Rerouting,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Found as citizens find them, and read as they stand in the table. @throws Refusal `malformed-request` */
  async list(search: OfficeSearch): Promise<{ items: StoredOffice[]; nextCursor: string | null }> {
    const { items, nextCursor } = this.offices.search(search);
    const codes = items.map(({ code }) => code);
    const stored = new Map((await this.store.all(this.database, codes)).map((office) => [office.code, office]));
    return { items: codes.flatMap((code) => stored.get(code) ?? []), nextCursor };
  }

  /** @throws Refusal `not-found` */
  get(code: string): Promise<StoredOffice> {
    return this.store.get(code);
  }

  /** @throws Refusal `validation-failed` */
  async create(admin: Officer, office: OfficeRecord, key: IdempotencyKey | undefined): Replayable<StoredOffice> {
    const answer = await this.idempotency.once(key, fingerprintOf(office), 201, async (tx) => {
      await this.mustBeSound(tx, office);
      const [added] = await this.store.add(tx, [office]);
      if (added === undefined) throw validationFailed([{ pointer: '/code', code: 'already-used' }]);
      await this.record(tx, admin, office.code, 'create-office', { after: office });
      return this.store.get(office.code, tx);
    });
    await this.offices.reload();
    return answer;
  }

  /** @throws Refusal `not-found`, `precondition-failed`, `validation-failed` */
  async change(admin: Officer, code: string, patch: Partial<OfficeRecord>, ifMatch: VersionCondition): Promise<StoredOffice> {
    const changed = await this.database.transaction(async (tx) => {
      const before = await this.store.lock(tx, code);
      if (!ifMatch.holdsFor(before.version)) throw new Refusal('precondition-failed');
      return this.replace(tx, admin, before, { ...recordOf(before), ...patch }, 'change-office');
    });
    await this.offices.reload();
    return changed;
  }

  /**
   * Closes the office on the day before, names who takes over, and sends its open dossiers there. Asked again, it goes on with what is
   * left. A day that lies ahead is kept by the housekeeping.
   * @throws Refusal `not-found`, `validation-failed`
   */
  async merge(
    admin: Officer,
    code: string,
    merger: Merger,
    key: IdempotencyKey | undefined,
  ): Replayable<{ office: StoredOffice; rerouted: Rerouted }> {
    const { successorCode, on, rerouteOpenDossiers } = merger;
    return this.idempotency.around(key, fingerprintOf({ action: 'merge', ...merger }), 200, async () => {
      const today = vietnameseDay(await this.clock.now());
      const office = await this.database.transaction(async (tx) => {
        const before = await this.store.lock(tx, code);
        await this.mustReceive(tx, '/successorCode', before, successorCode);
        const lastDay = dayBefore(on);
        const validTo = before.validTo !== null && before.validTo < lastDay ? before.validTo : lastDay;
        if (before.validFrom !== null && validTo < before.validFrom) throw validationFailed([{ pointer: '/on', code: 'bad-format' }]);
        const merged = await this.replace(tx, admin, before, { ...recordOf(before), validTo, successorCode }, 'merge-office');
        await this.store.setRerouting(tx, code, rerouteOpenDossiers);
        return { ...merged, reroutes: rerouteOpenDossiers };
      });
      await this.offices.reload();
      const isNow = rerouteOpenDossiers && on <= today;
      return {
        office,
        rerouted: isNow ? await this.rerouteAll(admin, code, successorCode, { reason: 'merger' }) : await this.nothing(code),
      };
    });
  }

  /** Sends all open dossiers on, whether the office is closed or not. @throws Refusal `not-found`, `validation-failed` */
  async reroute(
    admin: Officer,
    code: string,
    { toOfficeCode, reason }: { toOfficeCode: string; reason: string },
    key: IdempotencyKey | undefined,
  ): Replayable<Rerouted> {
    return this.idempotency.around(key, fingerprintOf({ action: 'reroute', toOfficeCode, reason }), 200, async () => {
      await this.mustReceive(this.database, '/toOfficeCode', await this.store.get(code), toOfficeCode);
      await this.record(this.database, admin, code, 'reroute-office', { toOffice: toOfficeCode, reason });
      return this.rerouteAll(admin, code, toOfficeCode, { reason: 'rerouting' });
    });
  }

  private rerouteAll(admin: Officer, from: string, to: string, details: Record<string, unknown>): Promise<Rerouted> {
    return this.rerouting.reroute({ from, to, actor: actorOf(admin), details });
  }

  private async nothing(code: string): Promise<Rerouted> {
    const staffLeft = await this.rerouting.staffOf(code);
    return { dossiers: 0, byStatus: { SUBMITTED: 0, IN_VERIFICATION: 0, RETURNED: 0 }, leasesEnded: 0, staffLeft };
  }

  /** Dossiers go only where they are received today, and to somebody else. */
  private async mustReceive(tx: Pick<Transaction, 'rows'>, pointer: string, { code }: OfficeRecord, to: string): Promise<void> {
    if (to === code) throw validationFailed([{ pointer, code: 'bad-format' }]);
    const [office] = await this.store.all(tx, [to]);
    if (!office?.open) throw validationFailed([{ pointer, code: office ? 'office-closed' : 'office-unknown' }]);
  }

  private async replace(tx: Transaction, admin: Officer, before: StoredOffice, after: OfficeRecord, action: string): Promise<StoredOffice> {
    const changes = fieldChanges(before, after);
    if (changes.length === 0) return before;
    await this.mustBeSound(tx, after);
    await this.store.replace(tx, [after]);
    await this.record(tx, admin, before.code, action, { changes });
    return this.store.get(before.code, tx);
  }

  private async mustBeSound(tx: Transaction, office: OfficeRecord): Promise<void> {
    const successor = office.successorCode === null ? [] : await this.store.all(tx, [office.successorCode]);
    const faults = officeRecordFaults(office, () => successor.length > 0);
    if (faults.length > 0) throw validationFailed(faults.map(({ field, code }) => ({ pointer: `/${field}`, code })));
  }

  private async record(tx: Pick<Transaction, 'rows'>, admin: Officer, code: string, action: string, details: object): Promise<void> {
    await this.audit.record(tx, { subject: officeSubject(code), actor: actorOf(admin), action, details: { ...details } });
  }
}
