import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import type { OutgoingMail } from '../../src/messages/mail.port.ts';
import { declarationCopy } from '../../src/messages/message-intents.ts';
import { SmtpMailer } from '../../src/messages/smtp-mailer.ts';
import { TestSmtp } from '../support/smtp.ts';
import { PostOffice } from './post-office.ts';

const SENDER = { name: 'BHXH Việt Nam (mô phỏng)', address: 'no-reply@bhxh.example' };
const PDF = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 256));

function mail(wishes: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    key: randomUUID(),
    to: 'minh@mail.example',
    subject: 'BHXH Việt Nam: đã nhận tờ khai, số hồ sơ 49631.GD/2021/03102',
    text: 'Kính gửi Ông/Bà Huỳnh Thị Minh, …',
    html: '<p>Kính gửi Ông/Bà Huỳnh Thị Minh, …</p>',
    attachments: [{ filename: 'to-khai-49631.GD-2021-03102.pdf', contentType: 'application/pdf', content: PDF }],
    date: new Date('2021-04-05T02:15:00Z'),
    template: { name: 'declaration-copy', version: 1 },
    reference: '49631.GD/2021/03102',
    ...wishes,
  };
}

let smtp: TestSmtp;
let mailer: SmtpMailer;

beforeEach(async () => {
  smtp = await TestSmtp.start();
  mailer = new SmtpMailer(smtp.url, SENDER);
});
afterEach(async () => {
  mailer.close();
  await smtp.stop();
});

describe('a mail', () => {
  it('arrives as it was written: letters, both bodies, the attachment byte for byte', async () => {
    const sent = mail();
    expect(await mailer.send(sent)).toEqual({ kind: 'sent' });
    const [taken] = smtp.mails;
    expect(taken).toMatchObject({ from: SENDER.address, to: ['minh@mail.example'] });
    const read = await PostalMime.parse(taken!.raw);
    expect(read).toMatchObject({
      subject: sent.subject,
      from: SENDER,
      to: [{ name: '', address: 'minh@mail.example' }],
      messageId: `<${sent.key}@bhxh-intake>`,
      date: '2021-04-05T02:15:00.000Z',
    });
    expect(read.text?.trim()).toBe(sent.text);
    expect(read.html?.trim()).toBe(sent.html);
    expect(read.attachments).toMatchObject([{ filename: 'to-khai-49631.GD-2021-03102.pdf', mimeType: 'application/pdf' }]);
    expect(Buffer.from(read.attachments[0]!.content as ArrayBuffer)).toEqual(PDF);
  });

  it('says that a machine wrote it, from which wording, about which dossier', async () => {
    await mailer.send(mail());
    const { headers } = await PostalMime.parse(smtp.mails[0]!.raw);
    const valueOf = (key: string) => headers.find((header) => header.key === key)?.value;
    expect(valueOf('auto-submitted')).toBe('auto-generated');
    expect(valueOf('x-template')).toBe('declaration-copy; version=1');
    expect(valueOf('x-dossier-number')).toBe('49631.GD/2021/03102');
  });

  it('keeps its Message-ID when it is sent again', async () => {
    const sent = mail();
    await mailer.send(sent);
    await mailer.send(sent);
    const ids = await Promise.all(smtp.mails.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId));
    expect(ids).toEqual([`<${sent.key}@bhxh-intake>`, `<${sent.key}@bhxh-intake>`]);
  });
});

