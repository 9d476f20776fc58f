import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Request } from 'express';
import { Audit } from '../audit/audit.service.ts';
import { removalOf } from '../platform/database/aged-rows.ts';
import { Database } from '../platform/database/database.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import { bearerToken, Doorkeepers } from '../platform/http/access.guard.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency, type Settle } from '../platform/idempotency/idempotency.ts';
import { AttemptLimits, type Attempt } from '../platform/limits/attempt-limits.ts';
import { CITIZEN_PASSWORD, passwordErrors, passwordFaults } from '../platform/password-policy.rule.ts';
import { Passwords } from '../platform/passwords.ts';
import { Proofs } from '../platform/proofs.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal } from '../platform/refusal.ts';
import {
  endOtherSessions,
  endSession,
  openSession,
  refreshSession,
  tokenHash,
  type IssuedTokens,
  type SessionTable,
} from '../platform/sessions.ts';
import type { Account, AccountState } from './account.entity.ts';
import type { Citizen } from './citizen.ts';
import { findPersonalNumbers } from './personal-numbers.ts';

const SESSIONS: SessionTable = { name: 'account_sessions', owner: 'account_id' };

export interface CitizenSession extends IssuedTokens {
  /** True until the first password has been replaced: nothing else answers before. */
  mustChangePassword: boolean;
}

export interface Profile {
  insuranceNumber: string;
  fullName: string;
  idNumber: string;
  phone: string;
  email: string | null;
  state: AccountState;
  dossierNumber: string;
  office: { code: string; name: string };
  createdAt: string;
}

type AccountRow = Pick<Account, 'id' | 'insurance_number' | 'declaration_id' | 'state' | 'password_hash' | 'must_change_password'>;

