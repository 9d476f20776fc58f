import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyChains } from '../../src/audit/audit-chain.ts';
import type { AuditRecord } from '../../src/audit/audit-record.ts';
import { Audit } from '../../src/audit/audit.service.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { Bench, clerk, dossier, lease, newId } from './bench.ts';

let bench: Bench;
let audit: Audit;
const id = newId();
const other = newId();

const step = (action: string, subjectId = id): AuditRecord => ({
  subject: { kind: 'declaration', id: subjectId },
  actor: { kind: 'staff', id: other, officeCode: '03102' },
  action,
  from: 'SUBMITTED',
  to: 'IN_VERIFICATION',
  details: { fields: ['phone', 'fullName'], count: 2 },
});

beforeAll(async () => {
  bench = await Bench.open({ poolSize: 10 });
  audit = new Audit(bench.database);
  await audit.record(bench.database, step('submit'), step('note', other), step('lease'), step('approve'));
});
afterAll(() => bench.close());

const chainOf = (subjectId: string) =>
  bench.database.rows<{ sequence: number; linked: boolean; sound: boolean }>(
    `SELECT sequence, hash = audit_entry_hash(entry) AS sound,
       previous_hash = coalesce(lag(hash) OVER (ORDER BY sequence), '') AS linked
     FROM audit_entries entry WHERE subject_id = $1 ORDER BY sequence`,
    [subjectId],
  );

describe('the audit chain', () => {
  it('gives entries their place and links each to the one before, several in one statement too', async () => {
    expect(await chainOf(id)).toEqual([1, 2, 3].map((sequence) => ({ sequence, linked: true, sound: true })));
    expect(await chainOf(other)).toEqual([{ sequence: 1, linked: true, sound: true }]);
  });

  it('stays one chain when many write to it at the same time', async () => {
    const subjectId = newId();
    const writers = Array.from({ length: 30 }, (_none, number) =>
      audit.record(bench.database, step(`view-${number}`, subjectId), step(`note-${number}`, subjectId)),
    );
    await Promise.all(writers);
    expect(await chainOf(subjectId)).toEqual(
      Array.from({ length: 60 }, (_none, index) => ({ sequence: index + 1, linked: true, sound: true })),
    );
  });

  it('lets nobody choose a place, a predecessor or a hash', async () => {
    const subjectId = newId();
    await audit.record(bench.database, step('submit', subjectId));
    await bench.database.rows(
      `INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, action, previous_hash, hash)
       VALUES ('declaration', $1, 77, domain_now(), 'desk', 'forge', '\\x0001', '\\x0002')`,
      [subjectId],
    );
    expect(await chainOf(subjectId)).toEqual([1, 2].map((sequence) => ({ sequence, linked: true, sound: true })));
  });
});

/** What somebody with every right could do behind the trigger's back, and what the second entry of three then looks like. */
const TAMPERINGS: readonly [what: string, sql: string, sequence: number, fault: string][] = [
  ['the time, by a microsecond', `UPDATE audit_entries SET at = at + interval '1 microsecond'`, 2, 'altered'],
  ['the kind of actor', `UPDATE audit_entries SET actor_kind = 'citizen'`, 2, 'altered'],
  ['the actor', `UPDATE audit_entries SET actor_id = subject_id`, 2, 'altered'],
  ['the actor, taken out', `UPDATE audit_entries SET actor_id = NULL`, 2, 'altered'],
  ['the office', `UPDATE audit_entries SET actor_office_code = '03103'`, 2, 'altered'],
  ['the action, by one letter', `UPDATE audit_entries SET action = 'Lease'`, 2, 'altered'],
  ['where from', `UPDATE audit_entries SET from_status = NULL`, 2, 'altered'],
  ['where to', `UPDATE audit_entries SET to_status = 'APPROVED'`, 2, 'altered'],
  ['a detail', `UPDATE audit_entries SET details = details || '{"count": 3}'`, 2, 'altered'],
  [
    'from one column into the next',
    `UPDATE audit_entries SET actor_office_code = NULL, action = actor_office_code || action`,
    2,
    'altered',
  ],
  ['the hash itself', `UPDATE audit_entries SET hash = set_byte(hash, 31, get_byte(hash, 31) # 1)`, 2, 'altered'],
  ['the link', `UPDATE audit_entries SET previous_hash = set_byte(previous_hash, 0, get_byte(previous_hash, 0) # 1)`, 2, 'unlinked'],
  ['content and hash together', `UPDATE audit_entries SET hash = audit_entry_hash(audit_entries), action = action`, 3, 'unlinked'],
  ['taken out', `DELETE FROM audit_entries`, 3, 'missing'],
];

