import { readFileSync } from 'node:fs';
import nodemailer from 'nodemailer';
import PostalMime from 'postal-mime';

/**
 * Nodemailer's pooled transport in a loop, with as many connections as the service has: the same mail to so many people. Left out:
 * everything else, the outbox in the database above all.
 */
const { SMTP_URL, MAIL, COUNT } = process.env as Record<string, string>;
const { subject, text, html } = await PostalMime.parse(readFileSync(MAIL!));
const transport = nodemailer.createTransport({ url: SMTP_URL!, pool: true, maxConnections: 5, maxMessages: Infinity });

async function send(serial: number): Promise<void> {
  const to = `bench-${serial}@example.vn`;
  await transport.sendMail({
    from: { name: 'BHXH', address: 'no-reply@bhxh.example' },
    to: { name: '', address: to },
    envelope: { from: 'no-reply@bhxh.example', to: [to] },
    ...{ subject, text, html },
  });
}

let next = 0;
const lane = async () => {
  while (next < Number(COUNT)) await send(next++);
};
// Once in vain: connections and code are there.
await Promise.all(Array.from({ length: 10 }, (_, serial) => send(-1 - serial)));
const begun = performance.now();
await Promise.all(Array.from({ length: 10 }, lane));
process.stdout.write(`${(performance.now() - begun) / 1000}\n`);
transport.close();
