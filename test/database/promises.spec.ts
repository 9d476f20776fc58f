import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCEPTED, Bench, clerk, dossier, draft, newId, promisesOf, type Row } from './bench.ts';

const AT = '2026-06-01T02:00:00Z';
const LATER = '2026-06-01T02:15:00Z';
const NOBODY = newId();
const LEAST = '00000000-0000-7000-8000-000000000000';
const NOBODY_LATER = 'ffffffff-ffff-7fff-bfff-ffffffffffff';

let bench: Bench;
const officer = clerk();
const declaration = dossier();
/** A later one, whose id is greater. */
const another = dossier();
const of = { declaration_id: declaration['id'] };
const draftOfOne = draft();

beforeAll(async () => {
  bench = await Bench.open();
  await bench.insert('staff', officer);
  await bench.insert('declarations', declaration);
  await bench.insert('declarations', another);
});
afterAll(() => bench.close());

const office = (changes: Row = {}): Row => ({
  code: '03199',
  name: 'BHXH',
  level: 'district',
  province_code: '31',
  code_status: 'guess',
  open: true,
  ...changes,
});
const photo = (changes: Row = {}): Row => ({
  id: newId(),
  ...of,
  slot: 'portrait',
  sha256: randomBytes(32),
  stored_bytes: 1,
  width: 300,
  height: 200,
  measures: '{}',
  created_at: AT,
  ...changes,
});
const note = (changes: Row = {}): Row => ({ id: newId(), ...of, author_id: officer['id'], text: 'x', written_at: AT, ...changes });
const visit = (changes: Row = {}): Row => ({
  ...of,
  staff_id: officer['id'],
  office_code: '03103',
  opened_at: AT,
  until: LATER,
  ...changes,
});
const phoneChange = (changes: Row = {}): Row => ({
  ...of,
  revision: 1,
  phone: '+84352153111',
  proposed_by_id: officer['id'],
  proposed_at: AT,
  until: LATER,
  ...changes,
});
const pair = (changes: Row = {}): Row => ({
  first_id: declaration['id'],
  second_id: another['id'],
  signs: ['same-phone'],
  found_at: AT,
  ...changes,
});
const decided = { decision: 'duplicate', decided_at: AT, decided_by_id: officer['id'], decided_office_code: '03102' };
const upload = (changes: Row = {}): Row => ({
  id: newId(),
  ...of,
  slot: 'portrait',
  length: 1000,
  received: 500,
  parts: [newId()],
  created_at: AT,
  expires_at: AT,
  ...changes,
});
const revision = (changes: Row = {}): Row => ({ ...of, revision: 1, form: '{}', photo_ids: '{}', submitted_at: AT, ...changes });
const consent = (changes: Row = {}): Row => ({ ...of, purpose: 'commitment', text_version: '2021-04', accepted_at: AT, ...changes });
const emailConfirmation = (changes: Row = {}): Row => ({
  ...of,
  issue: 1,
  address_hash: randomBytes(32),
  otp_hash: randomBytes(32),
  expires_at: LATER,
  ...changes,
});
const account = (changes: Row = {}): Row => ({
  id: newId(),
  ...of,
  insurance_number: declaration['insurance_number'],
  state: 'CREDENTIALS_ISSUED',
  password_hash: '',
  password_expires_at: AT,
  created_at: AT,
  ...changes,
});
const session = (changes: Row = {}): Row => ({
  id: newId(),
  access_hash: randomBytes(32),
  access_until: AT,
  refresh_hash: randomBytes(32),
  refresh_until: AT,
  created_at: AT,
  ...changes,
});
const message = (changes: Row = {}): Row => ({
  id: newId(),
  ...of,
  purpose: 'credentials',
  issue: 1,
  channel: 'sms',
  next_attempt_at: AT,
  expires_at: AT,
  created_at: AT,
  ...changes,
});
const inboxEntry = (changes: Row = {}): Row => ({
  id: newId(),
  provider_key: 'key',
  channel: 'sms',
  recipient: '+84352153000',
  sender: 'BHXH',
  body: '',
  received_at: AT,
  ...changes,
});
const fault = (changes: Row = {}): Row => ({ name: 'sms-5xx', count: 1, ...changes });
const entry = (changes: Row = {}): Row => ({
  subject_kind: 'declaration',
  subject_id: newId(),
  sequence: 0,
  at: AT,
  actor_kind: 'system',
  action: 'test',
  previous_hash: '',
  hash: '',
  ...changes,
});
const jump = (changes: Row = {}): Row => ({ office_code: '03102', kind: 'GD', year: 2021, last: 1, ...changes });
const key = (changes: Row = {}): Row => ({
  scope: Buffer.alloc(32),
  key_hash: Buffer.alloc(32),
  fingerprint: Buffer.alloc(32),
  claim_id: newId(),
  claimed_until: AT,
  expires_at: AT,
  ...changes,
});
const twins = ['access_hash', 'refresh_hash'].map((column) => [column, { [column]: Buffer.alloc(32) }] as const);

