import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, percentile } from './harness/bench-line.ts';
import { Drafts, holdWhatFollows, letWhatFollows } from './harness/drafts.ts';
import { LoadGenerator } from './harness/load.ts';
import type { Section } from './harness/section.ts';
import { Town } from './harness/town.ts';

const SIZES = {
  quick: { messages: 100, rounds: 1, submissions: 20, dossiers: 1_000 },
  whole: { messages: 2_000, rounds: 5, submissions: 150, dossiers: 10_000 },
};
const CHANNELS = {
  email: { purpose: 'received', recipient: `'bench-' || serial || '@example.vn'` },
  sms: { purpose: 'received', recipient: `'+84352000000'` },
};

/** Of a dossier each. With every round an issue of its own, which is what makes it another message. */
const messages = (channel: keyof typeof CHANNELS) => `
  INSERT INTO messages (id, declaration_id, purpose, issue, channel, recipient, next_attempt_at, expires_at, created_at)
  SELECT gen_random_uuid(), id, '${CHANNELS[channel].purpose}', $1, '${channel}', ${CHANNELS[channel].recipient}, now(), now() + interval '1 day', now()
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS serial FROM declarations WHERE dossier_number IS NOT NULL) AS dossiers
  WHERE serial <= $2`;

/** How soon the outbox empties itself into a mail server beside it, and whether anybody who submits meanwhile notices. */
export const outboxSection: Section = {
  name: 'outbox',
  title: 'the outbox: mail to an SMTP server beside it, SMS to the stub, and submissions meanwhile',
  run: ({ quick, profile }) =>
    Town.with(
      async (town) => {
        const { messages: count, rounds, submissions } = quick ? SIZES.quick : SIZES.whole;
        const firstMail = join(town.directory, 'first.eml');
        const sink = await town.baseline('smtp-sink.baseline', { FIRST_MAIL: firstMail });
        const service = await town.service({ TRUST_PROXY: 'loopback', SMTP_URL: sink.url }, { profile });
        const drafts = await Drafts.in(town, service.url);
        const from = await drafts.make(submissions * 3 + 1, 50);
        const submit = await LoadGenerator.with({ module: import.meta.resolve('./shots/submit-draft.shots.js'), args: { from } });
        town.onClose(() => submit.stop());
        let next = 0;
        /** One after the other, so that nobody waits for another submission. */
        const submitLatency = async (requests: number) => {
          const met = await submit.fire({ urls: [service.url], clients: 1, requests, from: next });
          next = met.next;
          if (met.statuses['201'] !== met.requests) throw new Error(`submissions were answered ${JSON.stringify(met)}`);
          return met.latencies;
        };
        await submitLatency(1);
        let issue = 10;
        const drain = async (channel: keyof typeof CHANNELS, many: number) => {
          const { rowCount } = await town.owner.query(messages(channel), [issue++, many]);
          if (rowCount !== many) throw new Error(`${rowCount} messages were to be sent`);
          return emptied(town);
        };
        await drain('email', 10);
        await drain('sms', 10);
        const mails: number[] = [];
        const bare: number[] = [];
        const texts: number[] = [];
        for (let round = 0; round < rounds; round++) {
          mails.push(count / (await drain('email', count)));
          bare.push(count / (await bareLoop(sink.url, firstMail, count)));
          texts.push(count / (await drain('sms', count)));
        }
        await holdWhatFollows(town.owner);
        await submitLatency(submissions);
        const before = await submitLatency(submissions);
        await letWhatFollows(town.owner);
        const draining = drain('email', count * 3);
        const meanwhile = await submitLatency(submissions);
        await draining;
        return {
          lines: [
            {
              name: 'mails against nodemailer’s bare loop',
              value: median(mails.map((rate, round) => rate / bare[round]!)),
              unit: '×',
              least: 0.7,
            },
            { name: 'mails', value: median(mails), unit: '/s' },
            { name: 'mails, bare loop', value: median(bare), unit: '/s' },
            { name: 'SMS to the stub', value: median(texts), unit: '/s' },
            { name: 'a submission, p50, nothing to send', value: percentile(before, 0.5), unit: 'ms' },
            { name: 'a submission, p50, while mail is sent', value: percentile(meanwhile, 0.5), unit: 'ms' },
            { name: 'a submission, p99, nothing to send', value: percentile(before, 0.99), unit: 'ms' },
            { name: 'a submission, p99, while mail is sent', value: percentile(meanwhile, 0.99), unit: 'ms' },
            { name: '… memory at most', value: await service.mostMegabytes(), unit: 'MB' },
          ],
          notes: { messages: count, mails, bare, texts, before, meanwhile },
        };
      },
      { dossiers: (quick ? SIZES.quick : SIZES.whole).dossiers },
    ),
};

/** In seconds, from when the relay has noticed: it is woken by what this very process writes, and looks for others' once a second. */
async function emptied({ owner }: Town): Promise<number> {
  let begun: number | undefined;
  for (;;) {
    const { rows } = await owner.query<{ left: boolean; begun: boolean }>(
      `SELECT EXISTS (SELECT FROM messages WHERE state IN ('created', 'sending', 'temporary-failure') AND next_attempt_at < now() + interval '10 minutes') AS left,
         EXISTS (SELECT FROM messages WHERE state = 'sending') AS begun`,
    );
    if (rows[0]!.begun) begun ??= performance.now();
    if (!rows[0]!.left) break;
    await pause(begun === undefined ? 2 : 20);
  }
  const { rows } = await owner.query<{ state: string }>(
    `SELECT DISTINCT state FROM messages WHERE state IN ('permanent-failure', 'technical-failure', 'expired') AND finished_at > now() - interval '1 hour'`,
  );
  if (rows.length > 0) throw new Error(`messages ended as ${rows.map(({ state }) => state).join(', ')}`);
  return (performance.now() - begun!) / 1000;
}

/** In seconds. */
async function bareLoop(url: string, mail: string, count: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.resolve('./baseline/mail.baseline.js'))], {
    env: { PATH: process.env.PATH, SMTP_URL: url, MAIL: mail, COUNT: String(count) },
  });
  return Number(stdout);
}
