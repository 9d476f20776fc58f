import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Request } from 'express';
import { Audit } from '../audit/audit.service.ts';
import { removalOf } from '../platform/database/aged-rows.ts';
import { Database } from '../platform/database/database.ts';
import { ENV, type Environment } from '../platform/env.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import { bearerToken, Doorkeepers } from '../platform/http/access.guard.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency, type Settle } from '../platform/idempotency/idempotency.ts';
import { AttemptLimits, type Attempt } from '../platform/limits/attempt-limits.ts';
import { passwordErrors, passwordFaults, STAFF_PASSWORD } from '../platform/password-policy.rule.ts';
import { Passwords } from '../platform/passwords.ts';
import { Proofs } from '../platform/proofs.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import {
  endOtherSessions,
  endSession,
  openSession,
  refreshSession,
  tokenHash,
  type IssuedTokens,
  type SessionTable,
} from '../platform/sessions.ts';
import { Unseen } from '../platform/unseen.ts';
import type { Officer } from './officer.ts';
import { roleHas, type Right, type StaffRole } from './rights.ts';
import { ADD_SIMULATED, simulatedRows } from './simulated-rows.ts';

const SESSIONS: SessionTable = { name: 'staff_sessions', owner: 'staff_id' };

/** What an API answer says of an officer. */
export interface StaffProfile {
  id: string;
  username: string;
  fullName: string;
  role: StaffRole;
  officeCode: string | null;
  mayApprove: boolean;
}

export type StaffSessionAnswer = IssuedTokens & { mustChangePassword: boolean; staff: StaffProfile };

export interface NewStaff {
  username: string;
  fullName: string;
  role: StaffRole;
  officeCode: string | null;
  mayApprove: boolean;
  password: string;
  simulated: boolean;
}

interface StaffRow {
  id: string;
  username: string;
  full_name: string;
  role: StaffRole;
  office_code: string | null;
  may_approve: boolean;
  password_hash: string;
  must_change_password: boolean;
}

