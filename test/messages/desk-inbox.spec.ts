import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { DeliveryReceipts } from '../../src/messages/delivery-receipts.ts';
import { credentials, declarationCopy } from '../../src/messages/message-intents.ts';
import { Housekeeping } from '../../src/platform/housekeeping.ts';
import { Refusal } from '../../src/platform/refusal.ts';
import { Workspaces } from '../../src/platform/workspace/workspaces.ts';
import { CaptureSmtp, type CapturedMail } from '../../src/simulator/providers/capture-smtp.ts';
import { CaptureMailer } from '../../src/simulator/providers/capture.mailer.ts';
import { InboxReceipts } from '../../src/simulator/providers/inbox-receipts.service.ts';
import { InboxSmsGateway } from '../../src/simulator/providers/inbox-sms.gateway.ts';
import { InboxService } from '../../src/simulator/providers/inbox.service.ts';
import { InboxStore } from '../../src/simulator/providers/inbox.store.ts';
import { FACTS } from '../support/facts.ts';
import { GivenGateway, PostOffice } from './post-office.ts';

const PHONE = '+84352153000';
const SENDER = { name: 'BHXH Việt Nam (mô phỏng)', address: 'no-reply@bhxh.example' };
const CHOICE = { email: 'Minh@mail.example', emailCopy: true, emailForNotices: false };

let post: PostOffice;
let store: InboxStore;
let inbox: InboxService;
let mailer: CaptureMailer;

beforeAll(async () => {
  post = await PostOffice.open();
  store = new InboxStore(post.database, post.randomness);
  mailer = new CaptureMailer(SENDER, store);
  inbox = new InboxService(
    post.database,
    store,
    relay(),
    new InboxReceipts(post.database, new DeliveryReceipts(post.database), new Housekeeping(new Workspaces())),
  );
});
afterAll(async () => {
  await mailer.onApplicationShutdown();
  await post.close();
});
beforeEach(async () => {
  await post.database.rows('DELETE FROM messages');
  await post.database.rows('DELETE FROM simulator_inbox');
});

const relay = () => post.relay({ sms: new InboxSmsGateway(store), mailer });

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const outcome = await work.catch((error: unknown) => error);
  if (!(outcome instanceof Refusal)) throw new Error('was not refused');
  return outcome;
}

describe("the desk's inbox", () => {
  it('shows an SMS as the citizen reads it, with account and password taken out of it', async () => {
    await post.post(credentials(await post.declaration(), 1, PHONE, 'Tr7KpWq2'));
    await relay().drainOnce();
    const items = await inbox.list({});
    expect(items).toEqual([
      {
        id: expect.any(String),
        channel: 'sms',
        to: PHONE,
        template: 'credentials',
        dossierNumber: FACTS.dossierNumber,
        state: 'delivered',
        text: expect.stringContaining('Mat khau: Tr7KpWq2 Vui long doi mat khau'),
        attachments: [],
        fields: { account: '0397097379', password: 'Tr7KpWq2' },
        deliveries: [{ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) }],
      },
    ]);
    expect(await inbox.get(items[0]!.id)).toEqual(items[0]);
  });

  it('shows a mail that travelled by SMTP, and gives it as it came', async () => {
    await post.post(...declarationCopy(await post.declaration(), CHOICE));
    await relay().drainOnce();
    const [item] = await inbox.list({ channel: 'email' });
    expect(item).toMatchObject({
      to: 'Minh@mail.example',
      template: 'declaration-copy',
      dossierNumber: FACTS.dossierNumber,
      state: 'sent',
      subject: `BHXH Việt Nam: đã nhận tờ khai, số hồ sơ ${FACTS.dossierNumber}`,
      text: expect.stringContaining('Kính gửi Ông/Bà Huỳnh Thị Minh'),
      attachments: [{ filename: 'to-khai-49631.GD-2021-03102.pdf', contentType: 'application/pdf', size: 24 }],
      fields: {},
    });
    const raw = (await inbox.raw(item!.id)).toString();
    expect(raw).toMatch(/^Message-ID: <[0-9a-f-]{36}@bhxh-intake>\r$/m);
    expect(raw).toMatch(/^To: Minh@mail\.example\r$/m);
  });

  it('knows a repeat by its key: one message, two deliveries', async () => {
    const declarationId = await post.declaration();
    await post.post(credentials(declarationId, 1, PHONE, 'Tr7KpWq2'), ...declarationCopy(declarationId, CHOICE));
    // A copy that died after the providers had said yes, and before it could write that down.
    const rows = await post.database.rows('SELECT * FROM messages');
    await relay().drainOnce();
    await post.database.rows('DELETE FROM messages');
    await post.database.rows('INSERT INTO messages SELECT * FROM jsonb_populate_recordset(NULL::messages, $1)', [
      JSON.stringify(rows.map((row) => ({ ...row, secret: hex((row as { secret: Buffer | null }).secret) }))),
    ]);
    await relay().drainOnce();
    const items = await inbox.list({});
    expect(items.map(({ channel, deliveries }) => [channel, deliveries.length]).sort()).toEqual([
      ['email', 2],
      ['sms', 2],
    ]);
    expect(items.flatMap(({ deliveries }) => deliveries.filter(({ differs }) => differs))).toEqual([]);
  });

  it('notices a repeat that says something else, and keeps what came first', async () => {
    const sms = { providerKey: 'one-key', channel: 'sms', recipient: PHONE, sender: 'BHXH', template: null, dossierNumber: null } as const;
    for (const body of ['first', 'first', 'second']) await store.receive({ ...sms, body, subject: null, raw: null, attachments: [] });
    const [item, ...more] = await inbox.list({});
    expect(more).toEqual([]);
    expect(item).toMatchObject({ text: 'first' });
    expect(item!.deliveries.map(({ differs = false }) => differs)).toEqual([false, false, true]);
  });

  it('finds by every filter, phones in any spelling and addresses in any case', async () => {
    const declarationId = await post.declaration();
    await post.post(credentials(declarationId, 1, PHONE, 'Tr7KpWq2'), ...declarationCopy(declarationId, CHOICE));
    await relay().drainOnce();
    for (const filters of [
      { to: '0352153000' },
      { to: '0352 153 000' },
      { to: ' 84352153000' },
      { to: PHONE, channel: 'sms', template: 'credentials', state: 'delivered', dossierNumber: FACTS.dossierNumber },
    ]) {
      expect((await inbox.list(filters)).map(({ channel }) => channel)).toEqual(['sms']);
    }
    expect((await inbox.list({ to: 'minh@MAIL.example' })).map(({ channel }) => channel)).toEqual(['email']);
    for (const filters of [
      { channel: 'fax' },
      { to: '0352153001' },
      { template: 'returned' },
      { state: 'expired' },
      { dossierNumber: '1' },
    ]) {
      expect(await inbox.list(filters)).toEqual([]);
    }
  });

  it('knows nothing of an id that is none, and no raw form of an SMS', async () => {
    await post.post(credentials(await post.declaration(), 1, PHONE, 'Tr7KpWq2'));
    await relay().drainOnce();
    const [item] = await inbox.list({});
    for (const id of [randomUUID(), 'x', '']) expect(await refusalOf(inbox.get(id))).toMatchObject({ code: 'not-found' });
    expect(await refusalOf(inbox.raw(item!.id))).toMatchObject({ code: 'not-found' });
  });

  it('is the only place where a password rests', async () => {
    await post.post(credentials(await post.declaration(), 1, PHONE, 'Tr7KpWq2'));
    await relay().drainOnce();
    expect(await post.everything()).toContain('Tr7KpWq2');
    expect(await post.everything('simulator_inbox')).not.toContain('Tr7KpWq2');
  });
});

