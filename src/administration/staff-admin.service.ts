import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { Database, violatedConstraint, type Transaction } from '../platform/database/database.ts';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.ts';
import type { VersionCondition } from '../platform/http/if-match.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { Passwords } from '../platform/passwords.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal, validationFailed, type Fault } from '../platform/refusal.ts';
import { foldForSearch, foldSpaces, toNfc } from '../platform/text/vietnamese.ts';
import type { Officer } from '../staff/officer.ts';
import type { StaffRole } from '../staff/rights.ts';
import { USERNAME } from '../staff/staff-names.ts';
import { actorOf } from '../staff/staff.service.ts';
import { postChange, postFaults, type Post } from './staff-change.rule.ts';

/** An officer as administrators see one. */
export interface StaffRecord extends Post {
  readonly id: string;
  readonly username: string;
  readonly mustChangePassword: boolean;
  readonly createdAt: string;
  readonly version: number;
}

export interface StaffWish {
  officeCode?: string;
  role?: StaffRole;
  active?: boolean;
  q?: string;
  limit: number;
  cursor?: string;
}

export type NewPost = Omit<Post, 'active'> & { readonly username: string };

const COLUMNS = `id, username, full_name AS "fullName", role, office_code AS "officeCode", may_approve AS "mayApprove", active,
  must_change_password AS "mustChangePassword", created_at AS "createdAt", version`;

/** Crockford's base32 in small letters: nothing that is misread from a slip of paper. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 80 random bits [D]. */
const PASSWORD_SIGNS = 16;

/** Who may log in, as what and where. What is changed here holds for the officer's next request. */
@Injectable()
export class StaffAdmin {
  constructor(
    private readonly database: Database,
    private readonly offices: OfficesService,
    private readonly passwords: Passwords,
    private readonly randomness: Randomness,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
  ) {}