/** Officers, their sessions, and who they are on each request. */
@Injectable()
export class StaffService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly limits: AttemptLimits,
    private readonly randomness: Randomness,
    private readonly audit: Audit,
    private readonly doorkeepers: Doorkeepers,
    private readonly housekeeping: Housekeeping,
    private readonly proofs: Proofs,
    private readonly idempotency: Idempotency,
    private readonly unseen: Unseen,
    @Inject(ENV) private readonly env: Environment,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register(removalOf(this.database, { table: SESSIONS.name, dueAt: 'refresh_until' }));
    this.doorkeepers.register('staff', async (request, access) => {
      const officer = await this.getOfficer(bearerToken(request));
      if (officer.mustChangePassword && access.right !== 'session.own') throw new Refusal('password-change-required');
      if (!roleHas(officer.role, access.right as Right)) throw new Refusal('forbidden');
      (request as Request & { officer?: Officer }).officer = officer;
    });
  }

  /** @throws Refusal `invalid-credentials`, `too-many-attempts`, `idempotency-key-reused`, `request-in-progress` */
  login(
    username: string,
    password: string,
    address: string,
    key?: IdempotencyKey,
  ): Promise<{ body: StaffSessionAnswer; replayed: boolean }> {
    const attempts: Attempt[] = [
      { limit: 'staff-login', subject: username },
      { limit: 'staff-login-by-address', subject: address },
    ];
    return this.proofs.once({ key, content: { username, password }, attempts, door: 'staff' }, 201, (settle) =>
      this.open(username, password, attempts, settle),
    );
  }

  private async open(
    username: string,
    password: string,
    attempts: readonly Attempt[],
    settle: Settle<StaffSessionAnswer>,
  ): Promise<StaffSessionAnswer> {
    const row = await this.findActive(username, this.mayLogInByPassword());
    if (!(await this.passwords.verify(password, row?.password_hash)) || !row) {
      // Only an officer has a history to write it into, and by the time of the answer nobody may tell who is one.
      this.unseen.begin(() => this.recordRefusal(username), 'a refused log-in is not in the history');
      throw new Refusal('invalid-credentials');
    }
    const session = await this.database.transaction(async (tx) => {
      // While the password was verified it may have been replaced, and the officer deactivated.
      const [still] = await tx.rows(`SELECT id FROM staff WHERE id = $1 AND active AND password_hash = $2 FOR SHARE`, [
        row.id,
        row.password_hash,
      ]);
      if (!still) return undefined;
      await this.audit.record(tx, {
        subject: { kind: 'staff', id: row.id },
        actor: { kind: 'staff', id: row.id, officeCode: row.office_code },
        action: 'log-in',
      });
      const tokens = await openSession(tx, this.randomness, SESSIONS, row.id);
      const opened = { ...tokens, mustChangePassword: row.must_change_password, staff: profileOf(row) };
      await settle(tx, opened);
      return opened;
    });
    if (!session) throw new Refusal('invalid-credentials');
    await this.limits.proven(...attempts);
    return session;
  }

  /** In the officer's own history, whether active or not; a name that is nobody's has none. */
  private async recordRefusal(username: string): Promise<void> {
    const [known] = await this.database.rows<{ id: string }>(`SELECT id FROM staff WHERE username = $1`, [username]);
    if (!known || !(await this.limits.isWithin({ limit: 'refused-logins-on-record', subject: known.id }))) return;
    await this.audit.record(this.database, {
      subject: { kind: 'staff', id: known.id },
      actor: { kind: 'system' },
      action: 'log-in-refused',
    });
  }

  /** @throws Refusal `unauthenticated` when the refresh token is not live; `idempotency-key-reused`, `request-in-progress` */
  async refresh(refreshToken: string, key?: IdempotencyKey): Promise<{ body: StaffSessionAnswer; replayed: boolean }> {
    return this.idempotency.once(key, fingerprintOf({ refreshToken }), 201, async (tx) => {
      const refreshed = await refreshSession(tx, this.randomness, SESSIONS, refreshToken);
      const [row] = refreshed ? await tx.rows<StaffRow>(`${SELECT_STAFF} WHERE id = $1 AND ${this.mayLogIn()}`, [refreshed.ownerId]) : [];
      if (!refreshed || !row) throw new Refusal('unauthenticated');
      return { ...refreshed.tokens, mustChangePassword: row.must_change_password, staff: profileOf(row) };
    });
  }

  async logout(officer: Officer): Promise<void> {
    await endSession(this.database, SESSIONS, officer.sessionId);
  }

  /** Replaces the password that was given, no other. @throws Refusal `invalid-credentials` or `validation-failed` */
  async changePassword(officer: Officer, current: string, next: string): Promise<void> {
    const attempt = { limit: 'staff-login', subject: officer.username } as const;
    await this.limits.count(attempt);
    const row = await this.findActive(officer.username, this.mayLogInByPassword());
    if (!(await this.passwords.verify(current, row?.password_hash)) || !row) throw new Refusal('invalid-credentials');
    await this.limits.proven(attempt);
    const faults = passwordFaults(next, STAFF_PASSWORD, { personal: [officer.username], current });
    if (faults.length > 0) throw validationFailed(passwordErrors('/newPassword', faults, STAFF_PASSWORD));
    const passwordHash = await this.passwords.hash(next);
    await this.database.transaction(async (tx) => {
      const [changed] = await tx.rows(
        `UPDATE staff SET password_hash = $2, must_change_password = false WHERE id = $1 AND active AND password_hash = $3 RETURNING id`,
        [officer.id, passwordHash, row.password_hash],
      );
      if (!changed) throw new Refusal('invalid-credentials');
      await endOtherSessions(tx, SESSIONS, officer.id, officer.sessionId);
      await this.audit.record(tx, { subject: { kind: 'staff', id: officer.id }, actor: actorOf(officer), action: 'change-password' });
    });
  }

  /** A new officer. @throws Refusal `validation-failed` when the name is taken, or the password is none by the policy */
  async create({ password, ...newcomer }: NewStaff): Promise<StaffProfile> {
    const faults = passwordFaults(password, STAFF_PASSWORD, { personal: [newcomer.username] });
    if (faults.length > 0) throw validationFailed(passwordErrors('/password', faults, STAFF_PASSWORD));
    return this.insert({ ...newcomer, passwordHash: await this.passwords.hash(password) });
  }

  /** A new officer whose password is hashed already, or who has none. @throws Refusal `validation-failed` when the name is taken */
  async insert(newcomer: Omit<NewStaff, 'password'> & { passwordHash: string }): Promise<StaffProfile> {
    const { username, fullName, role, officeCode, mayApprove, passwordHash, simulated } = newcomer;
    const [row] = await this.database.rows<StaffRow>(
      `INSERT INTO staff (id, username, full_name, role, office_code, may_approve, password_hash, simulated, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, domain_now()) ON CONFLICT (username) DO NOTHING RETURNING *`,
      [this.randomness.uuid(), username, fullName, role, officeCode, mayApprove, passwordHash, simulated],
    );
    if (!row) throw validationFailed([{ pointer: '/username', code: 'bad-format' }]);
    return profileOf(row);
  }

  /** Makes the simulator's named officers who are not there yet, all with one password. */
  async ensureSimulated(people: readonly Omit<StaffProfile, 'id'>[], password: string): Promise<void> {
    const known = await this.database.rows<{ username: string }>(`SELECT username FROM staff WHERE username = ANY($1)`, [
      people.map(({ username }) => username),
    ]);
    const missing = people.filter(({ username }) => !known.some((row) => row.username === username));
    if (missing.length === 0) return;
    const passwordHash = await this.passwords.hash(password);
    const rows = simulatedRows(missing, passwordHash, () => this.randomness.uuid());
    await this.database.rows(ADD_SIMULATED, [JSON.stringify(rows)]);
  }

  /** A session without a password, for the desk's `POST /_sim/tokens`. */
  async openSessionFor(staffId: string): Promise<IssuedTokens> {
    return openSession(this.database, this.randomness, SESSIONS, staffId);
  }

  private async getOfficer(token: string): Promise<Officer> {
    const [row] = await this.database.rows<StaffRow & { session_id: string }>(
      `SELECT staff.*, session.id AS session_id FROM staff_sessions session JOIN staff ON staff.id = session.staff_id
       WHERE session.access_hash = $1 AND session.access_until > domain_now() AND ${this.mayLogIn()}`,
      [tokenHash(token)],
      'get_officer',
    );
    if (!row) throw new Refusal('unauthenticated');
    return { ...profileOf(row), sessionId: row.session_id, mustChangePassword: row.must_change_password };
  }

  private async findActive(username: string, condition: string): Promise<StaffRow | undefined> {
    const [row] = await this.database.rows<StaffRow>(`${SELECT_STAFF} WHERE username = $1 AND ${condition}`, [username]);
    return row;
  }

  /** The simulator's password stands in its documents: in production it opens nothing, also where the desk is on, and the desk's key gives tokens. */
  private mayLogInByPassword(): string {
    return this.env.nodeEnv === 'production' ? 'active AND NOT simulated' : this.mayLogIn();
  }

  private mayLogIn(): string {
    return this.env.desk.on ? 'active' : 'active AND NOT simulated';
  }
}

const SELECT_STAFF = 'SELECT id, username, full_name, role, office_code, may_approve, password_hash, must_change_password FROM staff';

function profileOf(row: StaffRow): StaffProfile {
  return {
    id: row.id,
    username: row.username,
    fullName: row.full_name,
    role: row.role,
    officeCode: row.office_code,
    mayApprove: row.may_approve,
  };
}

export function actorOf(officer: Officer) {
  return { kind: 'staff', id: officer.id, officeCode: officer.officeCode } as const;
}