describe('an entry altered behind the trigger’s back is found', () => {
  it('while an untouched history is found whole', async () => {
    expect(await verifyChains(bench.request)).toMatchObject({ broken: 0, first: null });
  });

  it.each(TAMPERINGS)('%s', async (what, sql, sequence, fault) => {
    await bench.owner.query('BEGIN');
    await bench.owner.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    if (what === 'content and hash together')
      await bench.owner.query(`UPDATE audit_entries SET action = 'approve' WHERE subject_id = $1 AND sequence = 2`, [id]);
    await bench.owner.query(`${sql} WHERE subject_id = $1 AND sequence = 2`, [id]);
    const report = await verifyChains(bench.owner);
    await bench.owner.query('ROLLBACK');
    expect(report.first).toEqual({ subjectKind: 'declaration', subjectId: id, sequence, fault });
  });
});

describe('an end that was cut off is found by the status that the dossier has', () => {
  const holder = clerk();
  const held = dossier({ status: 'IN_VERIFICATION', ...lease(holder.id) });
  const subjectId = String(held.id);
  const entries = [
    { ...step('submit', subjectId), from: undefined, to: 'SUBMITTED' },
    step('lease', subjectId),
    { ...step('view', subjectId), from: undefined, to: undefined },
  ] as const;
  const firstWithout = async (from: number) => {
    await bench.owner.query('BEGIN');
    await bench.owner.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    await bench.owner.query('DELETE FROM audit_entries WHERE subject_id = $1 AND sequence >= $2', [subjectId, from]);
    const { first } = await verifyChains(bench.owner);
    await bench.owner.query('ROLLBACK');
    return first;
  };

  beforeAll(async () => {
    await bench.insert('staff', holder);
    await bench.insert('declarations', held);
    await audit.record(bench.database, ...entries);
  });

  it('a whole history is not', async () => {
    expect(await firstWithout(4)).toBeNull();
  });

  it.each([2, 1])('from entry %d on', async (from) => {
    expect(await firstWithout(from)).toEqual({ subjectKind: 'declaration', subjectId, sequence: from, fault: 'cut-off' });
  });
});

describe('npm run audit:verify', () => {
  const run = (url: string) =>
    promisify(execFile)(process.execPath, [join(packageRoot(), 'dist', 'src', 'audit', 'verify.command.js')], {
      env: { PATH: process.env['PATH'], DATABASE_URL: url },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
    );

  it('says how many entries are whole, as the role that requests run as', async () => {
    const { code, stdout } = await run(bench.urls.requestUrl);
    expect(stdout).toMatch(/^69 audit entries checked: all as they were written\.\n$/);
    expect(code).toBe(0);
  });

  it('names the first broken entry and ends with 1', async () => {
    await bench.owner.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    await bench.owner.query(`UPDATE audit_entries SET action = 'forge' WHERE subject_id = $1 AND sequence = 2`, [id]);
    await bench.owner.query('ALTER TABLE audit_entries ENABLE TRIGGER USER');
    const { code, stdout } = await run(bench.urls.ownerUrl);
    expect(stdout).toBe(`69 audit entries checked, 1 broken; the first is entry 2 of declaration ${id}: its content was altered.\n`);
    expect(code).toBe(1);
  });

  it('ends with 2 when it could not find out', async () => {
    const { code, stderr } = await run('postgres://nobody:nothing@127.0.0.1:1/none');
    expect(stderr).toContain('The history could not be checked');
    expect(code).toBe(2);
  });
});
