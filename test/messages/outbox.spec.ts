import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailConsent, type MailChoice } from '../../src/messages/mail-consent.ts';
import { credentials, notice, declarationCopy, type MessageIntent } from '../../src/messages/message-intents.ts';
import { insertIntents, Outbox } from '../../src/messages/outbox.ts';
import { violatedConstraint } from '../../src/platform/database/database.ts';
import { GivenGateway, PostOffice } from './post-office.ts';

const PHONE = '+84352153000';
const BOTH: MailChoice = { email: 'minh@mail.example', emailCopy: true, emailForNotices: true };
const NEITHER: MailChoice = { email: 'minh@mail.example', emailCopy: false, emailForNotices: false };

let post: PostOffice;
let declarationId: string;

beforeAll(async () => {
  post = await PostOffice.open();
});
afterAll(() => post.close());
beforeEach(async () => {
  await post.database.rows('DELETE FROM messages');
  declarationId = await post.declaration();
});

describe('the outbox', () => {
  it('writes every intent of a transaction in one statement', async () => {
    const ids = await post.post(...declarationCopy(declarationId, BOTH), credentials(declarationId, 1, PHONE, 'Tr7KpWq2'));
    expect((await post.messages()).map(({ id, state }) => [id, state])).toEqual(ids.map((id) => [id, 'created']));
  });

  it('forgets what a rolled back transaction wanted to tell, and wakes nobody for it', async () => {
    const sms = new GivenGateway();
    const relay = post.relay({ sms });
    const outbox = new Outbox(post.secrets, post.randomness, relay);
    const attempt = post.database.transaction(async (tx) => {
      await outbox.add(tx, [credentials(declarationId, 1, PHONE, 'Tr7KpWq2')]);
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    await relay.stop();
    expect(await post.messages()).toEqual([]);
    expect(sms.handed).toEqual([]);
  });

  it('wakes the relay after the commit, without being asked', async () => {
    const sms = new GivenGateway();
    const relay = post.relay({ sms });
    await post.database.transaction((tx) =>
      new Outbox(post.secrets, post.randomness, relay).add(tx, [credentials(declarationId, 1, PHONE, 'Tr7KpWq2')]),
    );
    await relay.stop();
    expect(sms.handed).toHaveLength(1);
  });

  it('refuses a second message for the same declaration, purpose and issue, whoever writes it', async () => {
    await post.post(credentials(declarationId, 1, PHONE, 'Tr7KpWq2'));
    const second = await post.post(credentials(declarationId, 1, PHONE, 'Xw9MnHv4')).catch((error: unknown) => error);
    expect(violatedConstraint(second)).toBe('uq_messages_intent');
    expect(await post.post(credentials(declarationId, 2, PHONE, 'Xw9MnHv4'))).toHaveLength(1);
  });

  it('keeps a password sealed while it waits', async () => {
    await post.post(credentials(declarationId, 1, PHONE, 'Tr7KpWq2'));
    const { id, secret } = await post.message();
    expect(secret?.includes('Tr7KpWq2')).toBe(false);
    expect(post.secrets.open(id, secret!)).toEqual({ password: 'Tr7KpWq2' });
    expect(await post.everything()).not.toContain('Tr7KpWq2');
  });

  it('lets a statement of many parts write the messages, none included', async () => {
    const outbox = new Outbox(post.secrets, post.randomness, post.relay());
    for (const intents of [[], declarationCopy(declarationId, BOTH)]) {
      await post.database.rows(`WITH told AS (${insertIntents('$1')}) SELECT 1`, [JSON.stringify(outbox.rowsOf(intents))]);
      expect(await post.messages()).toHaveLength(intents.length);
    }
  });
});

describe('mail', () => {
  it('is sent to nobody who ticked nothing, whatever address stands in the form', () => {
    expect(declarationCopy(declarationId, NEITHER)).toEqual([]);
    expect(notice('returned', declarationId, 1, { ...NEITHER, phone: PHONE })).toMatchObject({ channel: 'sms', phone: PHONE });
  });

  it('needs a consent for each of its two purposes', () => {
    const copyOnly = { ...NEITHER, emailCopy: true, phone: PHONE };
    expect(declarationCopy(declarationId, copyOnly)).toHaveLength(1);
    expect(notice('rejected', declarationId, 1, copyOnly).channel).toBe('sms');

    const noticesOnly = { ...NEITHER, emailForNotices: true, phone: PHONE };
    expect(declarationCopy(declarationId, noticesOnly)).toEqual([]);
    expect(notice('rejected', declarationId, 1, noticesOnly).channel).toBe('email');
  });

  it('cannot be written into the outbox with an address instead of a consent', () => {
    const intent = { channel: 'email', purpose: 'declaration-copy', declarationId, issue: 1, expiresIn: 60 } as const;
    const consent = MailConsent.toCopy(BOTH)!;
    const lawful: MessageIntent = { ...intent, consent };
    // @ts-expect-error an address is no consent
    const unlawful: MessageIntent = { ...intent, consent: { to: 'email-copy', address: 'minh@mail.example' } };
    // @ts-expect-error the consent to the copy is none to notices
    const other: MessageIntent = { ...intent, purpose: 'returned', consent };
    expect([lawful, unlawful, other]).toHaveLength(3);
  });

  it('carries the declaration once in the life of a dossier', async () => {
    await post.post(...declarationCopy(declarationId, BOTH));
    const again = await post.post(...declarationCopy(declarationId, BOTH)).catch((error: unknown) => error);
    expect(violatedConstraint(again)).toBe('uq_messages_intent');
  });
});
