import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DATED_RULES } from '../../src/platform/dated-rules.ts';
import { LIMITS } from '../../src/platform/limits/limits.ts';
import { PROCESS_PROFILES, PROFILE_DAYS, rulesOn, type ProcessProfile } from '../../src/platform/process-profile.ts';
import { faultsIn } from '../support/form-desk.ts';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';
import { DIFFERENCES, type Question } from './differences.ts';
import { ask, atHome, placesIn } from './questions.ts';

const EMAIL = 'minh@example.com';
const QUESTIONS = (Object.keys(DIFFERENCES) as Question[]).filter((question) => question !== 'recovery');

let server: TestServer;
let records: Records;
let serial = 0;

beforeAll(async () => {
  server = await startServer();
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

async function worldOf(profile: ProcessProfile | 'by-date', wish: { rateLimitFactor?: number } = {}): Promise<World> {
  const name = `ho-so-${++serial}`;
  await new World(server.url).api
    .post('/_sim/workspaces')
    .send({ name, profile, ...wish })
    .expect(201);
  return new World(`${server.url}/w/${name}`);
}

/** The next one-time password for the draft's address. */
async function confirmsEmail(world: World, wizard: Wizard): Promise<void> {
  await wizard.calls('post', '/email-otp').expect(202);
  const { fields } = await world.message({ template: 'email-confirmation' });
  await wizard.calls('post', '/email-confirmation').send({ otp: fields['otp'] }).expect(204);
}

/** A declaration by the wizard's way, with mail ticked; confirmed where the profile asks for it. */
async function submitsByDraft(world: World, citizen: Citizen, emailOtp: boolean): Promise<void> {
  const wizard = await Wizard.isReady(world, await world.plainPhotos(), { ...citizen.fields, emailForNotices: true, email: EMAIL });
  if (emailOtp) {
    expect(faultsIn((await wizard.submits().expect(422)).body)).toEqual(['/email: email-not-confirmed']);
    await confirmsEmail(world, wizard);
  }
  citizen.receipt = (await wizard.submits().expect(201)).body;
}

async function isApprovedAndLogsIn(world: World, citizen: Citizen): Promise<void> {
  expect((await (await world.staff()).approves(citizen)).status).toBe(200);
  const { status, body } = await citizen.logsIn(await citizen.readsPassword());
  expect([status, body.mustChangePassword]).toEqual([201, true]);
}

/** Asks for a one-time password, and gets it by this channel. */
async function recovers(world: World, citizen: Citizen, channel: string): Promise<string> {
  const insuranceNumber = citizen.form['insuranceNumber'];
  await world.api.post('/v1/password-resets').send({ insuranceNumber }).expect(202);
  return (await world.message({ template: 'password-reset', channel })).fields['otp']!;
}

describe.each(PROCESS_PROFILES)('in profile %s', (profile) => {
  const rules = rulesOn(profile, PROFILE_DAYS[profile]);
  let world: World;

  beforeAll(async () => {
    world = await worldOf(profile);
  });

  it.each(QUESTIONS)('the answer to %s is the one of the table', async (question) => {
    expect(await ask(question, world, profile)).toBe(DIFFERENCES[question].told[profile]);
  });

  it('a draft becomes an account, and its forgotten password is recovered', async () => {
    const citizen = atHome(world.citizen(), profile);
    await submitsByDraft(world, citizen, rules.emailOtpBeforeSending);
    await isApprovedAndLogsIn(world, citizen);
    const otp = await recovers(world, citizen, DIFFERENCES.recovery.told[profile]);
    expect(await world.messages({ template: 'password-reset' })).toHaveLength(1);
    const newPassword = 'Sông dài trời rộng';
    const insuranceNumber = citizen.form['insuranceNumber'];
    await world.api.post('/v1/password-resets/confirmation').send({ insuranceNumber, otp, newPassword }).expect(204);
    expect((await citizen.logsIn(newPassword)).body.mustChangePassword).toBe(false);
  });

  it('one request becomes an account, with the photos that are asked for', async () => {
    const citizen = atHome(world.citizen('tran-van-hung'), profile);
    const { portrait, ...sides } = await world.plainPhotos();
    const needed = rules.idPhotos === 'required' ? { portrait, ...sides } : { portrait };
    await citizen.submits({ photos: needed });
    const { dossier } = await (await world.staff()).opens(citizen.receipt!.id);
    expect(dossier).toMatchObject({
      registry: { match: 'match', fields: expect.arrayContaining([expect.objectContaining({ field: 'provinceCode', match: 'same' })]) },
      photosNotAsked: rules.idPhotos === 'required' ? [] : ['idFront', 'idBack'],
      revisions: [{ photos: Object.keys(needed) }],
      warnings: [],
    });
    await isApprovedAndLogsIn(world, citizen);
  });

  it('somebody whom the registry does not know is received with all photos', async () => {
    const { warnings } = await atHome(world.stranger(), profile).submits();
    expect(warnings.map(({ code }) => code)).toEqual(['number-unknown-to-registry']);
  });
});

describe.each(['2023', '2025-07'] as const)('in profile %s', (profile) => {
  /** Somebody whom the registry knew, without photos of the paper, and whose name came back and is another one now. */
  async function isMisspelt(world: World) {
    const { portrait } = await world.plainPhotos();
    const citizen = atHome(world.citizen(), profile);
    await citizen.submits({ photos: { portrait } });
    const officer = await world.staff();
    expect((await officer.returns(citizen, [{ field: 'fullName', reasonCode: 'name-differs-from-paper' }])).status).toBe(200);
    const puts = (slot: string, photo: Buffer) =>
      world.api
        .put(`/v1/declarations/${citizen.receipt!.id}/photos/${slot}`)
        .auth(citizen.receipt!.trackingCode, { type: 'bearer' })
        .attach('file', photo, 'photo.jpg');
    expect((await puts('idFront', portrait)).body).toMatchObject({ status: 409, code: 'field-locked' });
    expect((await citizen.own('patch', '', { fullName: 'Huỳnh Thị Mai' })).status).toBe(200);
    return { citizen, officer, puts, sendsAgain: () => citizen.own('post', '/resubmission') };
  }

  it('whom the registry knew, and after an amendment does not, sends the photos that are needed then', async () => {
    const world = await worldOf(profile);
    const { citizen, officer, puts, sendsAgain } = await isMisspelt(world);
    const { idFront, idBack } = await world.plainPhotos();
    expect(faultsIn((await sendsAgain()).body)).toEqual(['/idFront: photo-missing', '/idBack: photo-missing']);
    expect((await puts('idFront', idBack)).status).toBe(200);
    expect((await puts('idFront', idFront)).status).toBe(200);
    expect((await puts('idBack', idBack)).status).toBe(200);
    expect((await puts('portrait', (await smallPhotos()).portrait)).body).toMatchObject({ status: 409, code: 'field-locked' });
    expect((await sendsAgain()).body).toMatchObject({ status: 'SUBMITTED', revision: 2 });
    expect((await officer.opens(citizen.receipt!.id)).dossier).toMatchObject({ photosNotAsked: [] });
  });

  it('whoever amends cannot go on asking whether number, name and ID number belong together', async () => {
    const world = await worldOf(profile, { rateLimitFactor: 1 });
    const { puts, sendsAgain } = await isMisspelt(world);
    const statuses: number[] = [];
    for (let time = 0; time < LIMITS['id-photos-by-number'].most; time++) statuses.push((await sendsAgain()).status);
    expect(new Set(statuses)).toEqual(new Set([422, 429]));
    const { idFront } = await world.plainPhotos();
    expect((await puts('idFront', idFront)).body).toMatchObject({ status: 429, code: 'too-many-attempts' });
  });
});

describe('by date', () => {
  it('recovery changes its channel at the midnight before 17 October 2021', async () => {
    const world = await worldOf('by-date');
    await world.clockIsAt('2021-10-16T16:59:59Z', true);
    const citizen = world.citizen('huynh-thi-minh', { emailForNotices: 'true', email: EMAIL });
    await citizen.submits();
    expect((await (await world.staff()).approves(citizen)).status).toBe(200);
    await recovers(world, citizen, 'sms');
    await world.clockIsAt('2021-10-16T17:00:00Z', true);
    await recovers(world, citizen, 'email');
    expect(await world.messages({ template: 'password-reset' })).toHaveLength(2);
  });

  it.each([
    ['2022-12-31', '2021-10', '2023-01-01', '2023'],
    ['2024-12-31', '2023', '2025-07-01', '2025-07'],
  ] as const)('%s is answered as %s, and %s as %s', async (lastDay, before, firstDay, since) => {
    const world = await worldOf('by-date');
    const asked = ['cmnd', 'known-without-id-photos', 'mail-at-once', 'provinces'] as const;
    for (const [day, profile] of [
      [lastDay, before],
      [firstDay, since],
    ] as const) {
      await world.clockIsAt(`${day}T08:00:00+07:00`, true);
      for (const question of asked)
        expect([question, await ask(question, world, profile)]).toEqual([question, DIFFERENCES[question].told[profile]]);
    }
  });

  it('a CMND is a paper on the last day of 2024 and none on the next, half a year before addresses change', async () => {
    const world = await worldOf('by-date');
    await world.clockIsAt('2024-12-31T16:59:59Z', true);
    expect(await ask('cmnd', world, '2023')).toBe('taken');
    await world.clockIsAt('2024-12-31T17:00:00Z', true);
    expect(await ask('cmnd', world, '2023')).toBe('/idNumber: bad-format');
    expect(await ask('three-tiers', world, '2023')).toBe('taken');
  });

  it('a dossier of before 1 July 2025 keeps its address, and is mended by the rules it was received by', async () => {
    const world = await worldOf('by-date');
    await world.clockIsAt('2025-06-30T16:59:59Z', true);
    const citizen = world.citizen();
    await citizen.submits();
    const draft = await Wizard.isReady(world, await world.plainPhotos(), world.citizen('tran-van-hung').fields);

    await world.clockIsAt('2025-06-30T17:00:00Z', true);
    const form = await citizen.own('get', '/form.pdf');
    expect(await placesIn(form.body as Buffer)).toBe('Phường Đằng Giang, Quận Ngô Quyền, Thành phố Hải Phòng');
    const officer = await world.staff();
    const items = [{ field: 'wardCode', reasonCode: 'address-incomplete' }];
    expect((await officer.returns(citizen, items)).status).toBe(200);
    expect((await citizen.own('patch', '', { provinceCode: '31', districtCode: null, wardCode: '11359' })).status).toBe(422);
    expect((await citizen.own('patch', '', { wardCode: '11362' })).status).toBe(200);
    expect((await citizen.own('post', '/resubmission')).status).toBe(200);
    expect((await officer.approves(citizen)).status).toBe(200);

    const { body } = await draft.submits().expect(422);
    expect(faultsIn(body)).toEqual(['/districtCode: district-abolished']);
    await draft.changes({ districtCode: null, wardCode: '11359' }).expect(200);
    const preview = await draft.calls('get', '/form.pdf').buffer(true).expect(200);
    expect(await placesIn(preview.body as Buffer)).toBe('Phường Gia Viên, Thành phố Hải Phòng');
    await draft.submits().expect(201);
  });
});

describe('an e-mail address in a draft', () => {
  const ticked = (world: World, email = EMAIL) => ({ ...world.citizen().fields, emailCopy: true, email });

  it('is confirmed by the newest one-time password, once, within five minutes and five tries', async () => {
    const world = await worldOf('2023');
    const wizard = await Wizard.begins(world, ticked(world));
    const confirm = (otp: string) => wizard.calls('post', '/email-confirmation').send({ otp });
    const next = async () => {
      const { body } = await wizard.calls('post', '/email-otp').expect(202);
      expect(body).toEqual({ sentTo: 'm****@example.com', expiresAt: expect.any(String) });
      const mail = await world.message({ template: 'email-confirmation' });
      expect(mail).toMatchObject({ channel: 'email', to: EMAIL, dossierNumber: null });
      expect(mail.text).not.toMatch(/Minh|0397097379|031165000123/);
      return mail.fields['otp']!;
    };
    const [first, second] = [await next(), await next()];
    if (first !== second) await confirm(first).expect(422);
    await world.timePasses('PT5M');
    expect((await confirm(second)).body.code).toBe('email-otp-refused');
    const third = await next();
    const wrong = third === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries++) await confirm(wrong).expect(422);
    await confirm(third).expect(422);
    const last = await next();
    await confirm(last).expect(204);
    await confirm(last).expect(422);
    expect(await records.count(`"w_ho-so-${serial}".email_confirmations`, `otp_hash = convert_to($1, 'UTF8')`, [last])).toBe(0);
  });

  it('that is changed afterwards must be confirmed anew; without a tick there is none to confirm', async () => {
    const world = await worldOf('2023');
    const wizard = await Wizard.isReady(world, await world.plainPhotos(), ticked(world));
    await confirmsEmail(world, wizard);
    await wizard.changes({ email: 'other@example.com' }).expect(200);
    expect(faultsIn((await wizard.submits().expect(422)).body)).toEqual(['/email: email-not-confirmed']);
    await wizard.changes({ emailCopy: false }).expect(200);
    expect(faultsIn((await wizard.calls('post', '/email-otp').expect(422)).body)).toEqual(['/email: required']);
    await wizard.submits().expect(201);
    expect(await world.messages({ template: 'declaration-copy' })).toEqual([]);
  });

  it('is asked about in no process of before', async () => {
    const world = await worldOf('2021-10');
    const wizard = await Wizard.begins(world, ticked(world));
    for (const [path, body] of [
      ['/email-otp', {}],
      ['/email-confirmation', { otp: '123456' }],
    ] as const) {
      expect((await wizard.calls('post', path).send(body)).body).toMatchObject({ status: 409, code: 'email-otp-not-asked' });
    }
  });

  it('goes with its draft, mail and all', async () => {
    const world = await worldOf('2023');
    const wizard = await Wizard.begins(world, ticked(world));
    await confirmsEmail(world, wizard);
    await wizard.calls('delete').set('If-Match', '*').expect(204);
    for (const table of ['email_confirmations', 'messages', 'declarations']) {
      expect([table, await records.count(`"w_ho-so-${serial}".${table}`)]).toEqual([table, 0]);
    }
  });

  it('gets three one-time passwords a day, two of them at once', async () => {
    const name = `ho-so-${++serial}`;
    await new World(server.url).api.post('/_sim/workspaces').send({ name, profile: '2023', rateLimitFactor: 1 }).expect(201);
    const world = new World(`${server.url}/w/${name}`);
    const wizard = await Wizard.begins(world, ticked(world));
    const asks = async () => (await wizard.calls('post', '/email-otp')).status;
    const answers = [await asks(), await asks()];
    for (const asksAgain of [asks, asks]) {
      await world.timePasses('PT11S');
      answers.push(await asksAgain());
    }
    expect(answers).toEqual([202, 202, 202, 429]);
  });
});

describe('whether photos of a card are asked for', () => {
  it('cannot be asked often enough to guess an ID number', async () => {
    const name = `ho-so-${++serial}`;
    await new World(server.url).api.post('/_sim/workspaces').send({ name, profile: '2023', rateLimitFactor: 1 }).expect(201);
    const world = new World(`${server.url}/w/${name}`);
    const { portrait } = await world.plainPhotos();
    const answers = [];
    for (let guess = 0; guess < 11; guess++) {
      const citizen = world.citizen('huynh-thi-minh', { idNumber: `0311650009${String(guess).padStart(2, '0')}` });
      answers.push((await citizen.sends({ photos: { portrait } })).status);
    }
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
  });
});

describe('docs/profiles.md', () => {
  const page = readFileSync('docs/profiles.md', 'utf8');

  it('shows every dated rule with its source', () => {
    const rows = DATED_RULES.map(
      ({ since, value, source, why }) =>
        `| ${since} | ${Object.entries(value)
          .map(([rule, now]) => `\`${rule}\`: ${Array.isArray(now) ? now.join(', ') : String(now)}`)
          .join('')} | ${source.rule} | ${source.day} | ${why} |`,
    );
    expect(page).toContain(['| since | rule | said by | day by | why |', '|---|---|---|---|---|', ...rows].join('\n'));
  });

  it('shows what differs as the suite tries it', () => {
    const rows = Object.values(DIFFERENCES).map(
      ({ asked, told }) => `| ${[asked, ...PROCESS_PROFILES.map((name) => told[name])].join(' | ')} |`,
    );
    const head = [`| asked | ${PROCESS_PROFILES.join(' | ')} |`, `|---|${PROCESS_PROFILES.map(() => '---|').join('')}`];
    expect(page).toContain([...head, ...rows].join('\n'));
  });
});