describe('a recipient', () => {
  it.each([
    'a@x.example, evil@attacker.example',
    'a@x.example;evil@attacker.example',
    'a@x.example\r\nBcc: evil@attacker.example',
    'a@x.example\nRCPT TO:<evil@attacker.example>',
    'a@x.example <evil@attacker.example>',
    '<evil@attacker.example>',
    '"evil@attacker.example x"@x.example',
    'g: a@x.example,evil@attacker.example;',
    'a@x.example(evil@attacker.example)',
    'a@x.example evil@attacker.example',
    'a@x.example\u0000evil@attacker.example',
    'a@x.example\u2028evil@attacker.example',
    'a@[127.0.0.1]',
    'a@localhost',
    'ạ@x.example',
    '.a@x.example',
    'a@-x.example',
    '@x.example',
    'a@',
    '',
    `${'a'.repeat(250)}@x.example`,
  ])('%j is never handed to a mail server', async (to) => {
    expect(await mailer.send(mail({ to }))).toEqual({ kind: 'permanent-failure', code: 'recipient-not-single' });
    expect(smtp.recipients).toEqual([]);
  });

  it('is, whatever it is, the only one that the server hears of', async () => {
    const piece = fc.constantFrom(
      'a',
      'evil@attacker.example',
      '@',
      ',',
      ';',
      ' ',
      '\r\n',
      '<',
      '>',
      '"',
      '(',
      ')',
      ':',
      '%',
      '=',
      '\\',
      '.',
      'x.example',
    );
    const hostile = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, async (to) => {
        smtp.recipients.length = 0;
        await mailer.send(mail({ to, attachments: [] }));
        expect(smtp.recipients.filter((heard) => heard !== to)).toEqual([]);
        expect(smtp.recipients.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a mail server', () => {
  it('that asks for patience with 451 may be tried again', async () => {
    smtp.mode = 'greylist';
    const sent = mail();
    expect(await mailer.send(sent)).toEqual({ kind: 'temporary-failure', code: 'smtp-451' });
    expect(await mailer.send(sent)).toEqual({ kind: 'sent' });
    expect(smtp.mails).toHaveLength(1);
  });

  it('that knows no such user is final', async () => {
    smtp.mode = 'refuse';
    expect(await mailer.send(mail())).toEqual({ kind: 'permanent-failure', code: 'smtp-550' });
  });

  it('that breaks off in the middle is tried once, and may be tried again', async () => {
    smtp.mode = 'drop';
    expect(await mailer.send(mail())).toMatchObject({ kind: 'temporary-failure' });
    expect(smtp.recipients).toHaveLength(1);
    smtp.mode = 'accept';
    expect(await mailer.send(mail())).toEqual({ kind: 'sent' });
  });

  it('that is not there may come back', async () => {
    await smtp.stop();
    expect(await mailer.send(mail())).toEqual({ kind: 'temporary-failure', code: 'smtp-esocket' });
  });
});

describe('the declaration mail of a dossier', () => {
  let post: PostOffice;
  beforeAll(async () => {
    post = await PostOffice.open();
  });
  afterAll(() => post.close());
  beforeEach(async () => {
    await post.database.rows('DELETE FROM messages');
    await post.post(...declarationCopy(await post.declaration(), { email: 'minh@mail.example', emailCopy: true, emailForNotices: false }));
  });

  it('goes out once, with the declaration as PDF, and leaves only a masked address behind', async () => {
    await post.relay({ mailer }).drainOnce();
    expect(smtp.mails.map(({ to }) => to)).toEqual([['minh@mail.example']]);
    const { text, attachments } = await PostalMime.parse(smtp.mails[0]!.raw);
    expect(text).toContain('Kính gửi Ông/Bà Huỳnh Thị Minh');
    expect(attachments).toMatchObject([{ filename: 'to-khai-49631.GD-2021-03102.pdf', mimeType: 'application/pdf' }]);
    expect(await post.message()).toMatchObject({ state: 'sent', recipient: 'm****@mail.example' });
    expect(await post.everything()).not.toContain('minh@mail.example');
  });

  it('gets through a server that greylists, at once', async () => {
    smtp.mode = 'greylist';
    expect(await post.relay({ mailer }).drainOnce()).toBe(2);
    expect(await post.message()).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('ends at a server that knows no such user', async () => {
    smtp.mode = 'refuse';
    expect(await post.relay({ mailer }).drainOnce()).toBe(1);
    expect(await post.message()).toMatchObject({ state: 'permanent-failure', last_error: 'smtp-550' });
  });

  it('waits for a server that is down, and goes out when it is back', async () => {
    smtp.mode = 'drop';
    const relay = post.relay({ mailer });
    await relay.drainOnce();
    expect(await post.message()).toMatchObject({ state: 'temporary-failure', attempts: 2 });
    smtp.mode = 'accept';
    await post.advanceClock('5 minutes');
    await relay.drainOnce();
    expect(await post.message()).toMatchObject({ state: 'sent', attempts: 3 });
  });
});
