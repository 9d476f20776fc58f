import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STATUSES, TRANSITIONS, type Status } from '../../src/declarations/status.rule.ts';
import { ACCEPTED, Bench, clerk, connected, dossier, draft, lease, promisesOf, refusalOf, type Row } from './bench.ts';

/** SQLSTATE of the guard's own refusals. */
const GUARDED = '23001';

/** Every new status begins now. */
const NOW = 'status_since = domain_now()';

const NO_NUMBER = {
  dossier_number: null,
  dossier_kind: null,
  dossier_year: null,
  dossier_sequence: null,
  receiving_office_code: null,
  submitted_at: null,
};

let bench: Bench;
const officer = clerk();
const colleague = clerk();
const tried = new Set<string>();

beforeAll(async () => {
  bench = await Bench.open();
  await bench.insert('staff', officer);
  await bench.insert('staff', colleague);
});
afterAll(() => bench.close());

/** What the table says to a new row. */
async function saysTo(row: Row): Promise<string> {
  const answer = await bench.refusalOf(() => bench.insert('declarations', row));
  tried.add(answer);
  return answer;
}

/** What it says to a change of a row that is there. */
async function saysToChange(row: Row, sql: string): Promise<string> {
  return bench.refusalOf(async () => {
    await bench.insert('declarations', row);
    await bench.request.query(`${sql} WHERE id = $1`, [row['id']]);
  });
}

describe('a dossier number', () => {
  it.each([
    ['00001.GD/2026/03102', 1],
    ['99999.GD/2026/03102', 99_999],
    ['100000.GD/2026/03102', 100_000],
  ])('is written as its parts say: %s', async (text, sequence) => {
    expect(await saysTo(dossier({ dossier_sequence: sequence, dossier_number: text }))).toBe(ACCEPTED);
  });

  it.each([
    '00008.GD/2026/03102',
    '7.GD/2026/03102',
    '000007.GD/2026/03102',
    '00007.XX/2026/03102',
    '00007.GD/2025/03102',
    '00007.GD/2026/03103',
    '00007.GD/2026/03102 ',
  ])('is never written otherwise: number 7 as “%s”', async (text) => {
    expect(await saysTo(dossier({ dossier_sequence: 7, dossier_number: text }))).toBe('ck_declarations_number');
  });

  it('begins at 1', async () => {
    expect(await saysTo(dossier({ dossier_sequence: 0 }))).toBe('ck_declarations_sequence');
  });

  it('is given once', async () => {
    const one = dossier();
    const { dossier_sequence } = one;
    const twice = bench.refusalOf(async () => {
      await bench.insert('declarations', one);
      await bench.insert('declarations', dossier({ dossier_sequence }));
    });
    tried.add(await twice);
    expect(await twice).toBe('uq_declarations_number');
  });

  it.each([
    ['2026-12-31T16:59:59.999Z', 2026],
    ['2026-12-31T17:00:00.000Z', 2027],
  ])('bears the year that it is in Vietnam at %s, whatever the session’s time zone', async (submitted_at, year) => {
    for (const zone of ['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh']) {
      await bench.request.query(`SET timezone TO '${zone}'`);
      expect(await saysTo(dossier({ submitted_at, dossier_year: year }))).toBe(ACCEPTED);
      expect(await saysTo(dossier({ submitted_at, dossier_year: year === 2026 ? 2027 : 2026 }))).toBe('ck_declarations_year');
    }
    await bench.request.query('RESET timezone');
  });

  it.each([
    `dossier_number = '00009.GD/2026/03102', dossier_sequence = 9`,
    `dossier_kind = 'XX', dossier_number = replace(dossier_number, 'GD', 'XX')`,
    `submitted_at = submitted_at + interval '1 second'`,
    `receiving_office_code = '03103', dossier_number = replace(dossier_number, '03102', '03103')`,
    `dossier_year = 2025, submitted_at = '2025-06-01', dossier_number = replace(dossier_number, '2026', '2025')`,
  ])('keeps its parts and its time for ever: %s', async (change) => {
    expect(await saysToChange(dossier({ dossier_sequence: 8_000 }), `UPDATE declarations SET ${change}`)).toBe(GUARDED);
  });

  it('stays when the dossier is sent to another office', async () => {
    expect(await saysToChange(dossier(), `UPDATE declarations SET office_code = '03103'`)).toBe(ACCEPTED);
  });
});