describe('whoever waits for a message', () => {
  it('has it as soon as it arrives', async () => {
    const waiting = inbox.waitFor({ to: PHONE, state: 'delivered' }, 20_000);
    await post.post(credentials(await post.declaration(), 1, PHONE, 'Tr7KpWq2'));
    await relay().drainOnce();
    expect((await waiting).fields.password).toBe('Tr7KpWq2');
  });

  it('hears in the end what arrived instead', async () => {
    await post.post(credentials(await post.declaration(), 1, PHONE, 'Tr7KpWq2'));
    await relay().drainOnce();
    const refusal = await refusalOf(inbox.waitFor({ channel: 'email' }, 0));
    expect(refusal).toMatchObject({
      code: 'nothing-arrived',
      details: { more: { instead: [{ channel: 'sms', to: PHONE, template: 'credentials' }] } },
    });
    expect(JSON.stringify(refusal.details)).not.toContain('Tr7KpWq2');
  });

  it('stops waiting when nobody is there any more', async () => {
    const client = new AbortController();
    const waiting = refusalOf(inbox.waitFor({}, 600_000, client.signal));
    client.abort();
    expect(await waiting).toMatchObject({ code: 'nothing-arrived' });
  });
});

describe('while the desk is off', () => {
  it('mail still travels, and nobody keeps it', async () => {
    const unkept = new CaptureMailer(SENDER);
    await post.post(...declarationCopy(await post.declaration(), CHOICE));
    await post.relay({ sms: new GivenGateway(), mailer: unkept }).drainOnce();
    await unkept.onApplicationShutdown();
    expect(await post.message()).toMatchObject({ state: 'sent' });
    expect(await inbox.list({})).toEqual([]);
  });
});

describe('the capture server', () => {
  const captured: CapturedMail[] = [];
  let fails = false;
  let server: CaptureSmtp;
  beforeAll(async () => {
    server = await CaptureSmtp.start(async (mail) => {
      if (fails) throw new Error('no room');
      captured.push(mail);
    });
  });
  afterAll(() => server.stop());

  it('takes mail that it did not expect, by the envelope and not by the header', async () => {
    const transport = createTransport(server.url);
    await transport.sendMail({
      envelope: { from: 'a@other.example', to: ['b@other.example', 'c@other.example'] },
      to: 'somebody@else.example',
      text: 'hello\0there',
    });
    expect(captured).toMatchObject([
      { sender: 'a@other.example', recipients: ['b@other.example', 'c@other.example'], template: null, dossierNumber: null },
    ]);
  });

  it('asks the sender to come again when it could not keep the mail', async () => {
    fails = true;
    const transport = createTransport(server.url);
    const attempt = transport.sendMail({ from: 'a@other.example', to: 'b@other.example', text: 'hello' });
    await expect(attempt).rejects.toMatchObject({ responseCode: 451 });
  });
});

function hex(bytes: Buffer | null): string | null {
  return bytes && `\\x${bytes.toString('hex')}`;
}
