import { once, setMaxListeners } from 'node:events';
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
/** Of what it took them before. */
const MOST_SLOWER = 3;

/** A few may be cut off early: not so many that those who are served beside them have the machine to themselves. */
const LEAST_OPEN = 0.95;

const KINDS = ['headers', 'body', 'idle'] as const;

interface Dribbler {
  readonly kind: (typeof KINDS)[number];
  readonly socket: Socket;
  /** What it was told before it was cut off. */
  readonly end: Promise<string>;
}

/** One in three never finishes its headers, one never its body, one never says anything; everybody else is served as ever. */
export async function slowSockets({ directory, seed, say, slow }: Rehearsal): Promise<string[]> {
  const theatre = await Theatre.opens({ directory, seed, say });
  try {
    const before: number[] = [];
    for (let count = 0; count < GOOD / 3; count++) before.push((await theatre.send()).ms);
    const most = Math.max(MOST_FOR_GOOD_MS, MOST_SLOWER * Math.max(...before));
    const isOver = new AbortController();
    setMaxListeners(slow + 1, isOver.signal);
    const began = performance.now();
    const dribblers = await Promise.all(
      Array.from({ length: slow }, (_, index) => dribbler(theatre.url, KINDS[index % KINDS.length]!, isOver.signal)),
    );
    const findings: string[] = [];
    // Whoever was turned away at once has heard of it when somebody else has been served.
    findings.push(...theatre.mustBeServedOrPutOff([await theatre.send()], most));
    const open = dribblers.filter(({ socket }) => socket.readyState === 'open').length;
    if (open < LEAST_OPEN * slow) findings.push(`only ${open} of ${slow} slow sockets are open when the good traffic begins`);
    const served: number[] = [];
    for (let count = 0; count < GOOD; count++) {
      const sent = await theatre.send();
      findings.push(...theatre.mustBeServedOrPutOff([sent], most));
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
      `${slow} slow sockets, ${open} open beside the good traffic, all gone after ${Math.round((performance.now() - began) / 1000)} s · beside them ${served.length} requests, p50 ${Math.round(percentile(served, 50))} ms, p99 ${Math.round(percentile(served, 99))} ms`,
    );
    for (const kind of KINDS) {
      const told = ends.filter((end) => end.kind === kind).map((end) => end.told);
      // Who has begun a request is owed an answer to it.
      const owed = kind === 'idle' ? ['408', 'closed'] : ['408'];
      say(`slow ${kind}: ${[...new Set(told)].map((words) => `${words} ×${told.filter((one) => one === words).length}`).join(', ')}`);
      findings.push(...told.filter((words) => !owed.includes(words)).map((words) => `a socket with slow ${kind}: ${words}`));
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
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
  over.addEventListener('abort', () => socket.destroy());
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const timer = kind === 'idle' ? undefined : dribble(socket, kind);
  const end = closed.then(() => {
    clearInterval(timer);
    return /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed';
  });
  return { kind, socket, end };
}

function dribble(socket: Socket, kind: 'headers' | 'body'): NodeJS.Timeout {
  const head = 'POST /v1/declarations HTTP/1.1\r\nHost: localhost\r\n';
  socket.write(
    kind === 'headers'
      ? head
      : `${head}Idempotency-Key: ${crypto.randomUUID()}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\n`,
  );
  return setInterval(() => socket.write(kind === 'headers' ? 'X-Slow: 1\r\n' : 'x'), DRIBBLE_MS);
}