describe('a status', () => {
  const pairs = STATUSES.flatMap((from) => STATUSES.filter((to) => to !== from).map((to) => [from, to] as const));
  const legal = (from: Status, to: Status) => Object.values<Status>(TRANSITIONS[from]).includes(to);

  it.each(pairs.filter(([from, to]) => from !== 'DRAFT' && legal(from, to)))('moves from %s to %s, as the rule says', async (from, to) => {
    expect(await saysToChange(dossier({ status: from }), `UPDATE declarations SET status = '${to}', ${NOW}`)).toBe(ACCEPTED);
  });

  it('moves from DRAFT to SUBMITTED with the number, and not without', async () => {
    const whole = dossier();
    const unsent = { ...whole, ...NO_NUMBER, status: 'DRAFT', draft_token_hash: Buffer.alloc(32) };
    const number = Object.keys(NO_NUMBER).map((column) => `${column} = '${String(whole[column])}'`);
    expect(await saysToChange(unsent, `UPDATE declarations SET status = 'SUBMITTED', ${NOW}, ${number.join(', ')}`)).toBe(ACCEPTED);
    expect(await saysToChange(unsent, `UPDATE declarations SET status = 'SUBMITTED', ${NOW}`)).toBe('ck_declarations_complete');
  });

  it.each(pairs.filter(([from, to]) => !legal(from, to)))('never moves from %s to %s', async (from, to) => {
    const before = from === 'DRAFT' ? draft() : dossier({ status: from });
    expect(await saysToChange(before, `UPDATE declarations SET status = '${to}', ${NOW}`)).toBe(GUARDED);
  });

  it('is one of the known ones', async () => {
    expect(await saysTo(dossier({ status: 'LOST' }))).toBe('ck_declarations_status');
  });
});

describe('what is there', () => {
  it.each(STATUSES.filter((status) => status !== 'DRAFT'))('is never deleted once it was sent: %s', async (status) => {
    expect(await saysToChange(dossier({ status }), 'DELETE FROM declarations')).toBe(GUARDED);
  });

  it('is deleted while it is a draft, photos and all', async () => {
    const { id, ...rest } = draft();
    await bench.insert('declarations', { id, ...rest });
    const at = '2026-06-01T02:00:00Z';
    const photo = {
      id,
      declaration_id: id,
      slot: 'portrait',
      sha256: Buffer.alloc(32),
      stored_bytes: 1,
      width: 1,
      height: 1,
      measures: '{}',
      created_at: at,
    };
    await bench.insert('photos', photo);
    await bench.request.query('DELETE FROM declarations WHERE id = $1', [id]);
    expect((await bench.request.query('SELECT FROM photos WHERE id = $1', [id])).rowCount).toBe(0);
  });
});

