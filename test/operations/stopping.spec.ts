import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { World } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

const AT_ONCE = 5;
/** Each of them is like all others, so that each takes long. */
const ALIKE = 1_500;
/** What is under way may take 25 seconds, messages ten more. */
const LONGEST_STOP_MS = 36_000;

let server: TestServer;
let world: World;
let records: Records;

beforeEach(async () => {
  server = await startServer();
  world = new World(server.url);
  records = Records.of(server.database);
});
afterEach(async () => {
  await records.close();
  await server.dispose();
});

/** A submission of which half has been sent. */
async function halfSent(
  agent?: Agent,
): Promise<{ sent: ClientRequest; finish: () => Promise<{ status: number; body: string; connection: string | undefined }> }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(world.stranger().form)) form.append(name, value);
  for (const [slot, bytes] of Object.entries(await world.drawnPhotos())) form.append(slot, new Blob([new Uint8Array(bytes)]), 'photo.jpg');
  const encoded = new Response(form);
  const body = Buffer.from(await encoded.arrayBuffer());
  const sent: ClientRequest = request(`${server.url}/v1/declarations`, {
    method: 'POST',
    agent,
    headers: {
      'Content-Type': encoded.headers.get('content-type')!,
      'Content-Length': body.length,
      'Idempotency-Key': crypto.randomUUID(),
      Expect: '100-continue',
    },
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  answered.catch(() => undefined);
  sent.flushHeaders();
  // The server has read the request's head by the time it says so.
  await once(sent, 'continue');
  sent.write(body.subarray(0, body.length / 2));
  return {
    sent,
    finish: async () => {
      sent.end(body.subarray(body.length / 2));
      const [response] = await answered;
      return { status: response.statusCode!, body: await text(response), connection: response.headers.connection };
    },
  };
}

/** Resolves when nobody new is let in. */
async function doorIsShut(url = server.url): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const refused = await Promise.race([
      once(socket, 'connect').then(() => false),
      once(socket, 'error').then(
        () => true,
        () => true,
      ),
    ]).catch(() => true);
    socket.destroy();
    if (refused) return;
  }
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('shuts the door at once, lets what is under way finish, and ends with 0', async () => {
    const agent = new Agent({ keepAlive: true });
    const underWay = await Promise.all(Array.from({ length: AT_ONCE }, () => halfSent(agent)));
    const ended = server.stop(signal);
    await doorIsShut();
    const answers = await Promise.all(underWay.map(({ finish }) => finish()));
    for (const { status, connection, body } of answers) {
      expect({ status, connection }).toEqual({ status: 201, connection: 'close' });
      expect(JSON.parse(body)).toMatchObject({ status: 'SUBMITTED' });
    }
    expect(await ended).toBe(0);
    agent.destroy();
    expect(await records.count('declarations', `status = 'SUBMITTED'`)).toBe(AT_ONCE);
    expect(server.output()).not.toMatch(/"level":"(error|fatal)"/);
  });
});

describe('a second signal', () => {
  it('does not wait any longer', async () => {
    const { finish } = await halfSent();
    const ended = server.stop('SIGTERM');
    await doorIsShut();
    server.process.kill('SIGTERM');
    expect(await ended).toBe(1);
    await expect(finish()).rejects.toThrow();
    expect(await records.count('declarations')).toBe(0);
  });
});

describe('who sends so slowly that it never ends', () => {
  it('is cut off, and the service ends with 0 within the time that it is given', async () => {
    const { sent } = await halfSent();
    sent.on('error', () => undefined);
    const dribbling = setInterval(() => sent.write('x'), 200);
    try {
      const begun = performance.now();
      expect(await server.stop('SIGTERM')).toBe(0);
      expect(performance.now() - begun).toBeLessThan(LONGEST_STOP_MS);
    } finally {
      clearInterval(dribbling);
      sent.destroy();
    }
    expect(await records.count('declarations')).toBe(0);
  }, 60_000);
});

describe('work that nobody waits for', () => {
  it('is left to whoever comes next: of very many dossiers that are to be compared, most are still to be', async () => {
    const sent = await world.stranger().submits({ photos: await world.plainPhotos() });
    for (let copy = 0; copy < ALIKE; copy++) await records.copyDossier(sent.id);
    while ((await records.count('comparisons', 'answered >= asked')) < 2);
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(await records.count('comparisons', 'answered < asked')).toBeGreaterThan(ALIKE / 2);
    expect(server.output()).not.toMatch(/"level":"(error|fatal)"/);
  }, 60_000);
});

/** Asks whether a copy is ready, over a connection of the agent. */
async function readiness(url: string, agent: Agent): Promise<{ status: number; connection: string | undefined; keptOpen: boolean }> {
  const asked = request(`${url}/health/ready`, { agent }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await text(response);
  return { status: response.statusCode!, connection: response.headers.connection, keptOpen: asked.reusedSocket };
}

describe('a copy that others stand beside', () => {
  it('says that it leaves while its door is still open, to who is connected and to who comes, and does what it is asked', async () => {
    const leaving = await startServer({ beside: server, environment: { LEAVE_SECONDS: '6' } });
    const comer = new World(leaving.url);
    const photos = await comer.plainPhotos();
    const [agent, other] = [new Agent({ keepAlive: true, maxSockets: 1 }), new Agent()];
    try {
      expect(await readiness(leaving.url, agent)).toMatchObject({ status: 200 });
      const ended = leaving.stop('SIGTERM');
      // Looked for by others: an answer that the signal meets on its way is the last of its own connection.
      while ((await readiness(leaving.url, other)).status === 200);
      expect(await readiness(leaving.url, agent)).toEqual({ status: 503, connection: 'close', keptOpen: true });
      expect(await readiness(leaving.url, agent)).toEqual({ status: 503, connection: 'close', keptOpen: false });
      const { status, headers } = await fetch(`${leaving.url}/health/live`);
      expect([status, headers.get('connection')]).toEqual([200, 'close']);
      await comer.stranger().submits({ photos });
      expect(await records.count('declarations', `status = 'SUBMITTED'`)).toBe(1);
      await doorIsShut(leaving.url);
      expect(await ended).toBe(0);
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    } finally {
      for (const each of [agent, other]) each.destroy();
      await leaving.dispose();
    }
  });
});
