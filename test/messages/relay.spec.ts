import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { credentials, notice, declarationCopy } from '../../src/messages/message-intents.ts';
import { Mailer, type OutgoingMail } from '../../src/messages/mail.port.ts';
import type { Verdict } from '../../src/messages/delivery.rule.ts';
import { RelayStore } from '../../src/messages/relay.store.ts';
import type { SendOutcome } from '../../src/messages/send-outcome.ts';
import { Metrics } from '../../src/platform/health/metrics.ts';
import { FACTS } from '../support/facts.ts';
import { GivenFacts, GivenGateway, PostOffice } from './post-office.ts';

const PHONE = '+84352153000';
const PASSWORD = 'Tr7KpWq2';
const UNREACHABLE: SendOutcome = { kind: 'temporary-failure', code: 'gateway-503' };

let post: PostOffice;

beforeAll(async () => {
  post = await PostOffice.open();
});
afterAll(() => post.close());
beforeEach(() => post.empty());

async function postCredentials(howMany = 1): Promise<string[]> {
  const intents = await Promise.all(Array.from({ length: howMany }, async () => credentials(await post.declaration(), 1, PHONE, PASSWORD)));
  return post.post(...intents);
}

/** A promise and the hand that fulfils it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('a message', () => {
  it('reaches the gateway with its wording, under its own id as the key', async () => {
    const [id] = await postCredentials();
    const sms = new GivenGateway();
    expect(await post.relay({ sms }).drainOnce()).toBe(1);
    expect(sms.handed).toEqual([
      {
        key: id,
        to: PHONE,
        text: expect.stringContaining(`Tai khoan: 0397097379/Mat khau: ${PASSWORD} `),
        template: { name: 'credentials', version: 1 },
        reference: FACTS.dossierNumber,
      },
    ]);
  });

  it('loses its secret and its recipient in the moment it is delivered', async () => {
    await postCredentials();
    await post.relay().drainOnce();
    expect(await post.message()).toMatchObject({
      state: 'delivered',
      secret: null,
      recipient: '035****000',
      attempts: 1,
      finished_at: expect.any(Date),
    });
  });

  it('leaves no password at rest once it is told', async () => {
    await postCredentials(3);
    await post.relay().drainOnce();
    const everything = await post.everything();
    expect(everything).toContain('delivered');
    expect(everything).not.toContain(PASSWORD);
    expect(everything).not.toContain(Buffer.from(PASSWORD).toString('hex'));
    expect(everything).not.toContain(PHONE);
  });

  it('is sent once, however often the relay is asked', async () => {
    await postCredentials(5);
    const sms = new GivenGateway();
    const relay = post.relay({ sms });
    for (let time = 0; time < 10; time++) relay.wake();
    await Promise.all([relay.drainOnce(), relay.drainOnce()]);
    expect(sms.handed).toHaveLength(5);
  });

  it('that nobody announced is found by the relay itself', async () => {
    const told = gate();
    const relay = post.relay({
      sms: new GivenGateway(() => {
        told.open();
        return { kind: 'delivered' };
      }),
    });
    relay.onApplicationBootstrap();
    await postCredentials();
    await told.opened;
    await relay.stop();
    expect(await post.message()).toMatchObject({ state: 'delivered' });
  });

  it('asks for the facts of a whole batch at once', async () => {
    await postCredentials(7);
    const facts = new GivenFacts();
    await post.relay({ facts }).drainOnce();
    expect(facts.asked.map((subjects) => subjects.length)).toEqual([7]);
  });

  it('whose dossier is gone fails for good', async () => {
    await postCredentials();
    const sms = new GivenGateway();
    await post.relay({ sms, facts: new GivenFacts(null) }).drainOnce();
    expect(sms.handed).toEqual([]);
    expect(await post.message()).toMatchObject({ state: 'technical-failure', last_error: 'facts-missing', secret: null });
  });

  it('whose occasion is over ends unsaid, and its secret with it', async () => {
    await postCredentials();
    const sms = new GivenGateway();
    expect(await post.relay({ sms, facts: new GivenFacts({ ...FACTS, isOver: true }) }).drainOnce()).toBe(1);
    expect(sms.handed).toEqual([]);
    expect(await post.message()).toMatchObject({ state: 'expired', last_error: 'superseded', secret: null, recipient: '035****000' });
  });

  it('whose facts cannot be loaded just now is tried again', async () => {
    await postCredentials();
    class BrokenFacts extends GivenFacts {
      override async load(): Promise<never> {
        throw new Error('no database');
      }
    }
    const sms = new GivenGateway();
    await post.relay({ sms, facts: new BrokenFacts() }).drainOnce();
    expect(sms.handed).toEqual([]);
    expect(await post.message()).toMatchObject({ state: 'temporary-failure', last_error: 'facts-unavailable' });
  });

  it('that would not fit one plain segment is never sent', async () => {
    await postCredentials();
    const sms = new GivenGateway();
    await post.relay({ sms, facts: new GivenFacts({ ...FACTS, dossierNumber: `${'9'.repeat(60)}.GD/2021/03102` }) }).drainOnce();
    expect(sms.handed).toEqual([]);
    expect(await post.message()).toMatchObject({ state: 'technical-failure', last_error: 'sms-not-one-segment', secret: null });
  });

  it('whose secret does not open is never sent', async () => {
    await postCredentials();
    await post.database.rows(`UPDATE messages SET secret = set_byte(secret, 40, get_byte(secret, 40) # 1)`);
    const sms = new GivenGateway();
    await post.relay({ sms }).drainOnce();
    expect(sms.handed).toEqual([]);
    expect(await post.message()).toMatchObject({ state: 'technical-failure', last_error: 'secret-unreadable' });
  });
});

describe('a gateway that fails', () => {
  it('is asked again at once, and then every five minutes until it delivers', async () => {
    await post.stopClock();
    await postCredentials();
    const sms = new GivenGateway((_sms, time) => (time < 4 ? UNREACHABLE : { kind: 'delivered' }));
    const relay = post.relay({ sms });
    expect(await relay.drainOnce()).toBe(2);
    expect(await post.message()).toMatchObject({ state: 'temporary-failure', attempts: 2, last_error: 'gateway-503' });

    await post.advanceClock('299 seconds');
    expect(await relay.drainOnce()).toBe(0);
    await post.advanceClock('1 second');
    expect(await relay.drainOnce()).toBe(1);
    await post.advanceClock('300 seconds');
    expect(await relay.drainOnce()).toBe(1);
    expect(await post.message()).toMatchObject({ state: 'delivered', attempts: 4, last_error: null });
  });

  it('hears the same words under the same key every time', async () => {
    await postCredentials();
    const sms = new GivenGateway((_sms, time) => (time === 1 ? UNREACHABLE : { kind: 'delivered' }));
    await post.relay({ sms }).drainOnce();
    expect(sms.handed).toHaveLength(2);
    expect(sms.handed[1]).toEqual(sms.handed[0]);
  });

  it('that throws is one that may mend', async () => {
    await postCredentials();
    const sms = new GivenGateway(() => {
      throw new TypeError('the gateway answered in riddles');
    });
    await post.relay({ sms }).drainOnce();
    expect(await post.message()).toMatchObject({ state: 'temporary-failure', last_error: 'provider-threw' });
  });

  it('is given up when the message is no longer worth sending, and the secret goes with it', async () => {
    await postCredentials();
    const sms = new GivenGateway(() => UNREACHABLE);
    const relay = post.relay({ sms });
    await relay.drainOnce();
    await post.advanceClock('72 hours');
    await relay.drainOnce();
    expect(sms.handed).toHaveLength(2);
    expect(await post.message()).toMatchObject({ state: 'technical-failure', attempts: 2, secret: null, recipient: '035****000' });
  });

  it('keeps no message waiting beyond its time for a try that would come too late', async () => {
    await postCredentials();
    const relay = post.relay({ sms: new GivenGateway(() => UNREACHABLE) });
    await post.advanceClock('71 hours 58 minutes');
    await relay.drainOnce();
    await post.advanceClock('2 minutes');
    await relay.drainOnce();
    expect(await post.message()).toMatchObject({ state: 'technical-failure', last_error: 'tries-exhausted', secret: null });
  });

  it('that refuses for good is asked once', async () => {
    await postCredentials();
    const sms = new GivenGateway(() => ({ kind: 'permanent-failure', code: 'no-such-number' }));
    await post.relay({ sms }).drainOnce();
    expect(sms.handed).toHaveLength(1);
    expect(await post.message()).toMatchObject({ state: 'permanent-failure', last_error: 'no-such-number', secret: null });
  });
});

describe('a message that nobody sent in time', () => {
  it('expires unsent', async () => {
    await postCredentials();
    await post.advanceClock('72 hours');
    const sms = new GivenGateway();
    await post.relay({ sms }).drainOnce();
    expect(sms.handed).toEqual([]);
    expect(await post.message()).toMatchObject({ state: 'expired', attempts: 0, secret: null, recipient: '035****000' });
  });

  it('is still sent a moment before', async () => {
    await postCredentials();
    await post.advanceClock('71 hours 59 minutes');
    await post.relay().drainOnce();
    expect(await post.message()).toMatchObject({ state: 'delivered' });
  });
});

it('what became of a message shows in the figures, by channel and state', async () => {
  const metrics = new Metrics();
  const outcomes = [UNREACHABLE, { kind: 'technical-failure', code: 'gateway-refuses-us' }] as const;
  const sms = new GivenGateway((_sms, time) => outcomes[time - 1] ?? { kind: 'delivered' });
  await postCredentials(3);
  await post.relay({ metrics, sms }).drainOnce();
  const told = (await metrics.text()).split('\n').filter((line) => line.startsWith('messages_total{'));
  expect(told.sort()).toEqual([
    'messages_total{channel="sms",state="delivered"} 2',
    'messages_total{channel="sms",state="technical-failure"} 1',
    'messages_total{channel="sms",state="temporary-failure"} 1',
  ]);
});

describe('two copies', () => {
  it('share the work, and hand over every message exactly once', async () => {
    const ids = await postCredentials(120);
    const sms = new GivenGateway();
    const copies = [1, 2, 3].map(() => post.relay({ sms }));
    await Promise.all(copies.map((relay) => relay.drainOnce()));
    expect(sms.handed.map(({ key }) => key).sort()).toEqual([...ids].sort());
  });

  it('leave to one another what one has claimed, until its lease is over', async () => {
    await post.stopClock();
    const [id] = await postCredentials();
    await new RelayStore(post.database, post.randomness).claimDue('sms', 10);
    const sms = new GivenGateway();
    const other = post.relay({ sms });
    await post.advanceClock('119 seconds');
    expect(await other.drainOnce()).toBe(0);
    await post.advanceClock('1 second');
    expect(await other.drainOnce()).toBe(1);
    expect(sms.handed.map(({ key }) => key)).toEqual([id]);
    expect(await post.message()).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  it('cannot write over the result of the one that took the message over', async () => {
    await postCredentials();
    const slow = new RelayStore(post.database, post.randomness);
    const [claimed] = await slow.claimDue('sms', 10);
    await post.advanceClock('2 minutes');
    await post.relay().drainOnce();
    const late = (verdict: Verdict) => ({ message: claimed!, verdict, masked: null, wording: undefined });
    const verdicts: Verdict[] = [
      { kind: 'retry', inSeconds: 300, error: 'gateway-503' },
      { kind: 'end', state: 'permanent-failure', error: 'no-such-number' },
    ];
    for (const verdict of verdicts) expect(await slow.note([late(verdict)])).toEqual([false]);
    expect(await post.message()).toMatchObject({ state: 'delivered', last_error: null });
  });
});

describe('a pass of the relay', () => {
  /** Ten are taken at once; the next ten when the hand is opened, in which `then` comes of them. */
  async function halfOf(then: SendOutcome) {
    await postCredentials(20);
    const hand = gate();
    const sms = new GivenGateway(async (_sms, time) => {
      if (time <= 10 || time > 20) return { kind: 'delivered' };
      await hand.opened;
      return then;
    });
    return { hand, sms };
  }

  /** A door at which the second claim of a channel with something to send is another's to answer. */
  async function doorWhoseSecondClaim(answers: (claim: () => Promise<object[]>) => Promise<object[]>) {
    const database = await post.doorWith(4);
    const rows = database.rows.bind(database);
    let claims = 0;
    database.rows = (async (sql, parameters, name) => {
      const claim = () => rows<object>(sql, parameters, name);
      return name === 'relay_claim' && parameters?.[0] === 'sms' && ++claims === 2 ? answers(claim) : claim();
    }) as typeof database.rows;
    return database;
  }

  it('that cannot claim on ends with what is under way, and not before', async () => {
    const { hand, sms } = await halfOf({ kind: 'delivered' });
    const asked = gate();
    const database = await doorWhoseSecondClaim(async () => {
      asked.open();
      throw new Error('no database');
    });
    let hasEnded = false;
    const draining = post.relay({ sms, database }).drainOnce();
    draining.catch(() => (hasEnded = true));
    await asked.opened;
    await post.database.rows('SELECT 1 AS one');
    expect(hasEnded).toBe(false);
    hand.open();
    await expect(draining).rejects.toThrow('no database');
    expect(await post.database.rows(`SELECT FROM messages WHERE state = 'delivered'`)).toHaveLength(20);
  });

  it('does not overlook what is put back while it claims', async () => {
    const { hand, sms } = await halfOf(UNREACHABLE);
    const database = await doorWhoseSecondClaim(async (claim) => {
      const claimed = await claim();
      hand.open();
      while ((await post.database.rows(`SELECT FROM messages WHERE state = 'temporary-failure'`)).length < 10);
      return claimed;
    });
    expect(await post.relay({ sms, database }).drainOnce()).toBe(30);
    expect(await post.database.rows(`SELECT FROM messages WHERE state = 'delivered'`)).toHaveLength(20);
  });
});

