import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeclarationForm } from '../../src/declarations/form/declaration-form.ts';
import { SubmissionStore, type Numbered, type Submission } from '../../src/declarations/submission.store.ts';
import type { IntentRow } from '../../src/messages/outbox.ts';
import { Housekeeping } from '../../src/platform/housekeeping.ts';
import { Idempotency } from '../../src/platform/idempotency/idempotency.ts';
import { Randomness } from '../../src/platform/randomness.ts';
import { Workspaces } from '../../src/platform/workspace/workspaces.ts';
import { Bench, draft, newId, refusalOf } from './bench.ts';

const OFFICES = ['03102', '03103', '00100'] as const;

let bench: Bench;
let store: SubmissionStore;
let idempotency: Idempotency;
let people = 0;

beforeAll(async () => {
  bench = await Bench.open({ poolSize: 10 });
  store = new SubmissionStore(bench.database);
  idempotency = new Idempotency(bench.database, new Randomness(), new Housekeeping(new Workspaces()));
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.owner.query('TRUNCATE declarations, dossier_counters, audit_entries, idempotency_keys CASCADE');
  await bench.clockIsAt('2026-06-01T02:00:00Z');
});

/** Somebody else with every call. */
function form(officeCode: string, changes: Partial<DeclarationForm> = {}): DeclarationForm {
  return {
    insuranceNumber: String(7_900_000_000 + ++people),
    fullName: 'Nguyễn Văn Thử',
    idNumber: '031085000001',
    idType: 'cccd',
    provinceCode: '31',
    districtCode: '304',
    wardCode: '11359',
    street: 'Số 1 Lạch Tray',
    phone: '+84352153000',
    officeCode,
    emailCopy: false,
    emailForNotices: false,
    email: null,
    commitmentAccepted: true,
    dataProcessingAccepted: true,
    consentVersion: '2021-04',
    ...changes,
  };
}

function submission(declared: DeclarationForm, origin: Submission['origin'], key = newKey()): Submission {
  return {
    declarationId: newId(),
    form: declared,
    trackingCodeHash: randomBytes(32),
    language: 'vi',
    registryMatch: 'match',
    warnings: [],
    dueOnByDay: { '2026-06-01': '2026-06-04' },
    messages: [],
    key,
    sealedAnswer: randomBytes(32),
    origin,
  };
}

const newKey = () => ({ raw: 'raw', scope: randomBytes(32), hash: randomBytes(32) });

/** The whole claim of the one-shot way: photos would be worked on between the two. */
async function claimed(declared: DeclarationForm): Promise<Submission> {
  const key = newKey();
  const claim = await idempotency.begin(key, randomBytes(32));
  if (!('claimId' in claim)) throw new Error('the key was not free');
  return submission(declared, { way: 'one-shot', claimId: claim.claimId, photos: [] }, key);
}

async function submitsOneShot(declared: DeclarationForm): Promise<Numbered | undefined> {
  return store.submit(await claimed(declared));
}

async function submitsDraft(declared: DeclarationForm, version = 1): Promise<Numbered | undefined> {
  const { id, status, status_since, created_at, draft_token_hash } = draft() as Record<string, string>;
  await bench.database.rows(
    'INSERT INTO declarations (id, status, status_since, created_at, draft_token_hash) VALUES ($1, $2, $3, $4, $5)',
    [id, status, status_since, created_at, draft_token_hash],
  );
  const origin = { way: 'draft', version, fingerprint: randomBytes(32), claimId: newId(), photoIds: {} } as const;
  return store.submit({ ...submission(declared, origin), declarationId: id! });
}

const lastOf = async (office: string) => {
  const rows = await bench.database.rows<{ last: number }>(
    'SELECT last FROM dossier_counters WHERE office_code = $1 ORDER BY year DESC LIMIT 1',
    [office],
  );
  return rows[0]?.last ?? 0;
};
const numbersOf = async (office: string) => {
  const rows = await bench.database.rows<{ dossier_sequence: number }>(
    'SELECT dossier_sequence FROM declarations WHERE receiving_office_code = $1 ORDER BY dossier_sequence',
    [office],
  );
  return rows.map(({ dossier_sequence }) => dossier_sequence);
};
const upTo = (last: number) => Array.from({ length: last }, (_none, index) => index + 1);

