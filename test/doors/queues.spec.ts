import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

interface Listed {
  id: string;
  status: string;
  submittedAt: string;
  dueOn: string | null;
  overdue: boolean;
}
interface Page {
  items: Listed[];
  nextCursor: string | null;
}

let server: SharedServer;
let world: World;
let records: Records;
let clerk: Officer;
let minh: Citizen;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt('2021-06-07T02:00:00Z');
  clerk = await world.staff('03102');
  minh = world.citizen();
  await minh.submits();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

async function lists(query: string, officer = clerk): Promise<Page> {
  return (await officer.calls('get', `/declarations?${query}`).expect(200)).body;
}

async function searches(body: object, officer = clerk): Promise<string[]> {
  const page: Page = (await officer.calls('post', '/declarations/search').send(body).expect(200)).body;
  return page.items.map(({ id }) => id);
}

/** A dossier like Minh's but for some columns. */
async function another(columns: Record<string, unknown> = {}): Promise<string> {
  return (await records.copyDossier(minh.receipt!.id, columns)).id;
}

describe('a list', () => {
  it.each([
    'submittedFrom=2021-02-29',
    'submittedFrom=2021-W05-1',
    'submittedFrom=0000-01-01',
    'submittedTo=01/06/2021',
    'submittedTo=',
    'warning=everything',
    "reason='",
    `reason=${'a'.repeat(61)}`,
    'queue=doubles',
    'sort=-',
    'sort=due,age',
    'q=0397097379',
  ])('refuses the filter %s', async (query) => {
    expect((await clerk.calls('get', `/declarations?${query}`)).body).toMatchObject({ status: 400, code: 'malformed-request' });
  });

  it('takes no cursor of another order', async () => {
    await another();
    const byAge = (await lists('limit=1')).nextCursor!;
    const byDay = (await lists('limit=1&sort=due')).nextCursor!;
    await clerk.calls('get', `/declarations?sort=due&cursor=${byAge}`).expect(400);
    await clerk.calls('get', `/declarations?sort=age&cursor=${byDay}`).expect(400);
    const wrong = Buffer.from(JSON.stringify(['d9999999', minh.receipt!.id])).toString('base64url');
    await clerk.calls('get', `/declarations?sort=due&cursor=${wrong}`).expect(400);
  });

  it('is of the days of submission as they are in Vietnam, the first and the last among them', async () => {
    const at = (submitted_at: string) => another({ submitted_at, dossier_year: 2021 });
    const ids = [await at('2021-03-01T16:59:59.999Z'), await at('2021-03-01T17:00:00Z'), await at('2021-03-02T16:59:59.999Z')];
    const { items } = await lists('submittedFrom=2021-03-02&submittedTo=2021-03-02');
    expect(items.map(({ id }) => id)).toEqual(ids.slice(1));
  });

  it('is of one status, of one warning, of one reason, or of all together', async () => {
    const warned = await another({ warnings: ['office-far-from-address'] });
    const returned = await another({ status: 'RETURNED', returned_items: [{ field: 'phone', reasonCode: 'phone-wrong' }] });
    const rejected = await another({ status: 'REJECTED', rejection: { reasonCode: 'never-came' } });
    const found = async (query: string) => (await lists(query)).items.map(({ id }) => id);
    expect(await found('warning=office-far-from-address')).toEqual([warned]);
    expect(await found('reason=phone-wrong')).toEqual([returned]);
    expect(await found('reason=never-came&status=REJECTED')).toEqual([rejected]);
    expect(await found('reason=never-came&status=RETURNED')).toEqual([]);
    expect(await found('queue=returned&reason=phone-wrong')).toEqual([returned]);
  });
});

