import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { makeBareSchema } from './baseline/schema.ts';
import { medianMs } from './harness/bench-line.ts';
import { playJourneys } from './harness/desk.ts';
import { holdWhatFollows } from './harness/drafts.ts';
import type { Section } from './harness/section.ts';
import { linesOf, ratioOf, sideBySide, sideOf } from './harness/side-by-side.ts';
import { Town } from './harness/town.ts';

/** `warmUps`: turns that are not counted. An approval meets so much code that the compiler comes to rest only after some thousand. */
const SIZES = {
  quick: { requests: 12, rounds: 2, warmUps: 1 },
  whole: { requests: 200, rounds: 12, warmUps: 6 },
  profiled: { requests: 200, rounds: 2, warmUps: 5 },
};
/** An officer at a counter, beside another: hashes are bounded to two at once. */
const CLIENTS = 2;

/** Dossiers that one officer holds, copied from one that came there by legal steps, past the rules of the form. */
const HELD = `
  INSERT INTO declarations SELECT (jsonb_populate_record(source, jsonb_build_object(
    'id', ('01900000-0000-7000-8000-' || lpad(to_hex(serial), 12, '0'))::uuid, 'version', 1, 'status', 'IN_VERIFICATION',
    'insurance_number', (6000000000 + serial)::text, 'id_number', '0790' || lpad(serial::text, 8, '0'), 'phone', '+8435' || lpad(serial::text, 7, '0'),
    'dossier_sequence', 100000 + serial, 'dossier_number', (100000 + serial) || '.' || dossier_kind || '/' || dossier_year || '/' || receiving_office_code,
    'registry_match', 'unknown-number', 'lease_until', now() + interval '1 day'))).*
  FROM declarations source, generate_series(0, $2::int - 1) AS serial WHERE id = $1`;

/** An approval by the holder of a live lease: a password is hashed, and one transaction does the rest. */
export const approvalSection: Section = {
  name: 'approval',
  title: 'an approval with its password hash',
  run: ({ quick, profile }) =>
    Town.with(async (town) => {
      const { requests, rounds, warmUps } = SIZES[profile !== undefined ? 'profiled' : quick ? 'quick' : 'whole'];
      const { leased } = await playJourneys(town, ['leased']);
      const service = await town.service({}, { profile });
      await makeBareSchema(town.owner);
      await holdWhatFollows(town.owner);
      await town.owner.query(HELD, [leased.declarationId, (rounds + warmUps) * requests]);
      await town.owner.query(`INSERT INTO bare.declarations SELECT * FROM public.declarations`);
      // Who is simulated has no session where there is no desk.
      await town.owner.query(
        `UPDATE staff SET must_change_password = false, may_approve = true, simulated = false WHERE id IN (SELECT lease_holder_id FROM declarations)`,
      );
      const staff = await sessionOf(town, leased.declarationId);
      await town.owner.query('VACUUM ANALYZE declarations');
      const bare = await town.baseline('approval.baseline');
      const ammunition = {
        module: import.meta.resolve('./shots/approval.shots.js'),
        args: { from: 0, staff, lease: leased.lease!.leaseToken },
      };
      const comparison = await sideBySide([sideOf('ours', service, ammunition), sideOf('bare', bare, ammunition)], {
        ...{ path: 'approve', clients: CLIENTS, rounds, warmUps, turn: { requests }, status: 200 },
        databaseCpuMs: () => town.databaseCpuMs(),
      });
      const hashMs = await medianMs(quick ? 3 : 20, () => hash('mật khẩu', { memoryCost: 19_456, timeCost: 2, parallelism: 1 }));
      return {
        lines: [
          { name: 'time of an approval against bare', value: 1 / ratioOf(comparison, 'perSecond'), unit: '×', limit: 1.2 },
          { name: 'p50 against bare', value: ratioOf(comparison, 'p50'), unit: '×' },
          { name: 'processor time against bare', value: ratioOf(comparison, 'cpuMsPerRequest'), unit: '×' },
          { name: 'the hash alone', value: hashMs, unit: 'ms' },
          ...linesOf(comparison),
        ],
        comparisons: [comparison],
      };
    }),
};

/** A session of the officer who holds the dossier, for as long as anybody measures. */
async function sessionOf(town: Town, declarationId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await town.owner.query(
    `INSERT INTO staff_sessions (id, staff_id, access_hash, access_until, refresh_hash, refresh_until, created_at)
     SELECT gen_random_uuid(), lease_holder_id, sha256($2::text::bytea), now() + interval '1 day', sha256(('refresh ' || $2::text)::bytea),
       now() + interval '1 day', now() FROM declarations WHERE id = $1`,
    [declarationId, token],
  );
  return token;
}