/** The citizen's account: log in, stay in, change the password. */
@Injectable()
export class AccountsService implements OnModuleInit {
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
  ) {}

  onModuleInit(): void {
    this.housekeeping.register(removalOf(this.database, { table: SESSIONS.name, dueAt: 'refresh_until' }));
    this.doorkeepers.register('citizen', async (request, access) => {
      const citizen = await this.getCitizen(bearerToken(request));
      if (citizen.mustChangePassword && !access.beforePasswordChange) throw new Refusal('password-change-required');
      (request as Request & { citizen?: Citizen }).citizen = citizen;
    });
  }

  /**
   * Unknown number, wrong password, spent or expired first password: one answer, after the same work.
   * @throws Refusal `invalid-credentials`, `too-many-attempts`, `idempotency-key-reused`, `request-in-progress`
   */
  login(
    insuranceNumber: string,
    password: string,
    address: string,
    key?: IdempotencyKey,
  ): Promise<{ body: CitizenSession; replayed: boolean }> {
    const attempts: Attempt[] = [
      { limit: 'citizen-login', subject: insuranceNumber },
      { limit: 'citizen-login-by-address', subject: address },
    ];
    return this.proofs.once({ key, content: { insuranceNumber, password }, attempts, door: 'citizen' }, 201, (settle) =>
      this.open(insuranceNumber, password, attempts, settle),
    );
  }

  private async open(
    insuranceNumber: string,
    password: string,
    attempts: readonly Attempt[],
    settle: Settle<CitizenSession>,
  ): Promise<CitizenSession> {
    const account = await this.findAccount(insuranceNumber);
    const right = await this.passwords.verify(password, account?.password_hash);
    if (!right || !account || account.state === 'LOCKED') throw new Refusal('invalid-credentials');
    const session = await this.database.transaction(async (tx) => {
      // While the password was verified it may have been changed, and the account locked or taken away.
      const [still] = await tx.rows(
        account.must_change_password
          ? `UPDATE accounts SET first_used_at = domain_now()
             WHERE id = $1 AND password_hash = $2 AND first_used_at IS NULL AND password_expires_at > domain_now() RETURNING id`
          : `SELECT id FROM accounts WHERE id = $1 AND password_hash = $2 AND state <> 'LOCKED' FOR SHARE`,
        [account.id, account.password_hash],
      );
      if (!still) return undefined;
      await this.record(tx, account.id, 'log-in');
      const tokens = await openSession(tx, this.randomness, SESSIONS, account.id);
      const opened = { ...tokens, mustChangePassword: account.must_change_password };
      // With the session or not at all: a first password opens one login, and without this answer that one would be lost.
      await settle(tx, opened);
      return opened;
    });
    if (!session) throw new Refusal('invalid-credentials');
    await this.limits.proven(...attempts);
    return session;
  }

  /** @throws Refusal `unauthenticated`, `password-change-required`, `idempotency-key-reused`, `request-in-progress` */
  async refresh(refreshToken: string, key?: IdempotencyKey): Promise<{ body: CitizenSession; replayed: boolean }> {
    return this.idempotency.once(key, fingerprintOf({ refreshToken }), 201, async (tx) => {
      const refreshed = await refreshSession(tx, this.randomness, SESSIONS, refreshToken);
      if (!refreshed) throw new Refusal('unauthenticated');
      const [account] = await tx.rows<AccountRow>(`SELECT state, must_change_password FROM accounts WHERE id = $1`, [refreshed.ownerId]);
      if (!account || account.state === 'LOCKED') throw new Refusal('unauthenticated');
      if (account.must_change_password) throw new Refusal('password-change-required');
      return { ...refreshed.tokens, mustChangePassword: false };
    });
  }

  async logout(citizen: Citizen): Promise<void> {
    await endSession(this.database, SESSIONS, citizen.sessionId);
  }

  /** Replaces the password and ends the citizen's other sessions. @throws Refusal `invalid-credentials`, `password-refused` */
  async changePassword(citizen: Citizen, current: string, next: string): Promise<void> {
    const attempt = { limit: 'citizen-login', subject: citizen.insuranceNumber } as const;
    await this.limits.count(attempt);
    const account = await this.findAccount(citizen.insuranceNumber);
    if (!account || !(await this.passwords.verify(current, account.password_hash))) throw new Refusal('invalid-credentials');
    await this.limits.proven(attempt);
    const personal = await findPersonalNumbers(this.database, account.declaration_id);
    const faults = passwordFaults(next, CITIZEN_PASSWORD, { insuranceNumber: citizen.insuranceNumber, personal, current });
    if (faults.length > 0) throw new Refusal('password-refused', { errors: passwordErrors('/newPassword', faults, CITIZEN_PASSWORD) });
    const passwordHash = await this.passwords.hash(next);
    await this.database.transaction(async (tx) => {
      const [changed] = await tx.rows(
        `UPDATE accounts SET password_hash = $2, must_change_password = false, password_expires_at = NULL, state = 'ACTIVE'
         WHERE id = $1 AND password_hash = $3 AND state <> 'LOCKED' RETURNING id`,
        [account.id, passwordHash, account.password_hash],
      );
      if (!changed) throw new Refusal('invalid-credentials');
      await endOtherSessions(tx, SESSIONS, account.id, citizen.sessionId);
      await this.record(tx, account.id, 'change-password');
    });
  }

  async profile(citizen: Citizen): Promise<Profile> {
    const [row] = await this.database.rows<Record<string, string> & { created_at: Date; state: AccountState }>(
      `SELECT account.insurance_number, account.state, account.created_at, declaration.full_name, declaration.id_number,
         declaration.phone, declaration.email, declaration.dossier_number, office.code AS office_code, office.name AS office_name
       FROM accounts account JOIN declarations declaration ON declaration.id = account.declaration_id
       JOIN offices office ON office.code = declaration.office_code WHERE account.id = $1`,
      [citizen.accountId],
      'get_profile',
    );
    if (!row) throw new Refusal('unauthenticated');
    return {
      insuranceNumber: row.insurance_number!,
      fullName: row.full_name!,
      idNumber: row.id_number!,
      phone: row.phone!,
      email: row.email ?? null,
      state: row.state,
      dossierNumber: row.dossier_number!,
      office: { code: row.office_code!, name: row.office_name! },
      createdAt: row.created_at.toISOString(),
    };
  }

  /** A session without a password, for the desk's `POST /_sim/tokens`. Undefined when the number has no account. */
  async openSessionFor(insuranceNumber: string): Promise<CitizenSession | undefined> {
    return this.database.transaction(async (tx) => {
      const [account] = await tx.rows<AccountRow>(
        `SELECT id, must_change_password FROM accounts WHERE insurance_number = $1 FOR KEY SHARE`,
        [insuranceNumber],
      );
      if (!account) return undefined;
      return { ...(await openSession(tx, this.randomness, SESSIONS, account.id)), mustChangePassword: account.must_change_password };
    });
  }

  /** Whose session an access token opens. @throws Refusal `unauthenticated` */
  async getCitizen(token: string): Promise<Citizen> {
    const [row] = await this.database.rows<AccountRow & { session_id: string }>(
      `SELECT account.id, account.insurance_number, account.declaration_id, account.must_change_password, session.id AS session_id
       FROM account_sessions session JOIN accounts account ON account.id = session.account_id
       WHERE session.access_hash = $1 AND session.access_until > domain_now() AND account.state <> 'LOCKED'`,
      [tokenHash(token)],
      'get_citizen',
    );
    if (!row) throw new Refusal('unauthenticated');
    return {
      accountId: row.id,
      sessionId: row.session_id,
      insuranceNumber: row.insurance_number,
      declarationId: row.declaration_id,
      mustChangePassword: row.must_change_password,
    };
  }

  private async findAccount(insuranceNumber: string): Promise<AccountRow | undefined> {
    const [row] = await this.database.rows<AccountRow>(
      `SELECT id, insurance_number, declaration_id, state, password_hash, must_change_password FROM accounts WHERE insurance_number = $1`,
      [insuranceNumber],
      'find_account',
    );
    return row;
  }

  private record(tx: Parameters<Audit['record']>[0], accountId: string, action: string): Promise<void> {
    return this.audit.record(tx, { subject: { kind: 'account', id: accountId }, actor: { kind: 'citizen', id: accountId }, action });
  }
}