describe('paging', () => {
  it.each(['age', '-age', 'due', '-due'])(
    'by %s shows once what was there, and nothing twice, while dossiers arrive and change',
    async (sort) => {
      const office = { age: '03104', '-age': '03105', due: '03106', '-due': '03107' }[sort]!;
      const officer = await world.staff(office);
      const days = ['2021-06-01', '2021-06-02', '2021-06-03'];
      const arrive = (serial: number) =>
        another({ office_code: office, submitted_at: `${days[serial % 3]}T02:00:00.${serial % 2}00Z`, due_on: days[(serial * 2) % 3] });
      const there: string[] = [];
      for (let serial = 0; serial < 12; serial++) there.push(await arrive(serial));
      const shown: Listed[] = [];
      let cursor: string | null = null;
      for (let page = 0; page === 0 || cursor !== null; page++) {
        const next: Page = await lists(`sort=${sort}&limit=5${cursor ? `&cursor=${cursor}` : ''}`, officer);
        shown.push(...next.items);
        cursor = page < 20 ? next.nextCursor : null;
        await Promise.all([arrive(page), arrive(page + 1)]);
        await records.rows(`UPDATE declarations SET status = 'WITHDRAWN', status_since = domain_now() WHERE id = $1`, [there[page]]);
      }
      const ids = shown.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(there.filter((id) => !ids.includes(id))).toEqual([]);
      const keys = await records.rows<{ key: string }>(
        `SELECT ${sort.endsWith('age') ? 'submitted_at' : 'due_on'}::text AS key FROM unnest($1::uuid[]) WITH ORDINALITY AS shown (id, place)
       JOIN declarations USING (id) ORDER BY place`,
        [ids],
      );
      const sorted = keys.map(({ key }) => key).sort();
      expect(keys.map(({ key }) => key)).toEqual(sort.startsWith('-') ? sorted.reverse() : sorted);
    },
  );
});

describe('the counts', () => {
  it('are those of a recount, also after many changes and when the tallies were summed up', async () => {
    const officer = await world.staff('03108');
    const at = { office_code: '03108' };
    for (let round = 0; round < 20; round++) {
      await another({ ...at, due_on: round % 2 ? '2021-06-04' : '2021-06-10' });
      await another({
        ...at,
        receiving_office_code: '03108',
        dossier_number: `${String(90_000 + round)}.GD/2021/03108`,
        dossier_sequence: 90_000 + round,
      });
      await another({ ...at, status: 'RETURNED' });
    }
    await records.rows(
      `UPDATE declarations SET status = 'WITHDRAWN', status_since = domain_now() WHERE office_code = '03108' AND status = 'RETURNED' AND dossier_sequence % 2 = 0`,
    );
    const [counted] = await records.rows<Record<string, number>>(
      `SELECT count(*) FILTER (WHERE status = 'SUBMITTED')::int AS new, count(*) FILTER (WHERE status = 'RETURNED')::int AS returned,
         count(*) FILTER (WHERE status = 'SUBMITTED' AND due_on < '2021-06-07')::int AS overdue, 0 AS mine, 0 AS "failed-messages", 0 AS duplicates,
         count(*) FILTER (WHERE status = 'SUBMITTED' AND receiving_office_code <> office_code)::int AS transferred, count(*)::int AS all
       FROM declarations WHERE office_code = '03108'`,
    );
    // What is like another is found a moment later, and counted in the journey that is about it.
    const counts = async () => ({ ...(await officer.calls('get', '/queues').expect(200)).body.counts, duplicates: 0 });
    expect(await counts()).toEqual(counted);
    expect(counted).toMatchObject({ new: 40, overdue: 10, transferred: 20, all: 60 });
    const before = await records.count('queue_tallies', `office_code = '03108'`);
    await world.timePasses('PT1S');
    expect(await records.count('queue_tallies', `office_code = '03108'`)).toBeLessThan(before / 4);
    expect(await counts()).toEqual(counted);
  });
});

