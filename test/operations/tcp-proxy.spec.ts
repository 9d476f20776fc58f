import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LineMode } from '../support/tcp-line.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const REQUEST = 'a request of thirty-two letters.';

/** Hears a whole request, then answers with it, twice. */
let server: Server;
let heard: string[];
let proxy: TcpProxy;

beforeEach(async () => {
  heard = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (part: string) => {
      heard.push(part);
      if (heard.join('').endsWith('.')) socket.write(REQUEST + REQUEST);
    });
    socket.on('end', () => socket.end(`${heard.join('')}|`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await TcpProxy.before(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.close();
  server.close();
});

async function line(): Promise<Socket> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

/** @returns what came, and how the line ended */
async function ending(socket: Socket): Promise<{ came: string; how: string }> {
  let came = '';
  socket.on('data', (part: Buffer) => (came += part.toString()));
  const how = await Promise.race([
    once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? 'error'),
    once(socket, 'end').then(() => 'end'),
  ]);
  socket.destroy();
  return { came, how };
}

async function sends(mode: LineMode, what = REQUEST): Promise<{ came: string; how: string }> {
  proxy.becomes(mode);
  const socket = await line();
  socket.write(what);
  return ending(socket);
}

describe('a line through the proxy', () => {
  it('passes on what both ends say, and that they have no more to say', async () => {
    const socket = await line();
    socket.end(REQUEST);
    expect(await text(socket)).toBe(`${REQUEST}${REQUEST}${REQUEST}|`);
    expect(proxy.taken).toBe(1);
  });

  it.each<LineMode>([
    { kind: 'delay', milliseconds: 20 },
    { kind: 'dribble', bytes: 5, everyMilliseconds: 1 },
  ])('may be slow ($kind), and loses nothing', async (mode) => {
    proxy.becomes(mode);
    const began = performance.now();
    const socket = await line();
    socket.end(REQUEST);
    expect(await text(socket)).toBe(`${REQUEST}${REQUEST}${REQUEST}|`);
    expect(performance.now() - began).toBeGreaterThan(7);
    if (mode.kind === 'dribble') expect(heard.length).toBeGreaterThan(1);
  });

  it('may be reset after so many bytes of the request: the server never hears the rest', async () => {
    const { came, how } = await sends({ kind: 'reset', after: 20, way: 'up' });
    expect({ came, how }).toEqual({ came: '', how: 'ECONNRESET' });
    expect(heard.join('').length).toBeLessThanOrEqual(20);
  });

  it('may be reset after so many bytes of the answer', async () => {
    // With something still to read the system may tell the client of an end instead.
    const { came, how } = await sends({ kind: 'reset', after: 40, way: 'down' });
    expect(['ECONNRESET', 'end']).toContain(how);
    expect(came.length).toBeLessThanOrEqual(40);
    expect(heard.join('')).toBe(REQUEST);
  });

  it('may swallow the answer to a request that was heard', async () => {
    expect(await sends({ kind: 'drop-response' })).toEqual({ came: '', how: 'ECONNRESET' });
    expect(heard.join('')).toBe(REQUEST);
  });

  it('may be half closed: the server hears the end too early, and its answer still comes', async () => {
    const { came, how } = await sends({ kind: 'half-close', after: 9 });
    expect({ came, how }).toEqual({ came: 'a request|', how: 'end' });
  });

  it('may be a black hole: nothing moves until it is open again, and nothing is lost', async () => {
    proxy.freeze();
    const frozen = await line();
    frozen.end(REQUEST);
    const answer = text(frozen);
    // Who comes later and is let through is served, so whatever would have moved has had its time.
    proxy.each(() => ({ kind: 'pass' }));
    const other = await line();
    other.write('Anybody?.');
    await once(other, 'data');
    expect(heard).toEqual(['Anybody?.']);
    heard = [];
    await proxy.open();
    expect(await answer).toBe(`${REQUEST}${REQUEST}${REQUEST}|`);
    other.destroy();
  });

  it('may be each line’s own matter', async () => {
    proxy.each((place) => (place === 1 ? { kind: 'drop-response' } : { kind: 'pass' }));
    const [whole, dropped] = [await line(), await line()];
    whole.end(REQUEST);
    expect(await text(whole)).toBe(`${REQUEST}${REQUEST}${REQUEST}|`);
    dropped.write(REQUEST);
    expect((await ending(dropped)).how).toBe('ECONNRESET');
  });
});

describe('a proxy', () => {
  it('that is shut refuses, and cuts what there was; opened, it listens where it did', async () => {
    const socket = await line();
    const cut = ending(socket);
    await proxy.shut();
    expect((await cut).how).toBe('ECONNRESET');
    await expect(line()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.open();
    const again = await line();
    again.end(REQUEST);
    expect(await text(again)).toContain(REQUEST);
  });

  it('before a server that is gone resets whoever comes', async () => {
    server.close();
    expect((await ending(await line())).how).toBe('ECONNRESET');
  });
});
