import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { readPdf } from '../support/pdf.ts';
import { World, type Citizen, type FormFields, type Photos } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

let server: SharedServer;
let world: World;
let records: Records;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  photos = await smallPhotos();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

const ADDRESS = 'minh@example.com';

async function sends(choice: FormFields): Promise<Citizen> {
  const citizen = world.stranger(choice);
  await citizen.submits({ photos });
  return citizen;
}

/** What was meant to be sent about a dossier, as `channel purpose`. */
async function intentsOf({ receipt }: Citizen): Promise<string[]> {
  const rows = await records.rows<{ intent: string }>(
    `SELECT channel || ' ' || purpose AS intent FROM messages WHERE declaration_id = $1 ORDER BY 1`,
    [receipt!.id],
  );
  return rows.map(({ intent }) => intent);
}

async function consentsOf({ receipt }: Citizen): Promise<string[]> {
  const rows = await records.rows<{ purpose: string; text_version: string }>(
    'SELECT purpose, text_version FROM consents WHERE declaration_id = $1 ORDER BY 1',
    [receipt!.id],
  );
  return rows.map(({ purpose, text_version }) => `${purpose} ${text_version}`);
}

const ALWAYS = ['commitment 2021-04', 'data-processing 2021-04'];

describe('a citizen who wants the declaration by mail', () => {
  it('gets it exactly once, as PDF, whatever is sent again', async () => {
    const citizen = world.stranger({ emailCopy: 'true', email: ADDRESS, fullName: 'Huỳnh Thị Ước Nguyện' });
    const receipt = await citizen.submits({ photos, key: 'mail' });
    const mail = await world.message({ channel: 'email', dossierNumber: receipt.dossierNumber });
    await citizen.submits({ photos, key: 'mail' });
    await world.timePasses('PT1H');

    expect(await world.messages({ channel: 'email', dossierNumber: receipt.dossierNumber })).toHaveLength(1);
    expect(await intentsOf(citizen)).toEqual(['email declaration-copy', 'sms received']);
    expect(await consentsOf(citizen)).toEqual([...ALWAYS.slice(0, 2), 'email-copy 2021-04']);
    expect(mail).toMatchObject({ to: ADDRESS, template: 'declaration-copy', attachments: [{ contentType: 'application/pdf' }] });

    const { text, body } = await world.api.get(`/_sim/messages/${mail.id}/raw`).buffer().expect(200);
    const { attachments } = await PostalMime.parse(text ?? (body as Buffer));
    const { pages, qrCodes } = await readPdf(Buffer.from(attachments[0]!.content as ArrayBuffer));
    for (const part of [receipt.dossierNumber, 'Huỳnh Thị Ước Nguyện', citizen.form['insuranceNumber']!]) expect(pages[0]).toContain(part);
    expect(qrCodes).toEqual([receipt.dossierNumber]);
  });

  it('gets it the wizard’s way too', async () => {
    const wizard = await Wizard.isReady(world, photos, { ...world.stranger().fields, emailCopy: true, email: ADDRESS });
    const { body } = await wizard.submits().expect(201);
    await world.message({ channel: 'email', dossierNumber: body.dossierNumber });
    await world.timePasses('PT1H');
    expect(await world.messages({ channel: 'email', dossierNumber: body.dossierNumber })).toHaveLength(1);
  });

  it('gets no notice by that mail, which is another purpose: the return comes by SMS', async () => {
    const citizen = await sends({ emailCopy: 'true', email: ADDRESS });
    await (await world.staff()).returns(citizen, [{ slot: 'portrait', reasonCode: 'photo-blurred' }]);
    expect(await intentsOf(citizen)).toEqual(['email declaration-copy', 'sms received', 'sms returned']);
  });
});

describe('a citizen who wants no declaration by mail', () => {
  it.each<[string, FormFields]>([
    ['says nothing of mail', {}],
    ['gives an address, but ticks nothing', { email: ADDRESS }],
    ['unticks it', { emailCopy: 'false', emailForNotices: 'false', email: ADDRESS }],
  ])('and %s gets no mail at all; the receipt comes by SMS', async (_, choice) => {
    const citizen = await sends(choice);
    expect(await intentsOf(citizen)).toEqual(['sms received']);
    expect(await consentsOf(citizen)).toEqual(ALWAYS);
    await world.timePasses('PT1H');
    expect(await world.messages({ channel: 'email', dossierNumber: citizen.receipt!.dossierNumber })).toEqual([]);
  });

  it('and agrees to notices gets the receipt by mail, and no SMS', async () => {
    const citizen = await sends({ emailForNotices: 'true', email: ADDRESS });
    expect(await intentsOf(citizen)).toEqual(['email received']);
    expect(await consentsOf(citizen)).toEqual([...ALWAYS, 'email-for-notices 2021-04']);
  });

  it('but agrees to notices gets the notice of a return by mail, and still no declaration', async () => {
    const citizen = await sends({ emailForNotices: 'true', email: ADDRESS });
    await (await world.staff()).returns(citizen, [{ slot: 'portrait', reasonCode: 'photo-blurred' }]);
    const mail = await world.message({ channel: 'email', template: 'returned', dossierNumber: citizen.receipt!.dossierNumber });
    expect(mail).toMatchObject({ to: ADDRESS, attachments: [] });
    expect(await intentsOf(citizen)).toEqual(['email received', 'email returned']);
  });

  it('and agrees to no mail at all hears of a return by SMS', async () => {
    const citizen = await sends({ email: ADDRESS });
    await (await world.staff()).returns(citizen, [{ slot: 'portrait', reasonCode: 'photo-blurred' }]);
    expect(await intentsOf(citizen)).toEqual(['sms received', 'sms returned']);
  });
});
