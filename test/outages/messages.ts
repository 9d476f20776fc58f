import { freePort } from '../../src/platform/database/embedded-server.ts';
import { rowsOf } from '../crash/aftermath.ts';
import { advanceClock } from '../crash/desk.ts';
import { TestSmtp } from '../support/smtp.ts';
import type { Rehearsal } from './rehearsals.ts';
import { Theatre, type Sent } from './theatre.ts';

const PEOPLE = 3;
const HOURS = 6;
/** A little more than the longest back-off. */
const BACK_OFF = 'PT301S';

/** The mail server is really not there, for six hours of the desk's clock; then it really comes back. */
export async function smtpDown({ directory, seed, say }: Rehearsal): Promise<string[]> {
  const port = await freePort();
  const theatre = await Theatre.opens({ directory, seed, say, environment: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  try {
    const sent = await sendOneByOne(theatre, 'email');
    const findings = mustAllBeReceived(sent);
    await passOutage(theatre);
    findings.push(...(await mustBeIn(theatre, 'email', ['temporary-failure'])));
    const server = await TestSmtp.start(port);
    try {
      await advanceClock(theatre.url, BACK_OFF);
      findings.push(...(await mustBeIn(theatre, 'email', ['sent'])));
      const wanted = sent.map(({ application }) => application.declared.email!).sort();
      const arrived = server.mails.flatMap(({ to }) => to).sort();
      if (String(arrived) !== String(wanted)) findings.push(`${wanted.length} mails were owed, ${arrived.length} arrived`);
      say(`${sent.length} received while the mail server was down for ${HOURS} h, ${arrived.length} mails arrived when it was back`);
      return [...findings, ...(await theatre.curtain({ leavesOut: ['I8'] }))];
    } finally {
      await server.stop();
    }
  } finally {
    await theatre.close();
  }
}

/** The gateway refuses everything for six hours of the desk's clock. */
export async function smsDown({ directory, seed, say }: Rehearsal): Promise<string[]> {
  const theatre = await Theatre.opens({ directory, seed, say });
  try {
    await arm(theatre, { 'sms-5xx': { probability: 1, seed: 1 } });
    const sent = await sendOneByOne(theatre, 'sms');
    const findings = mustAllBeReceived(sent);
    await passOutage(theatre);
    findings.push(...(await mustBeIn(theatre, 'sms', ['temporary-failure'])));
    await arm(theatre, {});
    await advanceClock(theatre.url, BACK_OFF);
    findings.push(...(await mustBeIn(theatre, 'sms', ['delivered'])));
    say(`${sent.length} received while the SMS gateway was down for ${HOURS} h, all told when it was back`);
    return [...findings, ...(await theatre.curtain())];
  } finally {
    await theatre.close();
  }
}

/** Hour by hour: every retry of every message is made on the way. */
async function passOutage({ url }: Theatre): Promise<void> {
  for (let hour = 0; hour < HOURS; hour++) await advanceClock(url, 'PT1H');
}

async function sendOneByOne(theatre: Theatre, channel: 'email' | 'sms'): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (let count = 0; count < PEOPLE; count++)
    sent.push(await theatre.send(theatre.nextApplication(({ declared }) => channel === 'sms' || declared.emailCopy)));
  return sent;
}

function mustAllBeReceived(sent: readonly Sent[]): string[] {
  return sent.flatMap(({ application, outcome }) =>
    outcome.kind === 'answer' && outcome.status === 201 ? [] : [`application ${application.serial} was not received`],
  );
}

async function mustBeIn(theatre: Theatre, channel: 'email' | 'sms', states: readonly string[]): Promise<string[]> {
  const messages = await theatre.inDatabase((database) =>
    rowsOf<{ id: string; state: string }>(database, 'SELECT id, state FROM messages WHERE channel = $1', [channel]),
  );
  if (messages.length < PEOPLE) return [`${PEOPLE} messages were owed, there are ${messages.length}`];
  return messages.flatMap(({ id, state }) => (states.includes(state) ? [] : [`message ${id} is ${state} and not ${states.join(' or ')}`]));
}

async function arm({ url }: Theatre, faults: object): Promise<void> {
  const answer = await fetch(`${url}/_sim/faults`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(faults),
  });
  if (answer.status !== 200) throw new Error(`the desk took no faults: ${await answer.text()}`);
}