describe('a dossier number', () => {
  it('follows the one before, office by office, when a hundred arrive at once by both ways', async () => {
    const sending = upTo(100).map((turn) => (turn % 2 ? submitsOneShot : submitsDraft)(form(OFFICES[turn % 3]!)));
    const receipts = await Promise.all(sending);
    expect(new Set(receipts.map((receipt) => receipt?.dossierNumber)).size).toBe(100);
    const counts = await Promise.all(OFFICES.map(numbersOf));
    expect(counts.map(({ length }) => length).sort()).toEqual([33, 33, 34]);
    for (const [index, office] of OFFICES.entries()) {
      expect(counts[index]).toEqual(upTo(counts[index]!.length));
      expect(await lastOf(office)).toBe(counts[index]!.length);
    }
  });

  it('is not used up by a submission that fails after taking it', async () => {
    const unsendable = {
      id: newId(),
      purpose: 'declaration-copy',
      issue: 1,
      channel: 'pigeon',
      recipient: '',
      secret: null,
      expires_in: 60,
    };
    const sending = upTo(30).map(async (turn) => {
      const whole = await claimed(form('03102'));
      if (turn % 3 !== 0) return store.submit(whole);
      const messages = [{ ...unsendable, id: newId(), declaration_id: whole.declarationId }] as unknown as IntentRow[];
      expect(await refusalOf(store.submit({ ...whole, messages }))).toBe('ck_messages_channel');
      return undefined;
    });
    await Promise.all(sending);
    expect(await numbersOf('03102')).toEqual(upTo(20));
    expect(await lastOf('03102')).toBe(20);
  });

  it('is not used up by the second of two dossiers of one person', async () => {
    const pairs = upTo(10).flatMap(() => {
      const declared = form('03102');
      return [submitsOneShot(declared), submitsOneShot(declared)].map((sent) => refusalOf(sent));
    });
    const answers = await Promise.all(pairs);
    expect(answers.filter((answer) => answer === 'uq_declarations_live_number')).toHaveLength(10);
    expect(await numbersOf('03102')).toEqual(upTo(10));
    expect(await lastOf('03102')).toBe(10);
  });

  it('is not taken when the office has closed, the account exists, the draft has changed or the claim was lost', async () => {
    const [first, second] = [form('03102'), form('03103')];
    await submitsOneShot(first);
    await bench.owner.query(
      `INSERT INTO accounts (id, insurance_number, declaration_id, state, password_hash, password_expires_at, created_at)
       SELECT gen_random_uuid(), $1, id, 'CREDENTIALS_ISSUED', '', now(), now() FROM declarations WHERE insurance_number = $2`,
      [second.insuranceNumber, first.insuranceNumber],
    );
    expect(await submitsOneShot(second)).toBeUndefined();
    expect(await submitsDraft(form('03103'), 2)).toBeUndefined();
    const lost = await claimed(form('03103'));
    expect(await store.submit({ ...lost, origin: { way: 'one-shot', claimId: newId(), photos: [] } })).toBeUndefined();
    await bench.owner.query(`UPDATE offices SET open = false WHERE code = '03103'`);
    expect(await submitsOneShot(form('03103'))).toBeUndefined();
    await bench.owner.query(`UPDATE offices SET open = true WHERE code = '03103'`);
    expect([await lastOf('03102'), await lastOf('03103')]).toEqual([1, 0]);
    expect((await submitsOneShot(form('03103')))?.dossierNumber).toBe('00001.GD/2026/03103');
  });

  it('begins again at 00001 with the Vietnamese year, at the very instant', async () => {
    await bench.clockIsAt('2026-12-31T16:59:59.999Z');
    const old = await submitsOneShot(form('03102'));
    await bench.clockIsAt('2026-12-31T17:00:00.000Z');
    const young = await submitsDraft(form('03102'));
    expect([old?.dossierNumber, young?.dossierNumber]).toEqual(['00001.GD/2026/03102', '00001.GD/2027/03102']);
    expect(young?.submittedAt.toISOString()).toBe('2026-12-31T17:00:00.000Z');
  });

  it('grows past five digits', async () => {
    await bench.insert('dossier_counters', { office_code: '03102', kind: 'GD', year: 2026, last: 99_998 });
    const numbers = [await submitsOneShot(form('03102')), await submitsOneShot(form('03102'))].map((receipt) => receipt?.dossierNumber);
    expect(numbers).toEqual(['99999.GD/2026/03102', '100000.GD/2026/03102']);
  });
});

describe('a submission', () => {
  it('writes all or nothing: dossier, revision, consents, history and key belong together', async () => {
    const whole = await claimed(form('03102', { emailCopy: true, email: 'minh@example.com' }));
    const messages: IntentRow[] = [
      {
        id: newId(),
        declaration_id: whole.declarationId,
        purpose: 'declaration-copy',
        issue: 1,
        channel: 'email',
        recipient: 'minh@example.com',
        secret: null,
        expires_in: 60,
      },
    ];
    await store.submit({ ...whole, messages });
    const [row] = await bench.database.rows(
      `SELECT (SELECT count(*)::int FROM declaration_revisions WHERE declaration_id = $1) AS revisions,
         (SELECT array_agg(purpose ORDER BY purpose) FROM consents WHERE declaration_id = $1) AS consents,
         (SELECT array_agg(action) FROM audit_entries WHERE subject_id = $1) AS history,
         (SELECT count(*)::int FROM messages WHERE declaration_id = $1) AS messages,
         (SELECT status FROM idempotency_keys WHERE key_hash = $2) AS answer`,
      [whole.declarationId, whole.key.hash],
    );
    expect(row).toEqual({
      revisions: 1,
      consents: ['commitment', 'data-processing', 'email-copy'],
      history: ['submit'],
      messages: 1,
      answer: 201,
    });
  });
});
