import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { vietnameseDay } from '../../src/platform/clock.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

/** Half past eleven in the evening of 19 April in Vietnam. */
const LATE = '2021-04-19T16:30:00Z';

let server: SharedServer;
let world: World;
let records: Records;
let clerk: Officer;
let supervisor: Officer;
const citizens: Citizen[] = [];

interface Step {
  at: string;
  action: string;
  from: string | null;
  to: string | null;
  details: { reasonCode?: string; items?: { reasonCode: string }[] };
}

/** Three days at the counter: some come, some are sent back, one withdraws, one moves on. */
beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt(LATE, true);
  const submits = async (changes = {}) => {
    const citizen = world.stranger(changes);
    await citizen.submits();
    citizens.push(citizen);
    return citizen;
  };
  clerk = await world.staff('03102');
  const [one, two, three] = [await submits(), await submits({ email: '+minh@example.com' }), await submits()];
  await world.timePasses('PT40M');
  clerk = await world.staff('03102');
  await clerk.approves(one, { registryUnknownConfirmed: true });
  const four = await submits();
  await world.timePasses('PT2H');
  clerk = await world.staff('03102');
  await clerk.returns(two, [
    { field: 'phone', reasonCode: 'phone-wrong' },
    { slot: 'portrait', reasonCode: 'photo-blurred' },
  ]);
  await world.timePasses('P1D');
  clerk = await world.staff('03102');
  const { etag } = await clerk.opens(four.receipt!.id);
  await clerk.decides(
    four.receipt!.id,
    'rejection',
    { reasonCode: 'forged-papers' },
    { lease: await clerk.leases(four.receipt!.id), etag },
  );
  await three.own('post', '/withdrawal');
  const moved = await submits();
  const opened = await clerk.opens(moved.receipt!.id);
  await clerk.decides(moved.receipt!.id, 'transfer', { officeCode: '03103', reason: 'Chuyển' }, { etag: opened.etag }).expect(200);
  supervisor = await world.staff('03102', 'supervisor');
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

/** Every step of every dossier that the office received, from the trail itself. */
async function steps(): Promise<(Step & { id: string })[]> {
  return records.rows<Step & { id: string }>(
    `SELECT subject_id AS id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, action, from_status AS "from", to_status AS "to", details
     FROM audit_entries WHERE subject_kind = 'declaration' AND subject_id = ANY($1) ORDER BY subject_id, sequence`,
    [citizens.map(({ receipt }) => receipt!.id)],
  );
}

const counts = (keys: string[]) => {
  const counted: Record<string, number> = {};
  for (const key of keys) counted[key] = (counted[key] ?? 0) + 1;
  return counted;
};

/** As PostgreSQL's `percentile_cont`: between the two nearest. */
function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (place - Math.floor(place));
}

/** Reasons and durations, counted anew from the entries one by one. */
function recount(entries: readonly (Step & { id: string })[]) {
  const given = entries.filter(({ action }) => action === 'return' || action === 'reject');
  const codesOf = ({ details }: Step) => (details.items ?? [details]).map(({ reasonCode }) => reasonCode!);
  const reasons = Object.fromEntries(
    [...new Set(given.flatMap(codesOf))].map((code) => {
      const times = (action: string) =>
        given
          .filter((step) => step.action === action)
          .flatMap(codesOf)
          .filter((other) => other === code).length;
      return [code, { returned: times('return'), rejected: times('reject') }];
    }),
  );
  const ids = [...new Set(entries.map(({ id }) => id))];
  const from = (actions: readonly string[]) => {
    const seconds = ids.flatMap((id) => {
      const own = entries.filter((step) => step.id === id);
      const [received, reached] = [['submit'], actions].map((wanted) => own.find(({ action }) => wanted.includes(action)));
      return received && reached ? [(Date.parse(reached.at) - Date.parse(received.at)) / 1000] : [];
    });
    return { count: seconds.length, median: percentile(seconds, 0.5), p90: percentile(seconds, 0.9) };
  };
  const durations = {
    toFirstLease: from(['lease']),
    toFirstAnswer: from(['approve', 'return', 'reject']),
    toDecision: from(['approve', 'reject']),
  };
  return { reasons, durations };
}

