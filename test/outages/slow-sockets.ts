import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Rehearsal } from './rehearsals.ts';
import { look, percentile, Theatre } from './theatre.ts';

/** Node looks every 30 s for who has exceeded 10 s for the headers, or a minute for all. */
const LONGEST_LIFE_MS = 100_000;
const DRIBBLE_MS = 1_000;
/** Good traffic beside them. */
const GOOD = 30;
const MOST_FOR_GOOD_MS = 5_000;

interface Dribbler {
  readonly kind: 'headers' | 'body';
  /** What it was told before it was cut off. */
  readonly end: Promise<string>;
}

/** Half of them never finish their headers, the other half never their body; everybody else is served as ever. */
export async function slowSockets({ directory, seed, say, slow }: Rehearsal): Promise<string[]> {
  const theatre = await Theatre.opens({ directory, seed, say });
  try {
    const isOver = new AbortController();
    const began = performance.now();
    const dribblers = await Promise.all(
      Array.from({ length: slow }, (_, index) => dribbler(theatre.url, index % 2 === 0 ? 'headers' : 'body', isOver.signal)),
    );
    const findings: string[] = [];
    const served: number[] = [];
    for (let count = 0; count < GOOD; count++) {
      const sent = await theatre.send();
      findings.push(...theatre.mustBeServedOrPutOff([sent], MOST_FOR_GOOD_MS));
      if (sent.outcome.kind === 'answer' && sent.outcome.status !== 201) findings.push('somebody was put off because of slow sockets');
      served.push(sent.ms, (await look(`${theatre.url}/v1/offices/03102`)).ms);
    }
    const deadline = pause(Math.max(0, LONGEST_LIFE_MS - (performance.now() - began)), undefined, { signal: isOver.signal }).catch(
      () => undefined,
    );
    const ends = await Promise.all(
      dribblers.map(async ({ kind, end }) => ({ kind, told: await Promise.race([end, deadline.then(() => 'still there')]) })),
    );
    say(
      `${slow} slow sockets, all gone after ${Math.round((performance.now() - began) / 1000)} s · beside them ${served.length} requests, p50 ${Math.round(percentile(served, 50))} ms, p99 ${Math.round(percentile(served, 99))} ms`,
    );
    for (const kind of ['headers', 'body'] as const) {
      const told = ends.filter((end) => end.kind === kind).map((end) => end.told);
      say(`slow ${kind}: ${[...new Set(told)].map((words) => `${words} ×${told.filter((one) => one === words).length}`).join(', ')}`);
      findings.push(...told.filter((words) => !['408', 'closed'].includes(words)).map((words) => `a socket with slow ${kind}: ${words}`));
    }
    isOver.abort();
    return [...findings, ...(await theatre.curtain())];
  } finally {
    await theatre.close();
  }
}

async function dribbler(url: string, kind: Dribbler['kind'], over: AbortSignal): Promise<Dribbler> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  const head = 'POST /v1/declarations HTTP/1.1\r\nHost: localhost\r\n';
  socket.write(
    kind === 'headers'
      ? head
      : `${head}Idempotency-Key: ${crypto.randomUUID()}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\n`,
  );
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
  const timer = setInterval(() => socket.write(kind === 'headers' ? 'X-Slow: 1\r\n' : 'x'), DRIBBLE_MS);
  over.addEventListener('abort', () => socket.destroy());
  const end = once(socket, 'close').then(() => {
    clearInterval(timer);
    return /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed';
  });
  return { kind, end };
}