  /** By username. @throws Refusal `malformed-request` for a bad cursor */
  async list({ officeCode, role, active, q, limit, cursor }: StaffWish): Promise<{ items: StaffRecord[]; nextCursor: string | null }> {
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, [USERNAME]);
    const words = q === undefined ? undefined : foldForSearch(q).match(/[\p{L}\p{N}]+/gu);
    const rows = await this.database.rows<StaffRecord>(
      `SELECT ${COLUMNS} FROM staff WHERE username > $1 AND ($2::text IS NULL OR office_code = $2) AND ($3::text IS NULL OR role = $3)
         AND ($4::boolean IS NULL OR active = $4)
         AND ($6::text IS NULL OR name_terms('name', full_name) @@ $5::tsquery OR starts_with(username, $6))
       ORDER BY username LIMIT $7`,
      [after, officeCode, role, active, words && words.map((word) => `'name:${word}':*`).join(' & '), q?.trim().toLowerCase(), limit + 1],
    );
    const items = rows.slice(0, limit);
    return { items, nextCursor: rows.length > limit ? encodeCursor([items.at(-1)!.username]) : null };
  }

  /** @throws Refusal `not-found` */
  async get(id: string): Promise<StaffRecord> {
    return this.read(this.database, id);
  }

  /** A new officer and the password to begin with, which nobody will see again. @throws Refusal `validation-failed` */
  async create(
    admin: Officer,
    { username, ...given }: NewPost,
    key: IdempotencyKey | undefined,
  ): Promise<{ body: StaffRecord & { oneTimePassword: string }; replayed: boolean }> {
    const post = { ...given, fullName: foldSpaces(toNfc(given.fullName)), active: true };
    const fingerprint = fingerprintOf({ username, ...post });
    // First of all: the office may have closed since the first answer.
    const replay = key && (await this.idempotency.recall(key, fingerprint)).replay;
    if (replay) return { body: replay.answer as StaffRecord & { oneTimePassword: string }, replayed: true };
    const faults = [...postFaults(post), ...this.officeFaults(post.officeCode)];
    if (faults.length > 0) throw validationFailed(faults);
    const oneTimePassword = this.newPassword();
    const passwordHash = await this.passwords.hash(oneTimePassword);
    return this.idempotency.once(key, fingerprint, 201, async (tx) => {
      const [row] = await tx.rows<StaffRecord>(
        `INSERT INTO staff (id, username, full_name, role, office_code, may_approve, password_hash, must_change_password, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, true, domain_now()) ON CONFLICT (username) DO NOTHING RETURNING ${COLUMNS}`,
        [this.randomness.uuid(), username, post.fullName, post.role, post.officeCode, post.mayApprove, passwordHash],
      );
      if (!row) throw validationFailed([{ pointer: '/username', code: 'already-used' }]);
      const { role, officeCode, mayApprove } = row;
      await this.record(tx, admin, row.id, 'create-staff', { after: { role, officeCode, mayApprove } });
      return { ...row, oneTimePassword };
    });
  }

  /**
   * Another name, role, office or flag, in force with the officer's next request. Whoever leaves an office loses its leases and visits
   * (`end_leases_of_leaver`); whoever is deactivated, the sessions too.
   * @throws Refusal `not-found`, `precondition-failed`, `not-on-oneself`, `last-admin`, `validation-failed`
   */
  async change(admin: Officer, id: string, patch: Partial<Post>, ifMatch: VersionCondition): Promise<StaffRecord> {
    try {
      return await this.database.transaction(async (tx) => {
        const before = await this.read(tx, id, 'FOR NO KEY UPDATE');
        if (!ifMatch.holdsFor(before.version)) throw new Refusal('precondition-failed');
        const { fullName, role, officeCode, mayApprove, active } = { ...before, ...patch };
        const after: Post = { fullName: foldSpaces(toNfc(fullName)), role, officeCode, mayApprove, active };
        const { changed, ...values } = postChange(before, after);
        // What was sound when it was written is not judged again; the simulator's officers are called as nobody is.
        const faults = postFaults(after).filter(({ pointer }) => pointer !== '/fullName' || changed.includes('fullName'));
        if (changed.includes('officeCode')) faults.push(...this.officeFaults(officeCode));
        if (faults.length > 0) throw validationFailed(faults);
        if (changed.length === 0) return before;
        if (id === admin.id && (changed.includes('role') || changed.includes('active'))) throw new Refusal('not-on-oneself');
        const [row] = await tx.rows<StaffRecord>(
          `UPDATE staff SET full_name = $2, role = $3, office_code = $4, may_approve = $5, active = $6, version = version + 1
           WHERE id = $1 RETURNING ${COLUMNS}`,
          [id, after.fullName, role, officeCode, mayApprove, active],
        );
        if (!active) await this.endSessions(tx, id);
        await this.record(tx, admin, id, 'change-staff', { changed, ...values });
        return row!;
      });
    } catch (error) {
      throw violatedConstraint(error) === 'keep_an_admin' ? new Refusal('last-admin') : error;
    }
  }

  /** A new password to begin with; whoever is logged in with the old one no longer is. @throws Refusal `not-found`, `not-on-oneself` */
  async issuePassword(
    admin: Officer,
    id: string,
    key: IdempotencyKey | undefined,
  ): Promise<{ body: { oneTimePassword: string }; replayed: boolean }> {
    // Whoever found an administrator's screen unlocked would else take the account over without the password.
    if (id === admin.id) throw new Refusal('not-on-oneself');
    const oneTimePassword = this.newPassword();
    const passwordHash = await this.passwords.hash(oneTimePassword);
    return this.idempotency.once(key, fingerprintOf({ action: 'issue-password' }), 201, async (tx) => {
      await this.read(tx, id, 'FOR NO KEY UPDATE');
      await tx.rows(`UPDATE staff SET password_hash = $2, must_change_password = true, version = version + 1 WHERE id = $1`, [
        id,
        passwordHash,
      ]);
      await this.endSessions(tx, id);
      await this.record(tx, admin, id, 'issue-staff-password', {});
      return { oneTimePassword };
    });
  }

  private async read(rows: Pick<Transaction, 'rows'>, id: string, lock = ''): Promise<StaffRecord> {
    const [row] = await rows.rows<StaffRecord>(`SELECT ${COLUMNS} FROM staff WHERE id::text = $1 ${lock}`, [id]);
    if (!row) throw new Refusal('not-found');
    return row;
  }

  private officeFaults(officeCode: string | null): Fault[] {
    const fault = officeCode === null ? undefined : this.offices.officeFault(officeCode);
    return fault ? [{ pointer: '/officeCode', ...fault }] : [];
  }

  private async endSessions(tx: Transaction, id: string): Promise<void> {
    await tx.rows(`DELETE FROM staff_sessions WHERE staff_id = $1`, [id]);
  }

  private async record(tx: Transaction, admin: Officer, id: string, action: string, details: object): Promise<void> {
    await this.audit.record(tx, { subject: { kind: 'staff', id }, actor: actorOf(admin), action, details: { ...details } });
  }

  private newPassword(): string {
    const signs = Array.from({ length: PASSWORD_SIGNS }, () => ALPHABET[this.randomness.below(ALPHABET.length)]).join('');
    return signs.replace(/(.{4})(?=.)/g, '$1-');
  }
}