describe('a declaration that was sent', () => {
  const NEEDED =
    'insurance_number full_name id_number id_type province_code street phone office_code consent_version dossier_number ' +
    'dossier_kind dossier_year dossier_sequence receiving_office_code submitted_at tracking_code_hash';

  it.each(NEEDED.split(' '))('has its %s', async (column) => {
    expect(await saysTo(dossier({ [column]: null }))).toBe('ck_declarations_complete');
  });

  it('lies in a district, with or without wards, or in a ward of today, which has no district', async () => {
    expect(await saysTo(dossier({ ward_code: null }))).toBe(ACCEPTED);
    expect(await saysTo(dossier({ district_code: null }))).toBe(ACCEPTED);
    expect(await saysTo(dossier({ district_code: null, ward_code: null }))).toBe('ck_declarations_complete');
  });

  it.each([{ revision: 0 }, { commitment_accepted: false }, { data_processing_accepted: false }])('is never %o', async (column) => {
    expect(await saysTo(dossier(column))).toBe('ck_declarations_complete');
  });

  it('has a day by which it is owed a decision', async () => {
    const answer = await saysTo(dossier({ due_on: null }));
    expect(answer).toBe('ck_declarations_due');
  });

  it('is in Vietnamese or in English', async () => {
    expect(await saysTo(dossier({ language: 'en' }))).toBe(ACCEPTED);
    expect(await saysTo(dossier({ language: 'fr' }))).toBe('ck_declarations_language');
  });

  it('is erased as a whole', async () => {
    expect(await saysTo(dossier({ status: 'EXPIRED', erased_at: '2026-06-01T02:00:00Z' }))).toBe('ck_declarations_erased');
  });

  it('may lack a ward, because five districts have none', async () => {
    expect(await saysTo(dossier({ ward_code: null }))).toBe(ACCEPTED);
  });

  it.each(['email_copy', 'email_for_notices'])('has an address when it wants mail: %s', async (wish) => {
    expect(await saysTo(dossier({ [wish]: true }))).toBe('ck_declarations_email');
    expect(await saysTo(dossier({ [wish]: true, email: 'minh@example.com' }))).toBe(ACCEPTED);
  });

  it.each([
    ['office_code', 'fk_declarations_office', { office_code: '09999' }],
    ['receiving_office_code', 'fk_declarations_receiving_office', { receiving_office_code: '09999' }],
    ['handling_office_code', 'fk_declarations_handling_office', { handling_office_code: '09999' }],
    ['decided_by_id', 'fk_declarations_decided_by', { decided_by_id: dossier()['id'] }],
    ['typed_by_id', 'fk_declarations_typed_by', { channel: 'counter', typed_by_id: dossier()['id'] }],
    ['lease_holder_id', 'fk_declarations_lease_holder', { status: 'IN_VERIFICATION', ...lease(dossier()['id']) }],
  ])('names only what exists: %s', async (_column, promise, columns) => {
    expect(await saysTo(dossier(columns))).toBe(promise);
  });
});

describe('a draft', () => {
  it('may be empty, and has no number yet', async () => {
    expect(await saysTo(draft())).toBe(ACCEPTED);
    expect(await saysTo({ ...dossier(), status: 'DRAFT', draft_token_hash: Buffer.alloc(32) })).toBe('ck_declarations_draft');
  });

  it('belongs to the bearer of its token', async () => {
    expect(await saysTo(draft({ draft_token_hash: null }))).toBe('ck_declarations_draft');
  });
});

describe('an insurance number', () => {
  const live = ['SUBMITTED', 'IN_VERIFICATION', 'RETURNED', 'APPROVED'];
  const secondBeside = (status: string) =>
    bench.refusalOf(async () => {
      const one = dossier({ status });
      await bench.insert('declarations', one);
      await bench.insert('declarations', dossier({ insurance_number: one['insurance_number'] }));
    });

  it.each(live)('has one live dossier: none beside one that is %s', async (status) => {
    tried.add(await secondBeside(status));
    expect(await secondBeside(status)).toBe('uq_declarations_live_number');
  });

  it.each(['REJECTED', 'WITHDRAWN', 'EXPIRED'])('is free again after %s', async (status) => {
    expect(await secondBeside(status)).toBe(ACCEPTED);
  });

  it('may stand in any number of drafts', async () => {
    const { insurance_number } = dossier();
    const two = async () => {
      for (let count = 0; count < 2; count++) await bench.insert('declarations', draft({ insurance_number }));
    };
    expect(await bench.refusalOf(two)).toBe(ACCEPTED);
  });

  it('lets the second of two racing submissions wait for the first, and refuses it', async () => {
    const other = await connected(bench.urls.requestUrl);
    const one = dossier();
    await bench.request.query('BEGIN');
    await bench.insert('declarations', one);
    const two = dossier({ insurance_number: one['insurance_number'] });
    const columns = Object.keys(two);
    const second = refusalOf(
      other.query(
        `INSERT INTO declarations (${columns.join(', ')}) VALUES (${columns.map((_name, at) => `$${at + 1}`).join(', ')})`,
        Object.values(two),
      ),
    );
    await bench.somebodyWaits();
    await bench.request.query('COMMIT');
    expect(await second).toBe('uq_declarations_live_number');
    await other.end();
  });
});

