/** What a row belongs to, when the rows of one database lie on many machines. */
export type Spread =
  /** One office: what is numbered, queued and counted there. */
  | 'office'
  /** One insured person: the account, its sessions, and that there is one dossier at a time. */
  | 'person'
  /** Nothing but itself: found by the hash of a key that the client brings. */
  | 'key'
  /** Everybody: small, seldom changed, and copied to every machine. */
  | 'everywhere';

interface Spreading {
  readonly spread: Spread;
  /** Columns of which one has to be known to find the machine. */
  readonly by: readonly string[];
  /**
   * Columns that name the one thing that the rows belong to without naming the machine: rows that share such a value lie together, and a
   * directory says where.
   */
  readonly through?: readonly string[];
}

const withDossier = (...columns: string[]): Spreading => ({ spread: 'office', by: [], through: columns });
const everywhere: Spreading = { spread: 'everywhere', by: [] };

/**
 * How each table would be spread. A dossier lies with its receiving office, which never changes and stands in its number; what belongs to
 * a dossier bears its id and lies beside it.
 */
export const SHARD_MAP: Readonly<Record<string, Spreading>> = {
  declarations: { spread: 'office', by: ['office_code', 'receiving_office_code', 'dossier_number', 'lease_office_code'], through: ['id'] },
  dossier_counters: { spread: 'office', by: ['office_code'] },
  dossier_counter_jumps: { spread: 'office', by: ['office_code'] },
  queue_tallies: { spread: 'office', by: ['office_code'] },
  photos: withDossier('declaration_id'),
  messages: withDossier('declaration_id'),
  declaration_revisions: withDossier('declaration_id'),
  consents: withDossier('declaration_id'),
  comparisons: withDossier('declaration_id'),
  duplicate_pairs: withDossier('first_id', 'second_id'),
  visits: withDossier('declaration_id'),
  uploads: withDossier('declaration_id'),
  staff_notes: withDossier('declaration_id'),
  phone_changes: withDossier('declaration_id'),
  email_confirmations: withDossier('declaration_id'),
  audit_entries: withDossier('subject_id'),
  accounts: { spread: 'person', by: ['insurance_number'], through: ['id'] },
  account_sessions: { spread: 'person', by: [], through: ['account_id'] },
  password_resets: { spread: 'person', by: [], through: ['account_id'] },
  idempotency_keys: { spread: 'key', by: ['key_hash'] },
  attempt_counters: { spread: 'key', by: ['bucket'] },
  staff_sessions: { spread: 'key', by: ['access_hash', 'refresh_hash'], through: ['staff_id'] },
  offices: everywhere,
  staff: everywhere,
  clock: everywhere,
  migrations: everywhere,
  simulator_mark: everywhere,
  simulator_inbox: everywhere,
  simulator_faults: everywhere,
};
