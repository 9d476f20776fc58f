/** A statement that cannot be answered by one machine, or reaches rows of two kinds of machines. */
export interface Crossing {
  /** What people do when it runs. */
  readonly step: string;
  /** Words of each statement of the step, by which it is known. */
  readonly words: readonly string[];
  readonly why: string;
  /** What it becomes where the database is many machines. */
  readonly way: string;
}

/** Of what many people wait for. Nothing else crosses: a test runs the hot paths and compares. */
export const CROSSINGS: readonly Crossing[] = [
  {
    step: 'a declaration is sent',
    words: ['INSERT INTO dossier_counters AS counter'],
    why: 'One statement asks for an account of the insurance number, ends the idempotency key and writes the dossier with its number at the office.',
    way: 'The number and the key are taken first, each on its own machine, as a reservation that ends by itself; the rest is the office’s own and stays one statement.',
  },
  {
    step: 'a dossier is approved',
    words: [`SET status = 'APPROVED'`],
    why: 'One statement decides on the office’s dossier and opens the account, which is the person’s.',
    way: 'The account is what the reservation of its insurance number becomes: the decision stays the office’s own statement, and the reservation learns of it by the outbox, as the phone does.',
  },
  {
    step: 'a form is filled in (what is known of the number)',
    words: [`FROM declarations WHERE insurance_number = $1 AND status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED')) THEN 'open'`],
    why: 'Account and open dossier of an insurance number, at whatever office.',
    way: 'The reservation of the insurance number, which lies beside the account, says both.',
  },
  {
    step: 'a message is claimed by the relay',
    words: ['WITH due AS ( SELECT id FROM messages', 'extract(epoch FROM min(next_attempt_at)'],
    why: 'Claims what is due, of whatever dossier.',
    way: 'A relay on each machine claims what lies there; it is made for many that claim at once.',
  },
  {
    step: 'an access token is presented',
    words: ['FROM account_sessions session JOIN accounts account'],
    why: 'A token is found by its hash and names nobody.',
    way: 'Sessions are spread by the hash and bear what the account says of itself, or the token begins with the place of its account.',
  },
  {
    step: 'a citizen reads “me”',
    words: ['FROM accounts account JOIN declarations declaration ON declaration.id = account.declaration_id'],
    why: 'The account is the person’s, what was declared is the office’s.',
    way: 'Two reads, each of one machine.',
  },
  {
    step: 'an officer opens a dossier (is its phone another account’s?)',
    words: ['FROM declarations other JOIN accounts ON accounts.declaration_id = other.id'],
    why: 'A phone is looked for at every office: that is its purpose.',
    way: 'A directory by phone, written when a dossier is sent.',
  },
  {
    step: 'a dossier is compared with its likes (behind the scenes, within a second)',
    words: ['WITH alike AS MATERIALIZED'],
    why: 'Who tries twice does so at another office: numbers, phone, name and photo are looked for everywhere.',
    way: 'Every machine is asked at once and gives its first candidates, or a copy for searching is kept apart; nobody waits for it.',
  },
  {
    step: 'what waits to be compared is asked for',
    words: ['FROM comparisons WHERE answered < asked AND declaration_id > $1'],
    why: 'Takes whatever waits, of whatever dossier.',
    way: 'On each machine, what lies there.',
  },
];

/**
 * Uniqueness and references that a database of many machines cannot keep by itself, by the constraint's name, and what becomes of them. Ids
 * of rows are not among them: how they are made makes them unique.
 */
export const CONSTRAINTS_IN_THE_WAY: Readonly<Record<string, string>> = {
  uq_declarations_live_number:
    'One live dossier for an insurance number, at whatever office: becomes the primary key of a reservation that lies beside the account.',
  uq_accounts_declaration: 'One account for a dossier: kept by the reservation, which names the dossier and becomes the account.',
  uq_account_sessions_access: 'A token’s hash is unique by how it is made; the index stays and is of one machine’s tokens.',
  uq_account_sessions_refresh: 'As above.',
  fk_accounts_declaration: 'The account names its dossier without the database looking it up; neither is ever deleted.',
  fk_duplicate_pairs_first:
    'Two dossiers that are alike may be of two offices: the pair lies with both, and names them without looking them up.',
  fk_duplicate_pairs_second: 'As above.',
};