describe('a lease', () => {
  const held = () => ({ status: 'IN_VERIFICATION', ...lease(officer['id']) });

  it('is whole or not there', async () => {
    expect(await saysTo(dossier(held()))).toBe(ACCEPTED);
    for (const part of Object.keys(lease(officer['id'])))
      expect(await saysTo(dossier({ ...held(), [part]: null }))).toBe('ck_declarations_lease');
  });

  it.each(STATUSES.filter((status) => status !== 'IN_VERIFICATION' && status !== 'DRAFT'))(
    'is never held on a dossier that is %s',
    async (status) => {
      expect(await saysTo(dossier({ ...held(), status }))).toBe('ck_declarations_lease');
    },
  );

  it('ends with the decision', async () => {
    expect(await saysToChange(dossier(held()), `UPDATE declarations SET status = 'APPROVED', ${NOW}`)).toBe('ck_declarations_lease');
  });
});

describe('a declaration of the counter', () => {
  const typed = (changes: Row = {}) => dossier({ channel: 'counter', typed_by_id: officer['id'], ...changes });

  it('names who typed it, and no other one names anybody', async () => {
    expect(await saysTo(typed())).toBe(ACCEPTED);
    expect(await saysTo(typed({ typed_by_id: null }))).toBe('ck_declarations_typed_by');
    expect(await saysTo(typed({ channel: 'online' }))).toBe('ck_declarations_typed_by');
    expect(await saysTo(typed({ channel: 'pigeon', typed_by_id: null }))).toBe('ck_declarations_channel');
  });

  it.each([`typed_by_id = '${String(colleague['id'])}'`, `channel = 'online', typed_by_id = NULL`])(
    'keeps for ever how it came in: %s',
    async (change) => {
      expect(await saysToChange(typed(), `UPDATE declarations SET ${change}`)).toBe(GUARDED);
    },
  );

  it.each([
    ['by whoever typed it', officer, false, 'ck_declarations_four_eyes'],
    ['by nobody', undefined, false, 'ck_declarations_four_eyes'],
    ['by a colleague', colleague, false, ACCEPTED],
    ['by whoever typed it, as an override', officer, true, ACCEPTED],
    ['by a colleague, as an override that is none', colleague, true, 'ck_declarations_four_eyes'],
  ])('is approved %s: %#', async (_by, approver, overridden, answer) => {
    const decided = approver ? `decided_by_id = '${String(approver['id'])}', ` : '';
    const approved = `UPDATE declarations SET ${decided}four_eyes_overridden = ${overridden}, status = 'APPROVED', ${NOW}`;
    const said = await saysToChange(typed({ status: 'IN_VERIFICATION' }), approved);
    tried.add(said);
    expect(said).toBe(answer);
  });

  it('may be rejected by whoever typed it, and that overrides nothing', async () => {
    const rejected = (overridden: boolean) =>
      `UPDATE declarations SET decided_by_id = '${String(officer['id'])}', four_eyes_overridden = ${overridden}, status = 'REJECTED', ${NOW}`;
    expect(await saysToChange(typed({ status: 'IN_VERIFICATION' }), rejected(false))).toBe(ACCEPTED);
    expect(await saysToChange(typed({ status: 'IN_VERIFICATION' }), rejected(true))).toBe('ck_declarations_four_eyes');
  });
});

it('leaves no promise of the table untried', async () => {
  const promises = await promisesOf(bench.request, 'declarations');
  expect(promises).toContain('ck_declarations_complete');
  expect(promises.filter((name) => !tried.has(name))).toEqual([]);
});