/** Rule, the promise that keeps it, and the rows of which the last one breaks it. */
const PROMISES: readonly [rule: string, promise: string, ...rows: [table: string, row: Row][]][] = [
  ['an office code is 0 and four digits', 'ck_offices_code', ['offices', office({ code: '3102' })]],
  ['an office does not succeed itself', 'ck_offices_successor', ['offices', office({ successor_code: '03199' })]],
  ['an office’s successor exists', 'fk_offices_successor', ['offices', office({ successor_code: '09999' })]],
  [
    'an office does not end before it begins',
    'ck_offices_validity',
    ['offices', office({ valid_from: '2026-02-01', valid_to: '2026-01-31' })],
  ],
  ['dossiers are re-routed to a successor', 'ck_offices_reroutes', ['offices', office({ reroutes: true })]],
  ['a counter never goes below nothing', 'ck_dossier_counters_last', ['dossier_counters', jump({ last: -1 })]],
  ['a counter belongs to an office', 'fk_dossier_counters_office', ['dossier_counters', jump({ office_code: '09999' })]],

  ['a username is one person’s', 'uq_staff_username', ['staff', clerk({ username: 'same' })], ['staff', clerk({ username: 'same' })]],
  ['staff have a known role', 'ck_staff_role', ['staff', clerk({ role: 'king' })]],
  ['a clerk has an office', 'ck_staff_office', ['staff', clerk({ office_code: null })]],
  ['an admin has none', 'ck_staff_office', ['staff', clerk({ role: 'admin' })]],
  ['an admin approves nothing', 'ck_staff_approver', ['staff', clerk({ role: 'admin', office_code: null, may_approve: true })]],
  ['the office of staff exists', 'fk_staff_office', ['staff', clerk({ office_code: '09999' })]],
  ['a session is somebody’s', 'fk_staff_sessions_staff', ['staff_sessions', session({ staff_id: NOBODY })]],
  ...twins.map(([column, same]): (typeof PROMISES)[number] => [
    `a staff token opens one session: ${column}`,
    `uq_staff_sessions_${column.replace('_hash', '')}`,
    ['staff_sessions', session({ staff_id: officer['id'], ...same })],
    ['staff_sessions', session({ staff_id: officer['id'], ...same })],
  ]),

  ['a note is about a declaration', 'fk_staff_notes_declaration', ['staff_notes', note({ declaration_id: NOBODY })]],
  ['a note is an officer’s', 'fk_staff_notes_author', ['staff_notes', note({ author_id: NOBODY })]],

  ['a visit is to a dossier', 'fk_visits_declaration', ['visits', visit({ declaration_id: NOBODY })]],
  ['a visit is to an officer', 'fk_visits_staff', ['visits', visit({ staff_id: NOBODY })]],
  ['a visit ends after it began', 'ck_visits_until', ['visits', visit({ until: AT })]],
  ['a dossier is open to an officer by one visit', 'pk_visits', ['visits', visit()], ['visits', visit()]],

  ['another phone is of a dossier', 'fk_phone_changes_declaration', ['phone_changes', phoneChange({ declaration_id: NOBODY })]],
  [
    'another phone was taken down by an officer',
    'fk_phone_changes_proposed_by',
    ['phone_changes', phoneChange({ proposed_by_id: NOBODY })],
  ],
  ['another phone is Vietnamese, in E.164', 'ck_phone_changes_phone', ['phone_changes', phoneChange({ phone: '0352153111' })]],
  ['another phone does not wait for ever', 'ck_phone_changes_until', ['phone_changes', phoneChange({ until: AT })]],
  ['one other phone waits at a time', 'pk_phone_changes', ['phone_changes', phoneChange()], ['phone_changes', phoneChange()]],

  ['a dossier that was sent is compared once at a time', 'pk_comparisons', ['comparisons', of]],
  ['a comparison is of a dossier', 'fk_comparisons_declaration', ['comparisons', { declaration_id: NOBODY }]],
  [
    'a comparison that nobody asked for is not done',
    'ck_comparisons_answered',
    ['declarations', draftOfOne],
    ['comparisons', { declaration_id: draftOfOne['id'], answered: 2 }],
  ],
  ['two dossiers have one row between them', 'pk_duplicate_pairs', ['duplicate_pairs', pair()], ['duplicate_pairs', pair()]],
  [
    'and it begins with the smaller id',
    'ck_duplicate_pairs_order',
    ['duplicate_pairs', pair({ first_id: another['id'], second_id: declaration['id'] })],
  ],
  ['a dossier is not like itself', 'ck_duplicate_pairs_order', ['duplicate_pairs', pair({ second_id: declaration['id'] })]],
  ['dossiers are alike by a sign', 'ck_duplicate_pairs_signs', ['duplicate_pairs', pair({ signs: [] })]],
  ['the first of two that are alike exists', 'fk_duplicate_pairs_first', ['duplicate_pairs', pair({ first_id: LEAST })]],
  ['and so does the second', 'fk_duplicate_pairs_second', ['duplicate_pairs', pair({ second_id: NOBODY_LATER })]],
  ['two are duplicates or not', 'ck_duplicate_pairs_decision', ['duplicate_pairs', pair({ ...decided, decision: 'perhaps' })]],
  ['somebody finds so, somewhere, some time', 'ck_duplicate_pairs_decided', ['duplicate_pairs', pair({ decision: 'duplicate' })]],
  ['and is an officer', 'fk_duplicate_pairs_decided_by', ['duplicate_pairs', pair({ ...decided, decided_by_id: NOBODY })]],

  ['a photo has one of three slots', 'ck_photos_slot', ['photos', photo({ slot: 'selfie' })]],
  ['a photo’s hash is a SHA-256', 'ck_photos_sha256', ['photos', photo({ sha256: randomBytes(31) })]],
  ['a photo belongs to a declaration', 'fk_photos_declaration', ['photos', photo({ declaration_id: NOBODY })]],
  ['one photo is current in a slot', 'uq_photos_current', ['photos', photo()], ['photos', photo()]],
  ['an upload fills one of three slots', 'ck_uploads_slot', ['uploads', upload({ slot: 'selfie' })]],
  ['an upload is not of nothing', 'ck_uploads_length', ['uploads', upload({ length: 0, received: 0, parts: [] })]],
  ['an upload is no larger than a photo may be', 'ck_uploads_length', ['uploads', upload({ length: 10 * 1024 * 1024 + 1 })]],
  ['an upload never holds more than was declared', 'ck_uploads_received', ['uploads', upload({ received: 1001, parts: [] })]],
  [
    'an upload comes in so many pieces at most',
    'ck_uploads_parts',
    ['uploads', upload({ parts: Array.from({ length: 1001 }, () => newId()) })],
  ],
  ['an upload that is done keeps no piece', 'ck_uploads_finished', ['uploads', upload({ received: 1000 })]],
  ['an upload belongs to a declaration', 'fk_uploads_declaration', ['uploads', upload({ declaration_id: NOBODY })]],
  [
    'a revision belongs to a declaration',
    'fk_declaration_revisions_declaration',
    ['declaration_revisions', revision({ declaration_id: NOBODY })],
  ],
  ['a revision is written once', 'pk_declaration_revisions', ['declaration_revisions', revision()], ['declaration_revisions', revision()]],
  ['a consent has a known purpose', 'ck_consents_purpose', ['consents', consent({ purpose: 'advertising' })]],
  ['a consent is proven by a tick or by a signature', 'ck_consents_evidence', ['consents', consent({ evidence: 'hearsay' })]],
  ['a consent belongs to a declaration', 'fk_consents_declaration', ['consents', consent({ declaration_id: NOBODY })]],
  ['a consent is given once per purpose', 'pk_consents', ['consents', consent()], ['consents', consent()]],

  [
    'an insurance number has one account',
    'uq_accounts_insurance_number',
    ['accounts', account()],
    ['accounts', account({ declaration_id: NOBODY })],
  ],
  [
    'a dossier makes one account',
    'uq_accounts_declaration',
    ['accounts', account()],
    ['accounts', account({ insurance_number: '7900000000' })],
  ],
  ['an account comes from a dossier', 'fk_accounts_declaration', ['accounts', account({ declaration_id: NOBODY })]],
  ['an account has a known state', 'ck_accounts_state', ['accounts', account({ state: 'OPEN' })]],
  ['a first password has an end', 'ck_accounts_first_password', ['accounts', account({ password_expires_at: null })]],
  ['a chosen password has none', 'ck_accounts_first_password', ['accounts', account({ must_change_password: false })]],
  ['a citizen’s session is an account’s', 'fk_account_sessions_account', ['account_sessions', session({ account_id: NOBODY })]],
  [
    'a one-time password is an account’s',
    'fk_password_resets_account',
    ['password_resets', { account_id: NOBODY, issue: 1, otp_hash: randomBytes(32), expires_at: AT }],
  ],
  [
    'an address is confirmed for a declaration',
    'fk_email_confirmations_declaration',
    ['email_confirmations', emailConfirmation({ declaration_id: NOBODY })],
  ],
  [
    'a declaration has one address to confirm',
    'pk_email_confirmations',
    ['email_confirmations', emailConfirmation()],
    ['email_confirmations', emailConfirmation()],
  ],
  ['an address has five tries', 'ck_email_confirmations_tries', ['email_confirmations', emailConfirmation({ tries: 6 })]],
  [
    'an address is confirmed in time',
    'ck_email_confirmations_in_time',
    ['email_confirmations', emailConfirmation({ confirmed_at: LATER })],
  ],
  ...twins.map(([column, same]): (typeof PROMISES)[number] => {
    const own = account();
    const one = (): [string, Row] => ['account_sessions', session({ account_id: own['id'], ...same })];
    return [
      `a citizen’s token opens one session: ${column}`,
      `uq_account_sessions_${column.replace('_hash', '')}`,
      ['accounts', own],
      one(),
      one(),
    ];
  }),

  ['a message goes by SMS or e-mail', 'ck_messages_channel', ['messages', message({ channel: 'pigeon' })]],
  ['a message has a known state', 'ck_messages_state', ['messages', message({ state: 'lost' })]],
  ['a message tells of a dossier that exists', 'fk_messages_declaration', ['messages', message({ declaration_id: NOBODY })]],
  ['there is one intent per dossier, purpose and issue', 'uq_messages_intent', ['messages', message()], ['messages', message()]],
  ...['sent', 'delivered', 'permanent-failure', 'technical-failure', 'expired'].map((state): (typeof PROMISES)[number] => [
    `a secret is erased when its message is ${state}`,
    'ck_messages_secret_erased',
    ['messages', message({ state, secret: randomBytes(8) })],
  ]),

  ['an idempotency key is taken once per scope', 'pk_idempotency_keys', ['idempotency_keys', key()], ['idempotency_keys', key()]],
  ['an audit entry tells of a known kind of thing', 'ck_audit_entries_subject', ['audit_entries', entry({ subject_kind: 'weather' })]],
  ['an audit entry names a known kind of actor', 'ck_audit_entries_actor', ['audit_entries', entry({ actor_kind: 'ghost' })]],
  [
    'a provider knows its message again',
    'uq_simulator_inbox_provider_key',
    ['simulator_inbox', inboxEntry()],
    ['simulator_inbox', inboxEntry()],
  ],
  ['a provider’s receipt has a time', 'ck_simulator_inbox_receipt', ['simulator_inbox', inboxEntry({ receipt: 'delivered' })]],
  ['a fault is armed once', 'pk_simulator_faults', ['simulator_faults', fault()], ['simulator_faults', fault()]],
  ['a fault strikes by count or by chance', 'ck_simulator_faults_mode', ['simulator_faults', fault({ probability: 0.5, seed: 1 })]],
  ['chance is sown', 'ck_simulator_faults_mode', ['simulator_faults', fault({ count: null, probability: 0.5 })]],
  ['a fault strikes at occasions', 'ck_simulator_faults_counts', ['simulator_faults', fault({ hits: 1 })]],
  ['a probability is one', 'ck_simulator_faults_probability', ['simulator_faults', fault({ count: null, probability: 1.5, seed: 1 })]],
];