describe('while a provider thinks', () => {
  it('the relay holds no connection: another may have the only one there is', async () => {
    await postCredentials();
    const database = await post.doorWith(1);
    const sms = new GivenGateway(async () => {
      await database.rows('SELECT 1 AS one');
      return { kind: 'delivered' };
    });
    await post.relay({ sms, database }).drainOnce();
    expect(await post.message()).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('passwords are not kept waiting by a mail server', async () => {
    await post.post(...declarationCopy(await post.declaration(), { email: 'minh@mail.example', emailCopy: true, emailForNotices: false }));
    await postCredentials();
    const stuck = gate();
    class StuckMailer extends Mailer {
      override async send(_mail: OutgoingMail): Promise<SendOutcome> {
        await stuck.opened;
        return { kind: 'sent' };
      }
    }
    const told = gate();
    const sms = new GivenGateway(() => {
      told.open();
      return { kind: 'delivered' };
    });
    const draining = post.relay({ sms, mailer: new StuckMailer() }).drainOnce();
    await told.opened;
    stuck.open();
    expect(await draining).toBe(2);
  });

  it('a stop waits for its answer, and claims nothing after', async () => {
    await postCredentials(25);
    const answer = gate();
    const asked = gate();
    const sms = new GivenGateway(async () => {
      asked.open();
      await answer.opened;
      return { kind: 'delivered' };
    });
    const relay = post.relay({ sms });
    relay.wake();
    await asked.opened;
    const stopping = relay.stop();
    answer.open();
    await stopping;
    const states = (await post.messages()).map(({ state }) => state);
    expect(states.filter((state) => state === 'delivered')).toHaveLength(20);
    expect(states.filter((state) => state === 'created')).toHaveLength(5);
    relay.wake();
    expect(await relay.drainOnce()).toBe(0);
  });
});

describe('the decision of an office', () => {
  it('is told by SMS, in words that hold none of its reasons', async () => {
    await post.post(
      notice('returned', await post.declaration(), 1, { email: null, emailCopy: false, emailForNotices: false, phone: PHONE }),
    );
    const sms = new GivenGateway();
    await post.relay({ sms }).drainOnce();
    expect(sms.handed[0]?.text).toContain(`Ho so ${FACTS.dossierNumber} can bo sung`);
    expect(sms.handed[0]?.text).not.toContain('mo.');
  });
});
