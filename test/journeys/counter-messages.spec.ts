import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smsSize } from '../../src/messages/sms-encoding.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let world: World;
let records: Records;
let clerk: Officer;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt('2021-04-20T02:00:00Z');
  clerk = await world.staff('03102');
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

async function sentTo(citizen: Citizen): Promise<Record<string, unknown>[]> {
  await world.timePasses('PT1S');
  return world.messages({ dossierNumber: citizen.receipt!.dossierNumber });
}

async function rejects(citizen: Citizen): Promise<void> {
  const { id } = citizen.receipt!;
  const { etag } = await clerk.opens(id);
  await clerk.decides(id, 'rejection', { reasonCode: 'never-came' }, { lease: await clerk.leases(id), etag }).expect(200);
}

const EMAIL = 'nguoi.la@example.com';
const CONSENTS: [string, Record<string, string>, 'sms' | 'email'][] = [
  ['nothing', {}, 'sms'],
  ['the copy by e-mail alone', { emailCopy: 'true', email: EMAIL }, 'sms'],
  ['notices by e-mail', { emailForNotices: 'true', email: EMAIL }, 'email'],
  ['both', { emailCopy: 'true', emailForNotices: 'true', email: EMAIL }, 'email'],
];

describe.each(CONSENTS)('who ticked %s', (_ticked, fields, channel) => {
  it(`is told of a return and of a rejection by ${channel}, and in no other way`, async () => {
    const returned = world.stranger(fields);
    const rejected = world.stranger(fields);
    await Promise.all([returned.submits(), rejected.submits()]);
    await clerk.returns(returned, [{ field: 'phone', reasonCode: 'phone-wrong' }]);
    await rejects(rejected);
    for (const [citizen, template] of [
      [returned, 'returned'],
      [rejected, 'rejected'],
    ] as const) {
      const notices = (await sentTo(citizen)).filter(
        (message) => !['declaration-copy', 'received'].includes(message['template'] as string),
      );
      const byMail = { channel: 'email', state: 'sent', to: EMAIL };
      const bySms = { channel: 'sms', state: 'delivered', to: `+84${citizen.form['phone']!.slice(1)}` };
      expect(notices).toEqual([expect.objectContaining({ template, ...(channel === 'email' ? byMail : bySms) })]);
    }
  });
});

describe('an SMS', () => {
  it('is one GSM-7 segment without diacritics and without a link, whatever it tells', async () => {
    const citizen = world.citizen('cong-tang-ton-nu');
    await citizen.submits();
    await clerk.approves(citizen);
    await citizen.readsPassword();
    const texts = (await world.messages({ channel: 'sms' })).map(({ template, text }) => ({ template, text: text as string }));
    expect(new Set(texts.map(({ template }) => template))).toEqual(new Set(['received', 'returned', 'rejected', 'credentials']));
    for (const { text } of texts) {
      expect(smsSize(text)).toMatchObject({ encoding: 'gsm-7', segments: 1 });
      expect(text).toMatch(/^BHXH Viet Nam: [\x20-\x7e]+ LH 19009068$/);
      expect(text).not.toMatch(/https?:|www\.|\.vn\b|\.com\b/i);
    }
  });

  it('is noted as told on the dossier, with the number masked and the secret gone', async () => {
    const citizen = world.citizen('bui-thi-sen');
    await citizen.submits();
    await clerk.approves(citizen);
    await sentTo(citizen);
    const [row] = await records.rows(
      `SELECT state, recipient, secret FROM messages WHERE declaration_id = $1 AND purpose = 'credentials'`,
      [citizen.receipt!.id],
    );
    expect(row).toEqual({ state: 'delivered', recipient: expect.stringMatching(/^\+?\d{0,5}\*+\d{3}$/), secret: null });
    expect((await clerk.opens(citizen.receipt!.id)).dossier).toMatchObject({
      messages: [
        { purpose: 'received', channel: 'sms', state: 'delivered', attempts: 1, templateVersion: 1, segments: 1 },
        { purpose: 'credentials', channel: 'sms', state: 'delivered', attempts: 1, templateVersion: 1, segments: 1 },
      ],
    });
  });
});

describe('a password that was sent', () => {
  it('rests in no table of the domain, in no file, and in nothing the server printed; neither do codes and tokens', async () => {
    const citizen = world.citizen('h-hoa-nie');
    const { trackingCode } = await citizen.submits();
    await clerk.approves(citizen);
    const password = await citizen.readsPassword();
    const { body: session } = await citizen.logsIn(password);
    const chosen = 'Biển xanh mây trắng';
    const asCitizen = { type: 'bearer' } as const;
    await world.api
      .put('/v1/me/password')
      .auth(session.accessToken, asCitizen)
      .send({ currentPassword: password, newPassword: chosen })
      .expect(204);
    await sentTo(citizen);

    const tables = await records.dump({ except: ['simulator_inbox'] });
    const printed = server.output();
    const files = await contentsOf(server.dataDir);
    expect(tables).toContain(citizen.receipt!.dossierNumber);
    expect(printed).toContain('/v1/staff/declarations/:id/approval');
    expect(files.length).toBeGreaterThan(0);
    for (const secret of [
      password,
      chosen,
      trackingCode,
      trackingCode.replaceAll('-', ''),
      session.accessToken,
      session.refreshToken,
      clerk.token,
    ]) {
      for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
        expect(tables.includes(form)).toBe(false);
        expect(printed.includes(form)).toBe(false);
        expect(files.some((content) => content.includes(form))).toBe(false);
      }
    }
  });
});

async function contentsOf(directory: string): Promise<Buffer[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))));
}
