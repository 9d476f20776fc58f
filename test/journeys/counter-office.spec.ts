import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const EMAIL = 'nguoi.la@example.com';

let server: SharedServer;
let world: World;
let records: Records;
let clerk: Officer;
let citizen: Citizen;
let id: string;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt('2021-04-20T02:00:00Z');
  clerk = await world.staff('03102');
  citizen = world.stranger({ emailForNotices: 'true', email: EMAIL });
  ({ id } = await citizen.submits());
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

async function recorded(action: string): Promise<{ actor_id: string; actor_office_code: string | null; details: object }[]> {
  return records.rows(
    `SELECT actor_id, actor_office_code, details FROM audit_entries WHERE subject_id = $1 AND action = $2 ORDER BY sequence`,
    [id, action],
  );
}

const given = { lease: 'x'.repeat(43), etag: '"1"' };
const REACHES: Record<string, (officer: Officer) => PromiseLike<{ status: number; body: Record<string, never> }>> = {
  'the view': (officer) => officer.calls('get', `/declarations/${id}`),
  'a photo': (officer) => officer.calls('get', `/declarations/${id}/photos/portrait`),
  'a thumbnail': (officer) => officer.calls('get', `/declarations/${id}/photos/idFront?size=thumbnail`),
  'the history': (officer) => officer.calls('get', `/declarations/${id}/history`),
  'the form': (officer) => officer.calls('get', `/declarations/${id}/form.pdf`),
  'a lease': (officer) => officer.calls('post', `/declarations/${id}/lease`),
  'a renewal': (officer) => officer.calls('put', `/declarations/${id}/lease`).set('Lease-Token', given.lease),
  'a release': (officer) => officer.calls('delete', `/declarations/${id}/lease`).set('Lease-Token', given.lease),
  'an approval': (officer) =>
    officer.decides(
      id,
      'approval',
      {
        checklist: {
          personPresent: true,
          originalIdSeen: true,
          originalIdNumber: '1',
          portraitMatches: true,
          phoneConfirmed: true,
          formSigned: true,
        },
      },
      given,
    ),
  'a return': (officer) => officer.decides(id, 'return', { items: [{ reasonCode: 'papers-missing' }] }, given),
  'a rejection': (officer) => officer.decides(id, 'rejection', { reasonCode: 'never-came' }, given),
  'another phone': (officer) => officer.calls('patch', `/declarations/${id}/phone`).send({ phone: '0352153111', reason: 'Mất máy' }),
  'its confirmation': (officer) => officer.calls('post', `/declarations/${id}/phone/confirmation`).send({ phone: '0352153111' }),
  'a new password': (officer) => officer.calls('post', `/declarations/${id}/credentials`).send({ reason: 'Mất SMS' }),
  'a transfer': (officer) => officer.decides(id, 'transfer', { officeCode: '03104', reason: 'Chuyển' }, given),
};