describe('the statistics of an office', () => {
  it('are what a recount of the audit trail gives: by day and by status, with Vietnamese days', async () => {
    const { body } = await supervisor.calls('get', '/statistics?from=2021-04-19&to=2021-04-21').expect(200);
    const all = (await steps()).filter(({ action, from, to }) => to !== null && (from !== to || action === 'transfer'));
    const recounted = counts(all.map(({ at, action }) => `${vietnameseDay(new Date(at))} ${action}`));
    const told = (body.days as Record<string, string | number>[]).flatMap(({ day, ...actions }) =>
      Object.entries(actions)
        .filter(([, count]) => count !== 0)
        .map(([action, count]) => [`${day} ${action}`, count]),
    );
    expect(Object.fromEntries(told)).toEqual(recounted);
    expect(recounted).toMatchObject({ '2021-04-19 submit': 3, '2021-04-20 submit': 1, '2021-04-20 approve': 1, '2021-04-21 transfer': 1 });

    const last = new Map(all.map(({ id, to }) => [id, to!]));
    expect(body.received).toEqual({ total: 5, byStatus: counts([...last.values()]) });
  });

  it('differ in no reason and no duration from a recount', async () => {
    const { body } = await supervisor.calls('get', '/statistics?from=2021-04-19&to=2021-04-21').expect(200);
    const { reasons, durations } = recount(await steps());
    expect(Object.fromEntries(body.reasons.map(({ code, ...times }: { code: string }) => [code, times]))).toEqual(reasons);
    for (const [step, { count, median, p90 }] of Object.entries(durations)) {
      const told = body.durations[step];
      expect([step, told.count]).toEqual([step, count]);
      expect(told.median).toBeCloseTo(median!, 3);
      expect(told.p90).toBeCloseTo(p90!, 3);
    }
  });

  it('name the reasons as often as they were given', async () => {
    const { body } = await clerk.calls('get', '/statistics?from=2021-04-19&to=2021-04-21').expect(200);
    expect(body.reasons.sort((a: { code: string }, b: { code: string }) => (a.code < b.code ? -1 : 1))).toEqual([
      { code: 'forged-papers', returned: 0, rejected: 1 },
      { code: 'phone-wrong', returned: 1, rejected: 0 },
      { code: 'photo-blurred', returned: 1, rejected: 0 },
    ]);
  });

  it('tell median and 90th percentile from receipt to lease, answer and decision', async () => {
    const { body } = await clerk.calls('get', '/statistics?from=2021-04-19&to=2021-04-21').expect(200);
    const hours = (seconds: number) => seconds * 3600;
    // One was approved after 40 minutes, two was returned after 2 h 40, four rejected after a day and two hours.
    expect(body.durations.toDecision).toEqual({
      count: 2,
      median: hours((2 / 3 + 26) / 2),
      p90: expect.closeTo(hours(2 / 3 + 0.9 * (26 - 2 / 3)), 3),
    });
    expect(body.durations.toFirstAnswer).toMatchObject({ count: 3, median: hours(2 + 2 / 3) });
    expect(body.durations.toFirstLease).toMatchObject({ count: 3 });
  });

  it('are those of the days that were asked for, and of no other office', async () => {
    const { body } = await clerk.calls('get', '/statistics?from=2021-04-20&to=2021-04-20').expect(200);
    expect(body.received.total).toBe(1);
    expect(body.days.map(({ day }: { day: string }) => day)).toEqual(['2021-04-20']);
    const { body: other } = await (await world.staff('03103')).calls('get', '/statistics?from=2021-04-19&to=2021-04-21').expect(200);
    expect(other).toMatchObject({ received: { total: 0, byStatus: {} }, days: [], reasons: [] });
    expect(other.durations.toDecision).toEqual({ count: 0, median: null, p90: null });
  });

  it.each([
    'from=2021-02-30',
    'from=2021-04-02&to=2021-04-01',
    'from=2019-01-01&to=2021-01-01',
    'from=x',
    'until=2021-04-01',
    'from=2021-04-01&from=2021-04-02',
  ])('are not asked for by %s', async (query) => {
    for (const path of ['/statistics', '/exports/declarations.csv'])
      expect((await clerk.calls('get', `${path}?${query}`)).body).toMatchObject({ status: 400, code: 'malformed-request' });
  });
});