describe('a message that failed', () => {
  it('puts its dossier into the queue and the count, wherever it is routed, until the message is removed', async () => {
    const id = await another({ office_code: '03111' });
    const fails = (purpose: string, state: string) =>
      records.rows(
        `INSERT INTO messages (id, declaration_id, purpose, issue, channel, state, next_attempt_at, expires_at, created_at)
         SELECT gen_random_uuid(), $1, $2, 1, 'sms', $3, domain_now(), domain_now(), domain_now()`,
        [id, purpose, state],
      );
    const held = async (officeCode: string) => {
      const officer = await world.staff(officeCode);
      const { items } = await lists('queue=failed-messages', officer);
      const { body } = await officer.calls('get', '/queues').expect(200);
      return [items.length, body.counts['failed-messages']];
    };
    await fails('received', 'sent');
    expect(await held('03111')).toEqual([0, 0]);
    await fails('reminder', 'permanent-failure');
    await fails('returned', 'expired');
    expect(await held('03111')).toEqual([1, 1]);
    await records.rows(`UPDATE declarations SET office_code = '03112' WHERE id = $1`, [id]);
    expect([await held('03111'), await held('03112')]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    await records.rows(`DELETE FROM messages WHERE declaration_id = $1 AND state = 'expired'`, [id]);
    expect(await held('03112')).toEqual([1, 1]);
    await records.rows(`DELETE FROM messages WHERE declaration_id = $1`, [id]);
    expect(await held('03112')).toEqual([0, 0]);
  });
});

describe('a newer message of the same kind', () => {
  it('takes its dossier out of the queue, until it fails too', async () => {
    const id = await another({ office_code: '03113' });
    const officer = await world.staff('03113');
    const isThere = async () => (await lists('queue=failed-messages', officer)).items.length === 1;
    const tells = (issue: number, state: string, purpose = 'credentials') =>
      records.rows(
        `INSERT INTO messages (id, declaration_id, purpose, issue, channel, state, next_attempt_at, expires_at, created_at)
         VALUES (gen_random_uuid(), $1, $2, $3, 'sms', $4, domain_now() + interval '1 day', domain_now() + interval '1 day', domain_now())`,
        [id, purpose, issue, state],
      );
    const becomes = (issue: number, state: string) =>
      records.rows(`UPDATE messages SET state = $3 WHERE declaration_id = $1 AND purpose = 'credentials' AND issue = $2`, [
        id,
        issue,
        state,
      ]);
    await tells(1, 'permanent-failure');
    expect(await isThere()).toBe(true);
    await tells(2, 'created', 'phone-changed');
    expect(await isThere()).toBe(true);
    await tells(2, 'created');
    expect(await isThere()).toBe(false);
    await becomes(2, 'permanent-failure');
    expect(await isThere()).toBe(true);
    await tells(3, 'created');
    await becomes(2, 'expired');
    expect(await isThere()).toBe(false);
    await becomes(3, 'delivered');
    expect(await isThere()).toBe(false);
  });
});

describe('the search', () => {
  it.each([
    ['the dossier number', () => minh.receipt!.dossierNumber],
    ['the dossier number in small letters, with spaces around', () => ` ${minh.receipt!.dossierNumber.toLowerCase()} `],
    ['the insurance number', () => '0397097379'],
    ['the ID number', () => '031165000123'],
    ['the phone', () => '+84 352.153.000'],
    ['the name as it is', () => 'Huỳnh Thị Minh'],
    ['the name without diacritics, in another order, its last word only begun', () => 'MINH huyn'],
  ])('finds by %s', async (_what, q) => {
    expect(await searches({ q: q(), limit: 100 })).toContain(minh.receipt!.id);
  });

  it.each(["h'hen", 'H’Hen Niê', 'nie H‘HEN', "h'h"])('finds H’Hen Niê by %s', async (q) => {
    const [known] = await records.rows<{ id: string }>(`SELECT id FROM declarations WHERE full_name = 'H’Hen Niê'`);
    const id = known?.id ?? (await another({ full_name: 'H’Hen Niê' }));
    expect(await searches({ q })).toEqual([id]);
  });

  it('finds nothing of another office, no draft, and nothing of which the declared data is erased', async () => {
    const elsewhere = await world.staff('03109');
    for (const q of ['0397097379', 'huynh thi minh', minh.receipt!.dossierNumber]) expect(await searches({ q }, elsewhere)).toEqual([]);
    const gone = await another({
      ...Object.fromEntries(
        'insurance_number full_name id_number province_code district_code ward_code street phone email tracking_code_hash draft_token_hash'
          .split(' ')
          .map((column) => [column, null]),
      ),
      status: 'WITHDRAWN',
      office_code: '03110',
      erased_at: '2021-06-07T02:00:00Z',
    });
    const [{ number } = { number: '' }] = await records.rows<{ number: string }>(
      'SELECT dossier_number AS number FROM declarations WHERE id = $1',
      [gone],
    );
    const officer = await world.staff('03110');
    expect(await searches({ q: number }, officer)).toEqual([]);
    expect(await searches({}, officer)).toEqual([]);
    expect((await lists('', officer)).items).toEqual([]);
    await world.api.post('/v1/drafts').send({ fullName: 'Nguyễn Thị Dở Dang', officeCode: '03110' }).expect(201);
    expect(await searches({ q: 'do dang' }, officer)).toEqual([]);
  });

  it.each(['%', '_', '%%%', "' OR true --", '\\', '&|!', ':*', '* ', '12', '😀'])(
    'takes %s for no pattern and for no command',
    async (q) => {
      expect(await searches({ q })).toEqual([]);
    },
  );

  it('shows all of the office where nothing is asked for, by pages, and keeps to its filters', async () => {
    const page = (await clerk.calls('post', '/declarations/search').send({ q: ' ', limit: 2 }).expect(200)).body as Page;
    const next = (await clerk.calls('post', '/declarations/search').send({ limit: 2, cursor: page.nextCursor }).expect(200)).body as Page;
    expect(page.items).toHaveLength(2);
    expect(next.items.filter(({ id }) => page.items.some((item) => item.id === id))).toEqual([]);
    const filters = { status: 'REJECTED', reason: 'never-came' };
    expect(await searches({ q: 'huynh', filters })).toHaveLength(1);
  });

  describe('in an office with very many dossiers', () => {
    // Fifty to the page: one in three is met at once, one in forty after a longer look, and the others are read off the index of names.
    const NAMES = { common: 'Trần Thị Thường', occasional: 'Lê Văn Vừa', rare: 'Ngô Bá Hiếm', other: 'Phan Ngọc Khác' };
    const nameAt = (at: number) => (at % 3 === 0 ? NAMES.common : at < 10 ? NAMES.rare : at % 40 === 1 ? NAMES.occasional : NAMES.other);
    const idAt = (at: number) => `00000000-0000-7000-8000-${String(at).padStart(12, '0')}`;
    let officer: Officer;

    beforeAll(async () => {
      officer = await world.staff('03112');
      const crowd = Array.from({ length: 2_410 }, (_, at) => ({
        ...{ id: idAt(at), full_name: nameAt(at), office_code: '03112', dossier_sequence: 80_000 + at },
        ...{ insurance_number: String(7_000_000_000 + at), dossier_number: `${80_000 + at}.GD/2021/03102` },
        submitted_at: new Date(Date.UTC(2021, 2, 1, 2) + at * 60_000),
      }));
      await records.rows(
        `INSERT INTO declarations SELECT (jsonb_populate_record(source, own)).* FROM declarations source, jsonb_array_elements($2::jsonb) AS own WHERE id = $1`,
        [minh.receipt!.id, JSON.stringify(crowd)],
      );
    });

    it.each(Object.entries(NAMES).slice(0, 3))('finds all of a name that is %s, newest first', async (_how, name) => {
      const bearers = Array.from({ length: 2_410 }, (_, at) => at).filter((at) => nameAt(at) === name);
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await officer.calls('post', '/declarations/search').send({ q: name, limit: 50, cursor }).expect(200);
        found.push(...(body as Page).items.map(({ id }) => id));
        cursor = (body as Page).nextCursor ?? undefined;
      } while (cursor);
      expect(found).toEqual(bearers.toReversed().map(idAt));
    });
  });

  it.each([
    ['a text too long', { q: 'a'.repeat(121) }, '/q'],
    ['a text that is none', { q: 5 }, '/q'],
    ['null', { q: null }, '/q'],
    ['filters that are none', { filters: 'all' }, '/filters'],
    ['an unknown filter', { filters: { officeCode: '03103' } }, '/filters/officeCode'],
    ['an unknown queue', { filters: { queue: 'everything' } }, '/filters/queue'],
    ['a day that is none', { filters: { submittedTo: '2021-13-01' } }, '/filters/submittedTo'],
    ['a page too long', { limit: 101 }, '/limit'],
    ['an unknown field', { office: '03103' }, '/office'],
  ])('refuses %s', async (_what, body, pointer) => {
    const { body: problem } = await clerk.calls('post', '/declarations/search').send(body).expect(422);
    expect(problem).toMatchObject({ code: 'validation-failed', errors: [{ pointer }] });
  });

  it('masks what it shows, and is on record without what was searched for', async () => {
    const officer = await world.staff('03102');
    const { body } = await officer.calls('post', '/declarations/search').send({ q: '0397097379', filters: { queue: 'new' } });
    expect(JSON.stringify(body)).toContain('0397****79');
    expect(JSON.stringify(body)).not.toContain('0397097379');
    const entries = await records.rows<{ action: string; details: object }>(
      `SELECT action, details FROM audit_entries WHERE subject_kind = 'staff' AND actor_id = $1 AND action = 'search'`,
      [officer.staff.id],
    );
    expect(entries).toEqual([
      { action: 'search', details: { by: ['insuranceNumber', 'idNumber', 'phone'], filters: ['queue'], found: body.items.length } },
    ]);
  });
});
