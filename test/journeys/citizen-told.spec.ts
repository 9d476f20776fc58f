import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World, type Citizen, type FormFields, type Officer, type Photos } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';

const MORNING = '2021-04-20T02:00:00Z';
const EMAIL = 'minh@example.com';
const NOTE = 'Ghi chú nội bộ zq-kin: người này đã đến hai lần';

let server: SharedServer;
let world: World;
let clerk: Officer;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  photos = await smallPhotos();
  await world.clockIsAt(MORNING, true);
  clerk = await world.staff('03102');
});
afterAll(() => server.dispose());

async function sends(choice: FormFields): Promise<Citizen> {
  const citizen = world.stranger(choice);
  await citizen.submits({ photos });
  return citizen;
}

/** All that the citizen was told, oldest first, as `channel template`. */
async function toldTo({ receipt }: Citizen): Promise<string[]> {
  await world.timePasses('PT1S');
  const messages = await world.messages({ dossierNumber: receipt!.dossierNumber });
  expect(messages.filter(({ text }) => (text as string).includes('zq-kin'))).toEqual([]);
  return messages.map(({ channel, template }) => `${String(channel)} ${String(template)}`).reverse();
}

async function decides(citizen: Citizen, action: 'rejection' | 'transfer' | 'return', body: object): Promise<void> {
  const { id } = citizen.receipt!;
  const { etag } = await clerk.opens(id);
  await clerk.decides(id, action, body, { lease: await clerk.leases(id), etag }).expect(200);
}

const RETURN = { items: [{ field: 'fullName', reasonCode: 'name-differs-from-paper' }], internalNote: NOTE };

/** What happens, and which notices tell of it. */
const STORIES: [what: string, notices: string[], happens: (citizen: Citizen) => Promise<unknown>][] = [
  ['is received', [], async () => undefined],
  ['is returned', ['returned'], (citizen) => decides(citizen, 'return', RETURN)],
  [
    'is returned, mended and sent again',
    ['returned', 'received'],
    async (citizen) => {
      await decides(citizen, 'return', RETURN);
      await world.timePasses('PT1S');
      expect((await citizen.own('patch', '', { fullName: 'Nguyễn Văn Người Quen' })).status).toBe(200);
      expect((await citizen.own('post', '/resubmission')).status).toBe(200);
    },
  ],
  ['is rejected', ['rejected'], (citizen) => decides(citizen, 'rejection', { reasonCode: 'forged-papers', internalNote: NOTE })],
  ['goes to another office', ['transferred'], (citizen) => decides(citizen, 'transfer', { officeCode: '03103', reason: NOTE })],
  [
    'is withdrawn',
    ['withdrawn'],
    async (citizen) => {
      expect((await citizen.own('post', '/withdrawal')).status).toBe(200);
    },
  ],
];

describe.each([
  ['by SMS who agreed to no mail', 'sms', {}],
  ['by mail who agreed to notices by mail', 'email', { emailForNotices: 'true', email: EMAIL }],
])('%s', (_who, channel, choice) => {
  it.each(STORIES)('is told when the dossier %s', async (_what, notices, happens) => {
    const citizen = await sends(choice);
    await world.timePasses('PT1S');
    await happens(citizen);
    expect(await toldTo(citizen)).toEqual(['received', ...notices].map((notice) => `${channel} ${notice}`));
  });

  it('is reminded once, a week before the dossier expires, and told when it has', async () => {
    await world.reset();
    await world.clockIsAt(MORNING, true);
    const citizen = await sends(choice);
    await world.timePasses('P22D');
    expect(await toldTo(citizen)).toEqual([`${channel} received`]);
    await world.timePasses('P1D');
    await world.timePasses('P1D');
    expect(await toldTo(citizen)).toEqual([`${channel} received`, `${channel} reminder`]);
    const [reminder] = await world.messages({ template: 'reminder', dossierNumber: citizen.receipt!.dossierNumber });
    expect(reminder!['text']).toContain('20/05/2021');
    await world.timePasses('P7D');
    expect(await toldTo(citizen)).toEqual([`${channel} received`, `${channel} reminder`, `${channel} expired`]);
    clerk = await world.staff('03102');
  });
});

describe('a dossier that an officer looked at after its reminder, and gave back', () => {
  it('is reminded of again, and expires in its turn', async () => {
    await world.reset();
    await world.clockIsAt(MORNING, true);
    const citizen = await sends({});
    await world.timePasses('P25D');
    clerk = await world.staff('03102');
    const { id } = citizen.receipt!;
    const lease = await clerk.leases(id);
    await clerk.calls('delete', `/declarations/${id}/lease`).set('Lease-Token', lease).expect(204);
    const { ran } = await world.timePasses('P23D');
    expect(ran.map(({ action }) => action)).toContain('remind');
    expect(await toldTo(citizen)).toEqual(['sms received', 'sms reminder', 'sms reminder']);
    await world.timePasses('P7D');
    expect(await toldTo(citizen)).toEqual(['sms received', 'sms reminder', 'sms reminder', 'sms expired']);
    clerk = await world.staff('03102');
  });
});

describe('an approval', () => {
  it('is told by SMS to all, and by mail to those who agreed to it; the password stands in the SMS only', async () => {
    const byMail = world.citizen('huynh-thi-minh', { emailForNotices: 'true', email: EMAIL });
    const bySms = world.citizen('pham-duc-long');
    for (const citizen of [byMail, bySms]) {
      await citizen.submits({ photos });
      await world.timePasses('PT1S');
      await clerk.approves(citizen);
    }
    expect((await toldTo(byMail)).sort()).toEqual(['email approved', 'email received', 'sms credentials']);
    expect(await toldTo(bySms)).toEqual(['sms received', 'sms credentials']);
    const mail = await world.message({ channel: 'email', template: 'approved', dossierNumber: byMail.receipt!.dossierNumber });
    expect(mail.text).not.toContain(await byMail.readsPassword());
    expect(mail.text).toContain('035****000');
  });
});

describe('an SMS', () => {
  it('is in the language in which the declaration was sent', async () => {
    const citizen = world.stranger();
    const sent = world.api.post('/v1/declarations').set('Idempotency-Key', 'in-english').set('Accept-Language', 'en');
    for (const [name, text] of Object.entries(citizen.form)) void sent.field(name, text);
    for (const [slot, bytes] of Object.entries(photos)) void sent.attach(slot, bytes, `${slot}.jpg`);
    const { body } = await sent.expect(201);
    const { text } = await world.message({ channel: 'sms', dossierNumber: body.dossierNumber });
    expect(text).toMatch(/^BHXH Viet Nam: Declaration received, dossier 0/);
  });
});