describe('the export of an office', () => {
  const exported = async (officer: Officer, query = '') => {
    const response = await officer.calls('get', `/exports/declarations.csv?from=2021-04-19&to=2021-04-21${query}`).buffer().expect(200);
    return {
      text: response.text,
      headers: response.headers,
      rows: parse<Record<string, string>>(response.text, { columns: true, bom: true }),
    };
  };

  it('is a table that a spreadsheet opens right, of the dossiers that the office has', async () => {
    const { text, headers, rows } = await exported(clerk);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe('attachment; filename="ho-so-03102-2021-04-19-2021-04-21.csv"');
    expect(text.startsWith('\uFEFFSố hồ sơ,')).toBe(true);
    expect(rows.map((row) => [row['Số hồ sơ'], row['Trạng thái'], row['Nhận lúc']])).toEqual([
      [citizens[0]!.receipt!.dossierNumber, 'APPROVED', '23:30 19/04/2021'],
      [citizens[1]!.receipt!.dossierNumber, 'RETURNED', '23:30 19/04/2021'],
      [citizens[2]!.receipt!.dossierNumber, 'WITHDRAWN', '23:30 19/04/2021'],
      [citizens[3]!.receipt!.dossierNumber, 'REJECTED', '00:10 20/04/2021'],
    ]);
    expect((await exported(clerk, '&status=RETURNED')).rows).toHaveLength(1);
    expect((await exported(await world.staff('03103'))).rows).toHaveLength(1);
  });

  it('holds personal fields for supervisors only, no cell of it a formula, and is on record', async () => {
    expect((await exported(clerk)).text).not.toMatch(/Người Lạ|0790900/);
    await clerk.calls('get', '/exports/declarations.csv?personal=true').expect(403);
    const { rows } = await exported(supervisor, '&personal=true');
    expect(rows[1]).toMatchObject({
      'Họ và tên': 'Nguyễn Văn Người Lạ',
      'Số giấy tờ': citizens[1]!.form['idNumber'],
      'Thư điện tử': "'+minh@example.com",
    });
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
    const [entry] = await records.rows(
      `SELECT details FROM audit_entries WHERE subject_kind = 'staff' AND subject_id = $1 AND action = 'export-dossiers'`,
      [supervisor.staff.id],
    );
    expect(entry).toEqual({ details: { from: '2021-04-19', to: '2021-04-21', personal: true } });
  });

  it('begins no cell as a formula, whatever a spreadsheet takes for its beginning: it is refused, or quoted away', async () => {
    const beginnings = ['=', '+', '-', '@', '\t', '\r', '\n', '\u0000', '＝', '＋', '－', '＠', ' =', "'="];
    const received: string[] = [];
    for (const beginning of beginnings) {
      for (const field of ['email', 'fullName'] as const) {
        const text = field === 'email' ? `${beginning}1+cmd@example.com` : `${beginning}SUM(A1)`;
        const { status } = await world.stranger({ officeCode: '03105', [field]: text }).sends();
        expect([201, 422]).toContain(status);
        if (status === 201) received.push(text.trim());
      }
    }
    // Of all these an address alone may begin so; a name never.
    expect(received).toEqual(expect.arrayContaining(['=1+cmd@example.com', '+1+cmd@example.com', '-1+cmd@example.com']));
    const other = await world.staff('03105', 'supervisor');
    const { rows } = await exported(other, '&personal=true');
    expect(
      rows
        .map((row) => row['Thư điện tử'])
        .filter((cell) => cell !== '')
        .sort(),
    ).toEqual(received.map((text) => (/^[=+\-@]/.test(text) ? `'${text}` : text)).sort());
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^\s*[=+\-@\t\r\0＝＋－＠]/);
  });
});
