/** What is held about people: where, for how long, and why. */
export interface Holding {
  readonly what: string;
  /**
   * Sensitive: sensitive personal data by Decree 356/2025 (pictures of ID papers, passwords of accounts). Basic: other personal data. Secret:
   * whoever has it gets in. Internal: names nobody by itself.
   */
  readonly class: 'sensitive' | 'basic' | 'secret' | 'internal';
  /** `table.column`, or `table.*` for a whole table; in files where the place says so. */
  readonly where: readonly string[];
  readonly kept: string;
  readonly why: string;
}

const DECLARED = [
  ...['insurance_number', 'full_name', 'id_number', 'id_type', 'province_code', 'district_code', 'ward_code', 'street', 'phone', 'email'],
  ...['email_copy', 'email_for_notices', 'language', 'commitment_accepted', 'data_processing_accepted', 'consent_version'],
];

/**
 * The whole of it, as data: docs/privacy.md shows this table, a test proves every row of it, and another fails for a column of the
 * schema that no row and no list below names. Periods are ours [D], shaped on Law 91/2025/QH15: as long as the purpose needs.
 */
export const HOLDINGS = {
  draft: {
    what: 'What a draft holds: fields and photos',
    class: 'sensitive',
    where: ['declarations.draft_token_hash', 'declarations.created_at'],
    kept: '30 days from its beginning, or until its citizen removes it; the empty row 30 days more',
    why: 'The citizen comes back to it. The empty row tells who comes later why it is gone.',
  },
  'dossier-with-account': {
    what: 'What was declared, revision by revision, in a dossier that was approved',
    class: 'basic',
    where: [...DECLARED.map((column) => `declarations.${column}`), 'declaration_revisions.form'],
    kept: 'As long as the account',
    why: 'The account rests on it: whom it was issued to, and on which paper.',
  },
  'dossier-without-account': {
    what: 'What was declared in a dossier that was rejected or withdrawn, or has expired; warnings, and the officer’s words to the citizen',
    class: 'basic',
    where: ['declarations.warnings', 'declarations.returned_items', 'declarations.rejection', 'declarations.erased_at'],
    kept: '365 days from its end, then erased by the database in place',
    why: 'Questions and complaints about the decision.',
  },
  number: {
    what: 'Dossier number, offices, days, status, reason codes, how it came in, who typed it in and who decided',
    class: 'internal',
    where: [
      ...['id', 'status', 'version', 'revision', 'dossier_number', 'dossier_kind', 'dossier_year', 'dossier_sequence'],
      ...[
        'receiving_office_code',
        'office_code',
        'handling_office_code',
        'submitted_at',
        'status_since',
        'reminded_at',
        'due_on',
        'overdue_noticed_at',
      ],
      ...['channel', 'typed_by_id', 'four_eyes_overridden', 'registry_match', 'decided_by_id', 'decided_office_code', 'decided_at'],
    ]
      .map((column) => `declarations.${column}`)
      .concat(
        ['id', 'revision', 'photo_ids', 'submitted_at'].map(
          (column) => `declaration_revisions.${column === 'id' ? 'declaration_id' : column}`,
        ),
      ),
    kept: 'For ever',
    why: 'A number is never given twice, and statistics stay true. Once the declared data is erased, nobody is named by it.',
  },
  photos: {
    what: 'Portrait and both sides of the ID paper (sensitive): our own re-encoded picture, encrypted; hash and measures of what was sent, and what it looks like from afar (perceptual hash)',
    class: 'sensitive',
    where: ['photos.*', 'files in PHOTO_STORE', 'wrapped keys in PHOTO_KEYS'],
    kept: 'RETENTION_DAYS (30) from the dossier’s end; then files and key are removed, so that no backup opens them',
    why: 'Verification at the counter, and questions shortly after it.',
  },
  uploads: {
    what: 'Pieces of a photo whose upload may be resumed, encrypted',
    class: 'sensitive',
    where: ['uploads.*', 'files in PHOTO_STORE/*/uploads'],
    kept: 'Until the photo is whole, at most 24 hours from the last piece; the empty row as long as the draft',
    why: 'A phone that loses its connection goes on where it stopped.',
  },
  'shred-ledger': {
    what: 'Which photos were shredded, and which keys: ids and times',
    class: 'internal',
    where: ['files in SHRED_LEDGER'],
    kept: 'For ever, or as long as the oldest backup',
    why: 'A backup that is restored must not bring them back.',
  },
  consents: {
    what: 'Which text was accepted for which purpose, when, and by tick or signature',
    class: 'basic',
    where: ['consents.*'],
    kept: 'For ever',
    why: 'Proof of consent. It names nobody by itself.',
  },
  'tracking-code': {
    what: 'The tracking code, as a keyed hash',
    class: 'secret',
    where: ['declarations.tracking_code_hash'],
    kept: 'Until a new one replaces it, or the declared data is erased',
    why: 'The citizen follows the dossier without login.',
  },
  lease: {
    what: 'Which officer holds a dossier',
    class: 'internal',
    where: ['lease_token_hash', 'lease_holder_id', 'lease_office_code', 'lease_since', 'lease_until'].map(
      (column) => `declarations.${column}`,
    ),
    kept: 'Until the decision, the withdrawal or the expiry',
    why: 'One officer at a time, known by name to the others.',
  },
  visits: {
    what: 'That a dossier is open to an officer of an office it is not routed to, because its citizen is there',
    class: 'internal',
    where: ['visits.*'],
    kept: '15 minutes from the visit, and from the decision made in it; removed within the hour',
    why: 'The nearest office may be any office.',
  },
  'pending-phone': {
    what: 'Another phone that was taken down at the counter and awaits a second officer',
    class: 'basic',
    where: ['phone_changes.*'],
    kept: 'Until it is confirmed and stands in the declaration, at most 24 hours; removed within the hour',
    why: 'Passwords go to it: two people must have asked.',
  },
  notes: {
    what: 'What officers wrote for other officers',
    class: 'basic',
    where: ['staff_notes.*'],
    kept: 'As the declared data: 365 days from the end of a dossier without account, else as long as the account',
    why: 'Whoever handles the dossier next must know.',
  },
  comparison: {
    what: 'By what a dossier is compared with others: the name without its diacritics, the birth date as the registry knows it',
    class: 'basic',
    where: ['comparisons.*'],
    kept: 'As the declared data: 365 days from the end of a dossier without account, else as long as the account',
    why: 'One person has one account, and one photo is of one person.',
  },
  likeness: {
    what: 'That a dossier is like another, by which signs, and what an officer found about it',
    class: 'basic',
    where: ['duplicate_pairs.*', 'declarations.duplicate_suspected'],
    kept: 'Until the declared data of either is erased',
    why: 'Somebody has to look, once.',
  },
  messages: {
    what: 'Which messages went out to which phone or address, and whether they arrived; never their words',
    class: 'basic',
    where: ['messages.*', 'declarations.message_failed'],
    kept: 'The recipient in full until the message has ended, then masked; the row 30 days from the dossier’s end',
    why: 'The commonest trouble is a message that never came: staff and citizen see what happened to it.',
  },
  secrets: {
    what: 'A password, code or one-time password on its way, sealed',
    class: 'sensitive',
    where: ['messages.secret'],
    kept: 'Until it is sent, at most 72 hours; a one-time password 5 minutes',
    why: 'It must be sent. The statement that marks it sent erases it.',
  },
  account: {
    what: 'The account: insurance number, state, password as argon2id hash',
    class: 'sensitive',
    where: ['accounts.*'],
    kept: 'As long as the account. A first password is dead after 72 hours or one login',
    why: 'Login.',
  },
  'one-time-password': {
    what: 'The one-time password of a recovery, or of an e-mail address in a draft, as a keyed hash',
    class: 'secret',
    where: ['password_resets.*', 'email_confirmations.*'],
    kept: '5 minutes, one use, 5 tries (of a recovery: 5 in a quarter of an hour per person); the dead hash until the next one replaces it, that of a draft at most 30 days',
    why: 'Recovery of a forgotten password; an address is confirmed by who reads its mail.',
  },
  sessions: {
    what: 'Sessions of citizens and officers, tokens as hashes',
    class: 'secret',
    where: ['account_sessions.*', 'staff_sessions.*'],
    kept: 'Until logout or change of password, at most 12 hours from the last login; removed within the hour',
    why: 'To stay logged in.',
  },
  limits: {
    what: 'How often something was tried, by hash of the number, phone or network address',
    class: 'internal',
    where: ['attempt_counters.*'],
    kept: 'Until the window ends; where the door shuts for longer each time, a day more, two in all at most; removed within the hour',
    why: 'Nobody guesses numbers, codes or passwords.',
  },
  'idempotency-keys': {
    what: 'Hashes of request keys, and the answers sealed under them',
    class: 'internal',
    where: ['idempotency_keys.*'],
    kept: '24 hours; removed within the hour',
    why: 'The same request twice is one dossier.',
  },
  record: {
    what: 'The audit trail: who did or viewed what, where, when; codes and names of fields, no values',
    class: 'internal',
    where: ['audit_entries.*'],
    kept: 'For ever; append-only, chained by hashes',
    why: '“Who saw my card?” must have an answer that nobody can change.',
  },
  staff: {
    what: 'Officers: username, name, role, office, password as argon2id hash',
    class: 'basic',
    where: ['staff.*'],
    kept: 'As long as the record names them',
    why: 'Somebody decides, and answers for it.',
  },
  spool: {
    what: 'A photo while it is being received',
    class: 'sensitive',
    where: ['files in DATA_DIR/spool'],
    kept: 'Until the request ends; what a killed process left, at most 15 minutes while another one runs, else until the next start; unreadable without a key that was only in memory',
    why: 'Waiting photos must not fill the memory.',
  },
  inbox: {
    what: 'What the simulated phones and mailboxes received (only while the desk is on)',
    class: 'sensitive',
    where: ['simulator_inbox.*'],
    kept: 'Until the desk is reset',
    why: 'It stands for the citizen’s own phone and mailbox.',
  },
} as const satisfies Record<string, Holding>;

export type HoldingName = keyof typeof HOLDINGS;

/** Tables that say nothing about anybody. */
export const ABOUT_NOBODY = [
  'clock.*',
  'dossier_counters.*',
  'dossier_counter_jumps.*',
  'migrations.*',
  'offices.*',
  'queue_tallies.*',
  'simulator_faults.*',
  'simulator_mark.*',
];
