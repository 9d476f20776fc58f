import type { Audit } from '../audit/audit.service.ts';
import type { PhotoReference } from '../photos/photo-cipher.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Erasure, ErasureSubject } from './erasure.ts';

type Row = Record<string, unknown>;

/** Where rows about a person stand, by the ids of their dossiers and drafts ($1) and of their accounts ($2). */
const TABLES = {
  declarations: 'id = ANY($1)',
  declaration_revisions: 'declaration_id = ANY($1)',
  photos: 'declaration_id = ANY($1)',
  uploads: 'declaration_id = ANY($1)',
  consents: 'declaration_id = ANY($1)',
  comparisons: 'declaration_id = ANY($1)',
  phone_changes: 'declaration_id = ANY($1)',
  visits: 'declaration_id = ANY($1)',
  messages: 'declaration_id = ANY($1)',
  email_confirmations: 'declaration_id = ANY($1)',
  accounts: 'id = ANY($2)',
  account_sessions: 'account_id = ANY($2)',
  password_resets: 'account_id = ANY($2)',
} as const;

const SECRET = 'a secret of whoever gets in by it; kept as a hash, of which nobody learns anything';
const OF_OTHERS = 'tells of other people too: how many dossiers are alike is counted instead';
const OF_OFFICERS = 'about officers; those who did something with the data are named in the record';

/** What is kept and not handed out, as `table.column` or `table.*`, and why. Whatever else a table of the person has is handed out. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'declarations.draft_token_hash': SECRET,
  'declarations.tracking_code_hash': SECRET,
  'declarations.lease_token_hash': SECRET,
  'email_confirmations.address_hash': SECRET,
  'email_confirmations.otp_hash': SECRET,
  'accounts.password_hash': SECRET,
  'account_sessions.access_hash': SECRET,
  'account_sessions.refresh_hash': SECRET,
  'password_resets.otp_hash': SECRET,
  'messages.secret': 'a password or code on its way, sealed: it goes to the phone it was meant for',
  'messages.claim_id': 'which process sends it',
  'messages.claimed_until': 'which process sends it',
  'staff_notes.*': 'what officers wrote for each other: internal, and others may be named in it',
  'duplicate_pairs.*': OF_OTHERS,
  'audit_entries.details': 'may name dossiers of others, and notes of officers; who did what, when and where is in the record',
  'audit_entries.actor_id': OF_OFFICERS,
  'audit_entries.hash': 'links the record; handed out by the dossier’s file',
  'audit_entries.previous_hash': 'links the record; handed out by the dossier’s file',
  'staff.*': OF_OFFICERS,
  'staff_sessions.*': OF_OFFICERS,
  'attempt_counters.*': 'by hashes that nobody can turn back into a person; gone within two days',
  'idempotency_keys.*': 'answers that the person had already, sealed under keys that only they have; gone within a day',
  'simulator_inbox.*': 'stands for the person’s own phone and mailbox',
};

/** Everything that is kept about a person and is theirs to have. */
export interface PersonExport {
  /** By the domain's clock. */
  writtenAt: Date;
  /** Rows by their tables; a photo with its picture as `jpeg` in Base64, or null when it cannot be read. */
  tables: Record<keyof typeof TABLES, Row[]>;
  /** Every step and every view, oldest first; `officer` is a name. */
  record: Row[];
  /** Dossiers on the same insurance number with another ID paper: somebody else's data, so they are only counted. */
  dossiersOfOthers: number;
  /** Dossiers of others that are like one of these in something, counted for the same reason. */
  alike: number;
}

/** One person's data in one piece, for the person: that it was handed out is on record in each dossier. */
export class PersonExports {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly erasure: Pick<Erasure, 'find'>,
    private readonly openPhoto: (photo: PhotoReference) => Promise<Buffer | undefined>,
  ) {}

  /**
   * Of a dossier, or of both numbers of a person: all dossiers and drafts that carry both. Whoever declared the same insurance number on
   * another paper is another person.
   * @returns undefined when there is nothing
   */
  async export(subject: ErasureSubject): Promise<PersonExport | undefined> {
    const ids = (await this.erasure.find(await this.wholePerson(subject))).map(({ id }) => id);
    if (ids.length === 0) return undefined;
    const held = await this.database.transaction(async (tx) => {
      await this.audit.recordInEach(tx, ids, { actor: { kind: 'system' }, action: 'export-on-request' });
      return this.read(tx, ids);
    });
    for (const photo of held.tables.photos) {
      const reference = { id: photo['id'], declarationId: photo['declaration_id'], slot: photo['slot'] } as PhotoReference;
      photo['jpeg'] = (await this.openPhoto(reference))?.toString('base64') ?? null;
    }
    return held;
  }

  /** A dossier stands for its person, unless what was declared in it has been erased. */
  private async wholePerson(subject: ErasureSubject): Promise<ErasureSubject> {
    if (!('dossierNumber' in subject)) return subject;
    const [numbers] = await this.database.rows<{ insuranceNumber: string; idNumber: string }>(
      `SELECT insurance_number AS "insuranceNumber", id_number AS "idNumber" FROM declarations
       WHERE dossier_number = $1 AND insurance_number IS NOT NULL AND id_number IS NOT NULL`,
      [subject.dossierNumber],
    );
    return numbers ?? subject;
  }

  private async read(tx: Transaction, ids: readonly string[]): Promise<PersonExport> {
    const accounts = (await tx.rows<{ id: string }>(`SELECT id FROM accounts WHERE declaration_id = ANY($1)`, [ids])).map(({ id }) => id);
    const tables = {} as PersonExport['tables'];
    for (const [table, belongs] of Object.entries(TABLES)) {
      const kept = Object.keys(LEFT_OUT).flatMap((place) => (place.startsWith(`${table}.`) ? [place.slice(table.length + 1)] : []));
      const rows = await tx.rows<{ kept: Row }>(
        `SELECT to_jsonb(held) - $3::text[] AS kept FROM ${table} held, (SELECT $1::uuid[], $2::uuid[]) person WHERE ${belongs} ORDER BY 1`,
        [ids, accounts, kept],
      );
      tables[table as keyof typeof TABLES] = rows.map((row) => row.kept);
    }
    const record = await tx.rows<Row>(
      `SELECT entry.subject_kind, entry.subject_id, entry.sequence, entry.at, entry.action, entry.from_status, entry.to_status, entry.actor_kind,
         staff.full_name AS officer, entry.actor_office_code
       FROM audit_entries entry LEFT JOIN staff ON staff.id = entry.actor_id
       WHERE (subject_kind = 'declaration' AND subject_id = ANY($1)) OR (subject_kind = 'account' AND subject_id = ANY($2))
       ORDER BY entry.at, entry.subject_kind, entry.subject_id, entry.sequence`,
      [ids, accounts],
    );
    const [counted] = await tx.rows<Pick<PersonExport, 'writtenAt' | 'dossiersOfOthers' | 'alike'>>(
      `SELECT domain_now() AS "writtenAt",
         (SELECT count(*)::int FROM declarations WHERE status <> 'DRAFT' AND NOT id = ANY($1)
           AND insurance_number IN (SELECT insurance_number FROM declarations WHERE id = ANY($1))) AS "dossiersOfOthers",
         (SELECT count(*)::int FROM duplicate_pairs WHERE (first_id = ANY($1)) <> (second_id = ANY($1))) AS alike`,
      [ids],
    );
    return { ...counted!, tables, record };
  }
}
