import { Injectable } from '@nestjs/common';
import type { Citizen } from '../accounts/citizen.ts';
import { Audit } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { Refusal } from '../platform/refusal.ts';

/** A step or a view on record: what was done, when, and by whom. */
export interface RecordedStep {
  at: Date;
  action: string;
  /** The dossier it is about; null = the account. */
  dossierNumber: string | null;
  by: { kind: string; name: string | null; officeCode: string | null };
}

export interface HeldDossier {
  id: string;
  dossierNumber: string;
  status: string;
  since: Date;
  submittedAt: Date;
  channel: string;
  language: string;
  officeCode: string;
  receivingOfficeCode: string;
  handlingOfficeCode: string | null;
  registryMatch: string | null;
  /** As it is now, E.164; the revisions hold what was sent. */
  phone: string | null;
  /** One that was given at the counter and is not confirmed yet. */
  pendingPhone: string | null;
  /** By what other dossiers are compared with it; null before that has been done. */
  comparedBy: { name: string | null; birthDate: string | null; birthYear: number | null } | null;
  /** How many dossiers of others are like it in something: they are somebody else's data, so they are only counted. */
  alike: number;
  warnings: string[];
  revisions: { revision: number; submittedAt: Date; declared: object }[];
  photos: {
    slot: string;
    sha256: string;
    width: number;
    height: number;
    receivedAt: Date;
    current: boolean;
    perceptualHash: string | null;
  }[];
  consents: { purpose: string; textVersion: string; acceptedAt: Date; evidence: string }[];
  messages: { purpose: string; channel: string; recipient: string | null; state: string; createdAt: Date; finishedAt: Date | null }[];
}

/** Everything that is held about a person. */
export interface HeldAboutMe {
  account: { insuranceNumber: string; state: string; createdAt: Date; credentialIssues: number };
  sessions: { createdAt: Date; refreshableUntil: Date }[];
  dossiers: HeldDossier[];
  /** Dossiers on the same insurance number that declare another ID paper: somebody else's data, so they are only counted. */
  dossiersOfOthers: number;
  record: RecordedStep[];
}

type DossierRow = Omit<HeldDossier, 'revisions' | 'photos' | 'consents' | 'messages'>;
type PartOf<Part extends 'revisions' | 'photos' | 'consents' | 'messages'> = HeldDossier[Part][number] & { dossier: string };