describe('a dossier of another office', () => {
  it.each(Object.keys(REACHES))('is not there for %s, and the attempt is on record', async (what) => {
    const stranger = await world.staff('03103', what === 'the view' ? 'supervisor' : 'clerk');
    const before = (await recorded('denied-other-office')).length;
    const unknown = (await REACHES[what]!(stranger)).body;
    expect(unknown).toMatchObject({ status: 404, code: 'not-found' });
    expect(Object.keys(unknown).sort()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type']);
    expect((await recorded('denied-other-office')).slice(before)).toEqual([
      { actor_id: stranger.staff.id, actor_office_code: '03103', details: {} },
    ]);
  });

  it('stands in none of the lists and counts', async () => {
    const stranger = await world.staff('03105');
    expect((await stranger.calls('get', '/declarations')).body).toEqual({ items: [], nextCursor: null });
    const { body } = await stranger.calls('get', '/queues');
    expect(new Set(Object.values(body.counts))).toEqual(new Set([0]));
  });
});

it.each([...Object.keys(REACHES), 'the list', 'the queues'])('an admin is refused %s: admins see no citizen’s data', async (what) => {
  const token = await world.admin();
  const admin = { calls: (method: 'get', path: string) => world.api.call(method, `/v1/staff${path}`).auth(token, { type: 'bearer' }) };
  const paths: Record<string, string> = { 'the list': '/declarations', 'the queues': '/queues' };
  const asOfficer = Object.assign(Object.create(clerk) as Officer, admin);
  const { body } = await (paths[what] ? admin.calls('get', paths[what]) : REACHES[what]!(asOfficer));
  expect(body).toMatchObject({ status: 403, code: 'forbidden' });
});

describe('a list', () => {
  it('masks every identifier, and holds neither address nor e-mail', async () => {
    const { text, body } = await clerk.calls('get', '/declarations').expect(200);
    const { insuranceNumber, idNumber, phone, street } = citizen.form as Record<string, string>;
    expect(body.items[0]).toMatchObject({
      id,
      fullName: 'Nguyễn Văn Người Lạ',
      insuranceNumber: `${insuranceNumber!.slice(0, 4)}****${insuranceNumber!.slice(-2)}`,
      idNumber: `********${idNumber!.slice(-4)}`,
      phone: `${phone!.slice(0, 3)}****${phone!.slice(-3)}`,
    });
    for (const secret of [insuranceNumber!, idNumber!, phone!, phone!.slice(1), street!, EMAIL]) expect(text).not.toContain(secret);
  });

  it.each(['age', '-age'])('read page by page in the order %s skips and repeats nobody while new dossiers arrive', async (sort) => {
    const office = sort === 'age' ? '03106' : '03107';
    const officer = await world.staff(office);
    const arrives = (minute: number) =>
      records.copyDossier(id, {
        office_code: office,
        // Nobody compares it with the others.
        status: 'WITHDRAWN',
        submitted_at: `2021-04-19T${String(1 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00Z`,
      });
    const there: string[] = [];
    // Two arrive in each minute: their time alone does not put them in order.
    for (let count = 0; count < 130; count++) there.push((await arrives(100 + Math.floor(count / 2))).id);
    const read: string[] = [];
    let cursor: string | null = '';
    do {
      const query: string = `/declarations?sort=${sort}&limit=20${cursor && `&cursor=${cursor}`}`;
      const { body } = await officer.calls('get', query).expect(200);
      read.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor;
      // One before, one in the middle of, and one after what has been read.
      await Promise.all([arrives(0), arrives(130), arrives(400)]);
    } while (cursor !== null);
    expect(new Set(read).size).toBe(read.length);
    expect(there.filter((known) => !read.includes(known))).toEqual([]);
  });

  it('can be narrowed to a status, and its counts agree with it', async () => {
    const officer = await world.staff('03109');
    for (const status of ['SUBMITTED', 'SUBMITTED', 'WITHDRAWN', 'RETURNED'])
      await records.copyDossier(id, { office_code: '03109', status });
    const idsOf = async (query: string) => (await officer.calls('get', `/declarations?${query}`).expect(200)).body.items.length;
    expect(
      await Promise.all(['status=SUBMITTED', 'status=WITHDRAWN', 'status=APPROVED', 'queue=returned', 'queue=all'].map(idsOf)),
    ).toEqual([2, 1, 0, 1, 4]);
    expect((await officer.calls('get', '/queues')).body.counts).toEqual({
      new: 2,
      mine: 0,
      returned: 1,
      overdue: 0,
      transferred: 2,
      duplicates: expect.any(Number),
      'failed-messages': 0,
      all: 4,
    });
  });
});

describe('a photo', () => {
  it('is a JPEG that no browser takes for anything else, opens as a page, or keeps', async () => {
    const { headers, body } = await clerk.calls('get', `/declarations/${id}/photos/idFront`).expect(200);
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
      'content-disposition': expect.stringMatching(/^attachment; filename="[0-9a-f-]{36}\.jpg"$/),
      'content-security-policy': expect.stringContaining('sandbox'),
      'cache-control': 'no-store',
    });
    expect(await sharp(body as Buffer).metadata()).toMatchObject({ format: 'jpeg', width: expect.any(Number) });
  });

  it('as a thumbnail is at most 320 pixels a side', async () => {
    for (const slot of ['portrait', 'idFront', 'idBack']) {
      const { body } = await clerk.calls('get', `/declarations/${id}/photos/${slot}?size=thumbnail`).expect(200);
      const { width, height } = await sharp(body as Buffer).metadata();
      expect(Math.max(width, height)).toBeLessThanOrEqual(320);
      expect(Math.min(width, height)).toBeGreaterThan(50);
    }
  });

  it('that was not sent, and a slot that there is not, are not found', async () => {
    const traveller = world.citizen('maria-lindberg');
    const { portrait, idFront } = await world.drawnPhotos();
    const receipt = await traveller.submits({ photos: { portrait, idFront } });
    for (const slot of ['idBack', 'selfie', 'constructor']) {
      expect((await clerk.calls('get', `/declarations/${receipt.id}/photos/${slot}`)).body).toMatchObject({ status: 404 });
    }
    expect((await clerk.calls('get', `/declarations/${id}/photos/portrait?size=huge`)).body).toMatchObject({ status: 400 });
  });
});

it('every view, every photo and every form that is opened is on record with its officer, the office, and why it was open to them', async () => {
  const supervisor = await world.staff('03102', 'supervisor');
  await supervisor.opens(id);
  await supervisor.calls('get', `/declarations/${id}/photos/portrait?size=thumbnail`).expect(200);
  await supervisor.calls('get', `/declarations/${id}/photos/idBack`).expect(200);
  await supervisor.calls('get', `/declarations/${id}/form.pdf`).expect(200);
  const by = { actor_id: supervisor.staff.id, actor_office_code: '03102' };
  const because = 'own-office';
  expect(await recorded('view')).toContainEqual({ ...by, details: { because } });
  expect(await recorded('view-form')).toContainEqual({ ...by, details: { because } });
  expect((await recorded('view-photo')).filter(({ actor_id }) => actor_id === by.actor_id)).toEqual([
    { ...by, details: { slot: 'portrait', size: 'thumbnail', because } },
    { ...by, details: { slot: 'idBack', size: 'full', because } },
  ]);
});