/** What the rules must not forbid. */
const FREEDOMS: readonly [rule: string, ...rows: [table: string, row: Row][]][] = [
  [
    'an earlier photo stays beside the current one',
    ['photos', photo({ current: false })],
    ['photos', photo({ current: false })],
    ['photos', photo()],
  ],
  ['a second issue of credentials is a message of its own', ['messages', message()], ['messages', message({ issue: 2 })]],
  ['a message that will be tried again keeps its secret', ['messages', message({ state: 'temporary-failure', secret: randomBytes(8) })]],
  ['an account lets go of its first password', ['accounts', account({ must_change_password: false, password_expires_at: null })]],
  ['another scope has keys of its own', ['idempotency_keys', key()], ['idempotency_keys', key({ scope: Buffer.alloc(32, 1) })]],
];

const inserting = (rows: readonly [table: string, row: Row][]) =>
  bench.refusalOf(async () => {
    for (const [table, row] of rows) await bench.insert(table, row);
  });

describe('the database keeps what it promises', () => {
  it.each(PROMISES)('%s (%s)', async (_rule, promise, ...rows) => {
    expect(await inserting(rows.slice(0, -1))).toBe(ACCEPTED);
    expect(await inserting(rows)).toBe(promise);
  });

  it.each(FREEDOMS)('%s', async (_rule, ...rows) => {
    expect(await inserting(rows)).toBe(ACCEPTED);
  });

  it.each(['clock', 'simulator_mark'])('has one row in what the owner alone writes: %s', async (table) => {
    await expect(bench.owner.query(`INSERT INTO ${table} (id) VALUES (false)`)).rejects.toMatchObject({
      constraint: `ck_${table}_one_row`,
    });
  });

  it('has no promise that is not tried here', async () => {
    const tried = new Set([...PROMISES.map(([, promise]) => promise), 'ck_clock_one_row', 'ck_simulator_mark_one_row']);
    const promises = await promisesOf(bench.request, 'all but declarations');
    expect(promises).toContain('uq_messages_intent');
    expect(promises.filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe('what belongs to somebody', () => {
  it('ends with it: uploads with the draft', async () => {
    const own = draft();
    const answer = await bench.refusalOf(async () => {
      await bench.insert('declarations', own);
      await bench.insert('uploads', upload({ declaration_id: own['id'] }));
      await bench.request.query('DELETE FROM declarations WHERE id = $1', [own['id']]);
      expect((await bench.request.query('SELECT FROM uploads WHERE declaration_id = $1', [own['id']])).rowCount).toBe(0);
    });
    expect(answer).toBe(ACCEPTED);
  });

  it('ends with them: sessions with the account, sessions with the officer', async () => {
    const own = account();
    const answer = await bench.refusalOf(async () => {
      await bench.insert('accounts', own);
      await bench.insert('account_sessions', session({ account_id: own['id'] }));
      await bench.request.query('DELETE FROM accounts WHERE id = $1', [own['id']]);
      expect((await bench.request.query('SELECT FROM account_sessions WHERE account_id = $1', [own['id']])).rowCount).toBe(0);
    });
    expect(answer).toBe(ACCEPTED);
  });
});