/** What the person who is logged in may know: all that is held about them, and who has looked at it. */
@Injectable()
export class PersonalData {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly limits: AttemptLimits,
  ) {}

  /**
   * One query for each kind of thing, in one transaction, which also records that the data was handed out.
   * @throws Refusal `unauthenticated` when the account was erased since its session was looked at; `too-many-attempts`
   */
  async heldAbout({ accountId, insuranceNumber, declarationId }: Citizen): Promise<HeldAboutMe> {
    await this.limits.count({ limit: 'own-data-by-person', subject: insuranceNumber });
    return this.database.transaction(async (tx) => {
      const [account] = await tx.rows<HeldAboutMe['account']>(
        `SELECT insurance_number AS "insuranceNumber", state, created_at AS "createdAt", credential_issue AS "credentialIssues"
         FROM accounts WHERE id = $1 FOR SHARE`,
        [accountId],
      );
      if (!account) throw new Refusal('unauthenticated');
      await this.audit.record(tx, {
        subject: { kind: 'account', id: accountId },
        actor: { kind: 'citizen', id: accountId },
        action: 'export-own-data',
      });
      const sessions = await tx.rows<HeldAboutMe['sessions'][number]>(
        `SELECT created_at AS "createdAt", refresh_until AS "refreshableUntil" FROM account_sessions
         WHERE account_id = $1 AND refresh_until > domain_now() ORDER BY created_at`,
        [accountId],
      );
      const own = await this.dossiers(tx, insuranceNumber, declarationId);
      const [others] = await tx.rows<{ count: number }>(
        `SELECT count(*)::int AS count FROM declarations WHERE insurance_number = $1 AND status <> 'DRAFT' AND NOT id = ANY($2)`,
        [insuranceNumber, own.map(({ id }) => id)],
      );
      const record = await this.record(tx, accountId, own);
      return { account, sessions, dossiers: own, dossiersOfOthers: others!.count, record };
    });
  }

  /** The person's own: of this insurance number and of the ID paper that was verified. */
  private async dossiers(tx: Transaction, insuranceNumber: string, declarationId: string): Promise<HeldDossier[]> {
    const rows = await tx.rows<DossierRow>(
      `SELECT id, dossier_number AS "dossierNumber", status, status_since AS since, submitted_at AS "submittedAt", channel, language,
         office_code AS "officeCode", receiving_office_code AS "receivingOfficeCode", handling_office_code AS "handlingOfficeCode",
         registry_match AS "registryMatch", warnings, phone,
         (SELECT waiting.phone FROM phone_changes waiting WHERE declaration_id = declarations.id AND until > domain_now()) AS "pendingPhone",
         (SELECT jsonb_build_object('name', name, 'birthDate', birth_date, 'birthYear', birth_year) FROM comparisons
           WHERE declaration_id = declarations.id AND name IS NOT NULL) AS "comparedBy",
         (SELECT count(*)::int FROM duplicate_pairs WHERE first_id = declarations.id OR second_id = declarations.id) AS alike
       FROM declarations WHERE insurance_number = $1 AND status <> 'DRAFT'
         AND id_number = (SELECT id_number FROM declarations WHERE id = $2) ORDER BY submitted_at`,
      [insuranceNumber, declarationId],
    );
    const ids = rows.map(({ id }) => id);
    const revisions = await tx.rows<PartOf<'revisions'>>(
      `SELECT declaration_id AS dossier, revision, submitted_at AS "submittedAt", form AS declared
       FROM declaration_revisions WHERE declaration_id = ANY($1) ORDER BY revision`,
      [ids],
    );
    const photos = await tx.rows<PartOf<'photos'>>(
      `SELECT declaration_id AS dossier, slot, encode(sha256, 'hex') AS sha256, width, height, created_at AS "receivedAt", current,
         perceptual_hash::text AS "perceptualHash"
       FROM photos WHERE declaration_id = ANY($1) ORDER BY created_at, slot`,
      [ids],
    );
    const consents = await tx.rows<PartOf<'consents'>>(
      `SELECT declaration_id AS dossier, purpose, text_version AS "textVersion", accepted_at AS "acceptedAt", evidence
       FROM consents WHERE declaration_id = ANY($1) ORDER BY accepted_at, purpose`,
      [ids],
    );
    const messages = await tx.rows<PartOf<'messages'>>(
      `SELECT declaration_id AS dossier, purpose, channel, recipient, state, created_at AS "createdAt", finished_at AS "finishedAt"
       FROM messages WHERE declaration_id = ANY($1) ORDER BY created_at, id`,
      [ids],
    );
    return rows.map((row) => ({
      ...row,
      revisions: partsOf(row.id, revisions),
      photos: partsOf(row.id, photos),
      consents: partsOf(row.id, consents),
      messages: partsOf(row.id, messages),
    }));
  }

  /** Every step and every view. What an officer wrote for other officers is not in it. */
  private async record(tx: Transaction, accountId: string, own: readonly HeldDossier[]): Promise<RecordedStep[]> {
    const rows = await tx.rows<{
      at: Date;
      action: string;
      subject_id: string;
      actor_kind: string;
      name: string | null;
      office: string | null;
    }>(
      `SELECT entry.at, entry.action, entry.subject_id, entry.actor_kind, staff.full_name AS name, entry.actor_office_code AS office
       FROM audit_entries entry LEFT JOIN staff ON staff.id = entry.actor_id
       WHERE (subject_kind = 'declaration' AND subject_id = ANY($1)) OR (subject_kind = 'account' AND subject_id = $2)
       ORDER BY entry.at, entry.subject_kind, entry.sequence`,
      [own.map(({ id }) => id), accountId],
    );
    const numbers = new Map(own.map(({ id, dossierNumber }) => [id, dossierNumber]));
    return rows.map(({ at, action, subject_id, actor_kind: kind, name, office: officeCode }) => ({
      at,
      action,
      dossierNumber: numbers.get(subject_id) ?? null,
      by: { kind, name, officeCode },
    }));
  }
}

function partsOf<Part extends { dossier: string }>(id: string, parts: readonly Part[]): Omit<Part, 'dossier'>[] {
  return parts.filter(({ dossier }) => dossier === id).map(({ dossier: _, ...part }) => part);
}
