import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Audit } from '../../src/audit/audit.service.ts';
import { dataSourceOptions } from '../../src/data-source.ts';
import { Erasure } from '../../src/personal-data/erasure.ts';
import { Shredding } from '../../src/photos/shredding.ts';
import { Database } from '../../src/platform/database/database.ts';
import { Workspaces } from '../../src/platform/workspace/workspaces.ts';
import { workbench } from '../photos/workbench.ts';
import { ACCEPTED, Bench, clerk, dossier, newId, refusalOf, type Row } from './bench.ts';

const GUARDED = '23001';
const YEAR_AGO = '2026-06-01T02:00:00Z';
const DECLARED = ['insurance_number', 'full_name', 'id_number', 'province_code', 'district_code', 'ward_code', 'street', 'phone', 'email'];

let bench: Bench;
const officer = clerk();

beforeAll(async () => {
  bench = await Bench.open();
  await bench.insert('staff', officer);
  await bench.clockIsAt('2027-06-01T02:00:00Z');
});
afterAll(() => bench.close());

/** An ended dossier with a revision and a note. */
async function ended(changes: Row = {}): Promise<string> {
  const row = dossier({ status: 'REJECTED', status_since: YEAR_AGO, rejection: { reasonCode: 'never-came', text: 'Ông Nam' }, ...changes });
  const id = row['id'] as string;
  await bench.insert('declarations', row);
  await bench.insert('declaration_revisions', {
    declaration_id: id,
    revision: 1,
    form: { fullName: 'Huỳnh Thị Minh' },
    photo_ids: { portrait: newId() },
    submitted_at: YEAR_AGO,
  });
  await bench.insert('staff_notes', { id: newId(), declaration_id: id, author_id: officer['id'], text: 'Lời nhắn', written_at: YEAR_AGO });
  return id;
}

async function erase(id: string): Promise<boolean | undefined> {
  const { rows } = await bench.request.query<{ erased: boolean }>('SELECT erase_declared_data($1) AS erased', [id]);
  return rows[0]?.erased;
}

async function rowOf(id: string): Promise<Row> {
  const { rows } = await bench.owner.query<Row>('SELECT * FROM declarations WHERE id = $1', [id]);
  return rows[0]!;
}

describe('a dossier that ended a year ago without an account', () => {
  it('loses all that was declared, and keeps number, office, days and reason', async () => {
    const id = await ended();
    const before = await rowOf(id);
    expect(await erase(id)).toBe(true);
    const after = await rowOf(id);
    expect(DECLARED.filter((column) => after[column] !== null)).toEqual([]);
    expect(after).toMatchObject({ tracking_code_hash: null, warnings: [], rejection: { reasonCode: 'never-came' }, status: 'REJECTED' });
    for (const kept of ['dossier_number', 'receiving_office_code', 'submitted_at', 'status_since'])
      expect(after[kept]).toEqual(before[kept]);
    const { rows } = await bench.owner.query('SELECT form, photo_ids FROM declaration_revisions WHERE declaration_id = $1', [id]);
    expect(rows).toEqual([{ form: {}, photo_ids: expect.anything() }]);
    expect((await bench.owner.query('SELECT FROM staff_notes WHERE declaration_id = $1', [id])).rowCount).toBe(0);
  });

  it('is erased once, and never changes again', async () => {
    const id = await ended();
    expect([await erase(id), await erase(id)]).toEqual([true, false]);
    const changes = [`full_name = 'Ai đó'`, 'erased_at = NULL', 'version = version + 1'];
    for (const change of changes)
      expect([change, await bench.refusalOf(() => bench.request.query(`UPDATE declarations SET ${change} WHERE id = $1`, [id]))]).toEqual([
        change,
        GUARDED,
      ]);
  });
});

describe('nobody erases', () => {
  it.each([
    ['a dossier before its year is over', { status_since: '2026-06-01T02:00:00.001Z' }],
    ['one that led to an account', { status: 'APPROVED', rejection: null }],
    ['one that is open', { status: 'SUBMITTED', rejection: null }],
  ])('%s', async (_which, changes) => {
    const id = await ended(changes);
    expect(await erase(id)).toBe(false);
    expect(await rowOf(id)).toMatchObject({ erased_at: null, full_name: expect.anything() });
  });

  it('a revision apart from its declaration, not even the owner', async () => {
    const id = await ended();
    const attempts = [
      `UPDATE declaration_revisions SET form = '{}'`,
      `UPDATE declaration_revisions SET form = '{"fullName": "Ai đó"}'`,
      `DELETE FROM declaration_revisions`,
    ];
    for (const attempt of attempts)
      expect([attempt, await refusalOf(bench.owner.query(`${attempt} WHERE declaration_id = $1`, [id]))]).toEqual([attempt, GUARDED]);
    await erase(id);
    expect(await refusalOf(bench.owner.query(`UPDATE declaration_revisions SET form = '{"a": 1}' WHERE declaration_id = $1`, [id]))).toBe(
      GUARDED,
    );
  });

  it('half of a declaration', async () => {
    const erased = { status: 'EXPIRED', erased_at: YEAR_AGO, tracking_code_hash: null, draft_token_hash: null };
    const all = Object.fromEntries(DECLARED.map((column) => [column, null]));
    const says = (row: Row) => bench.refusalOf(() => bench.insert('declarations', row));
    expect(await says(dossier({ ...erased, ...all }))).toBe(ACCEPTED);
    expect(await says(dossier({ ...erased, ...all, phone: '+84352153000' }))).toBe('ck_declarations_erased');
    expect(await says(dossier({ ...erased, ...all, status: 'SUBMITTED' }))).toBe('ck_declarations_erased');
  });
});

describe('an erasure on request that finds an approval under way', () => {
  it('waits for it, and leaves its account alone where that was not named', async () => {
    const [files, source] = [await workbench(), await new DataSource(dataSourceOptions(bench.urls.ownerUrl, { poolSize: 2 })).initialize()];
    const database = new Database(source);
    const { ledger, keys, keyStore, store } = files;
    const shredding = new Shredding(ledger, keys, keyStore, store, database, new Workspaces());
    const erasure = new Erasure(database, shredding, new Audit(database));
    const row = dossier({ status: 'IN_VERIFICATION' });
    const id = row['id'] as string;
    await bench.insert('declarations', row);

    await bench.request.query('BEGIN');
    await bench.request.query(`UPDATE declarations SET status = 'APPROVED', status_since = domain_now() WHERE id = $1`, [id]);
    const account = { id: newId(), insurance_number: row['insurance_number'], declaration_id: id, state: 'CREDENTIALS_ISSUED' };
    const password = { password_hash: '', password_expires_at: '2027-06-04T02:00:00Z', created_at: '2027-06-01T02:00:00Z' };
    await bench.insert('accounts', { ...account, ...password });
    const erasing = erasure.erase(id, false);
    await bench.somebodyWaits();
    await bench.request.query('COMMIT');
    expect(await erasing).toBe('account-not-named');
    expect(await rowOf(id)).toMatchObject({ status: 'APPROVED', erased_at: null });
    expect((await bench.owner.query('SELECT FROM accounts WHERE declaration_id = $1', [id])).rowCount).toBe(1);
    await source.destroy();
    await files.clear();
  });
});
