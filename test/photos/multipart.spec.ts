import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ClientGone } from '../../src/platform/http/client-gone.ts';
import { STATUS_OF_KIND } from '../../src/platform/refusal-catalogue.ts';
import { Refusal, type Fault } from '../../src/platform/refusal.ts';
import { MOST_FILE_BYTES, MultipartReader } from '../../src/photos/multipart.ts';
import { goodJpeg, paddedTo, threePhotos } from '../support/bad-files.ts';
import { workbench, type Workbench } from './workbench.ts';

const BOUNDARY = 'a-boundary';
const FIELDS = ['fullName', 'phone', 'street'];
const SLOTS = ['portrait', 'idFront', 'idBack'] as const;

interface Answer {
  readonly status: number;
  readonly fields?: Record<string, string>;
  readonly files?: Record<string, { bytes: number; format?: string; sha256: string }>;
  readonly faults?: Fault[];
  readonly code?: string;
}

/** A bare HTTP server around the reader: what it answers is what the reader gave or threw. */
class Door {
  private readonly server = http.createServer((request, response) => void this.handled.push(this.handle(request, response)));
  private readonly handled: Promise<void>[] = [];
  private readonly closings: Promise<unknown>[] = [];
  readonly outcomes: string[] = [];

  constructor(private readonly bench: Workbench) {
    this.server.on('connection', (socket) => this.closings.push(closed(socket)));
  }

  async open(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves once every connection is closed and every request was dealt with. */
  async settled(): Promise<void> {
    await Promise.all(this.closings);
    await Promise.all(this.handled);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reader = new MultipartReader(this.bench.spool);
    try {
      const expected = { fields: SLOTS.map((name) => ({ name, maxCount: 1 as const })), textFields: FIELDS };
      const { fields, files, faults } = await reader.receivePhotos(request, response, expected);
      const told = [...files].map(
        ([slot, { bytes, format, sha256 }]) => [slot, { bytes, format, sha256: sha256.toString('hex') }] as const,
      );
      await Promise.all([...files.values()].map((file) => file.discard()));
      this.answer(response, 200, { fields, files: Object.fromEntries(told), faults, prototype: Object.getPrototypeOf(fields) === null });
    } catch (error) {
      if (error instanceof ClientGone) return void this.outcomes.push('gone');
      if (!(error instanceof Refusal)) return this.answer(response, 500, { code: String(error) });
      this.answer(response, STATUS_OF_KIND[error.kind], { code: error.code });
    }
  }

  private answer(response: ServerResponse, status: number, body: object): void {
    this.outcomes.push(String(status));
    const json = JSON.stringify(body);
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) }).end(json);
  }
}

interface Part {
  readonly name?: string;
  readonly filename?: string;
  readonly type?: string;
  readonly content?: Buffer | string;
  /** The part's header lines, in place of those made from the rest. */
  readonly raw?: string;
}

function form(parts: readonly Part[]): Buffer {
  const encoded = parts.flatMap(({ name, filename, type, content = '', raw }) => [
    Buffer.from(`--${BOUNDARY}\r\n${raw ?? headersOf(name, filename, type)}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...encoded, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

function headersOf(name = '', filename: string | undefined, type: string | undefined): string {
  const disposition = `Content-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}`;
  return type === undefined ? disposition : `${disposition}\r\nContent-Type: ${type}`;
}

function filePart(name: string, content: Buffer, filename = 'photo.jpg'): Part {
  return { name, filename, type: 'image/jpeg', content };
}

let bench: Workbench;
let door: Door;
let good: Buffer;

beforeAll(async () => {
  good = await goodJpeg();
  bench = await workbench();
  door = new Door(bench);
  await door.open();
});
afterEach(async () => {
  expect(await readdir(bench.spoolDirectory)).toEqual([]);
  expect(spoolDescriptors()).toEqual([]);
});
afterAll(async () => {
  await door.close();
  await bench.clear();
});

/** Descriptors of this process that stand in the spool, where the system shows them. */
function spoolDescriptors(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(bench.spoolDirectory) ? [target] : [];
    } catch {
      return [];
    }
  });
}

async function send(
  body: Buffer,
  { headers = {}, chunked = false }: { headers?: http.OutgoingHttpHeaders; chunked?: boolean } = {},
): Promise<Answer> {
  const request = http.request({
    port: door.port,
    method: 'POST',
    // A connection that is not kept alive is the harder case: the server would close it with the answer.
    agent: false,
    headers: {
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
      ...(chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': body.length }),
      ...headers,
    },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const text = (await response.toArray()).join('');
  return { status: response.statusCode!, ...(JSON.parse(text) as object) };
}

function rawRequest(headers: readonly string[], body: string | Buffer = ''): Buffer {
  return Buffer.concat([Buffer.from(['POST / HTTP/1.1', 'Host: x', ...headers, '', ''].join('\r\n')), Buffer.from(body as string)]);
}

/** Resolves when the connection is over, however it ended. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('error', () => undefined).once('close', () => resolve()));
}

async function firstLine(socket: Socket): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString('latin1').split('\r\n')[0]!;
}

describe('a form with photos', () => {
  test('arrives whole: fields as sent, files by content with their hash, nothing left behind', async () => {
    const photos = await threePhotos();
    const answer = await send(form([{ name: 'fullName', content: 'Trần Thị Huỳnh' }, ...SLOTS.map((slot) => filePart(slot, photos[slot])), { name: 'phone', content: '0352153000' }])); // prettier-ignore
    expect(answer).toMatchObject({ status: 200, fields: { fullName: 'Trần Thị Huỳnh', phone: '0352153000' }, faults: [], prototype: true });
    for (const slot of SLOTS) expect(answer.files?.[slot]).toMatchObject({ bytes: photos[slot].length, format: 'jpeg' });
  });

  test('is read the same chunked, without a declared length', async () => {
    const answer = await send(form([filePart('portrait', good)]), { chunked: true });
    expect(answer).toMatchObject({ status: 200, files: { portrait: { bytes: good.length } } });
  });

  test('may hold any file: what is no photo is known by its signature and not kept', async () => {
    const answer = await send(form([filePart('portrait', Buffer.from('<svg/>'), 'photo.jpg'), filePart('idFront', Buffer.alloc(0))]));
    expect(answer).toMatchObject({ status: 200, files: { portrait: { bytes: 6 }, idFront: { bytes: 0 } } });
    expect(answer.files?.portrait?.format).toBeUndefined();
  });

  test('may hold a value far too long for any rule: it arrives, to be refused by the rule', async () => {
    const answer = await send(form([{ name: 'fullName', content: 'Ế'.repeat(10_000) }]));
    expect(answer.fields?.fullName?.length).toBe(10_000);
  });
});

describe('text fields', () => {
  test.each([
    ['one that nobody expects', [{ name: 'status', content: 'APPROVED' }], [{ pointer: '/status', code: 'unknown-field' }]],
    ['__proto__', [{ name: '__proto__', content: 'x' }], [{ pointer: '/__proto__', code: 'unknown-field' }]],
    ['constructor', [{ name: 'constructor', content: 'x' }], [{ pointer: '/constructor', code: 'unknown-field' }]],
    ['a nested name', [{ name: 'phone[prefix]', content: 'x' }], [{ pointer: '/?', code: 'unknown-field' }]],
    ['an array', [{ name: 'phone[]', content: 'x' }], [{ pointer: '/?', code: 'unknown-field' }]],
    ['constructor[prototype][x]', [{ name: 'constructor[prototype][x]', content: 'x' }], [{ pointer: '/?', code: 'unknown-field' }]],
    [
      'one sent twice',
      [
        { name: 'phone', content: '1' },
        { name: 'phone', content: '2' },
      ],
      [{ pointer: '/phone', code: 'wrong-type' }],
    ],
    [
      'one sent three times',
      [1, 2, 3].map((value) => ({ name: 'phone', content: String(value) })),
      [{ pointer: '/phone', code: 'wrong-type' }],
    ],
    ['a photo sent as text', [{ name: 'portrait', content: 'bytes' }], [{ pointer: '/portrait', code: 'wrong-type' }]],
    ['a photo with an empty file name', [{ name: 'portrait', filename: '', type: 'image/jpeg', content: 'bytes' }], [{ pointer: '/portrait', code: 'wrong-type' }]], // prettier-ignore
    [
      'an empty file input of a browser',
      [{ name: 'idBack', filename: '', type: 'application/octet-stream' }],
      [{ pointer: '/idBack', code: 'wrong-type' }],
    ],
    [
      'a value of unknown charset',
      [{ name: 'phone', type: 'text/plain; charset=nobody-knows', content: 'x' }],
      [{ pointer: '/phone', code: 'wrong-type' }],
    ],
    [
      'a value sent as bytes',
      [{ name: 'phone', type: 'application/octet-stream', content: 'x' }],
      [{ pointer: '/phone', code: 'wrong-type' }],
    ],
  ] as const)('%s is a fault of its own, beside all others', async (_what, parts, faults) => {
    const answer = await send(form([...parts, { name: 'fullName', content: 'An' }]));
    expect(answer).toMatchObject({ status: 200, faults, prototype: true });
    expect(Object.keys(answer.fields!).filter((name) => name !== 'phone')).toEqual(['fullName']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('limits', () => {
  test('a photo of exactly 10 MiB is taken, one byte more is not', async () => {
    const exact = await send(form([filePart('portrait', paddedTo(good, MOST_FILE_BYTES))]));
    expect(exact).toMatchObject({ status: 200, files: { portrait: { bytes: 10_485_760, format: 'jpeg' } } });
    for (const chunked of [false, true]) {
      const over = await send(form([filePart('idFront', good), filePart('portrait', paddedTo(good, MOST_FILE_BYTES + 1))]), { chunked });
      expect(over).toMatchObject({ status: 413, code: 'payload-too-large' });
    }
  });

  test('three photos of 10 MiB each are taken', async () => {
    const large = paddedTo(good, MOST_FILE_BYTES);
    expect((await send(form(SLOTS.map((slot) => filePart(slot, large))))).status).toBe(200);
  });

  test('a declared length above all limits is refused before a byte of the body is sent', async () => {
    const socket = connect(door.port, '127.0.0.1');
    socket.write(rawRequest([`Content-Type: multipart/form-data; boundary=${BOUNDARY}`, 'Content-Length: 52428800']));
    expect(await firstLine(socket)).toBe('HTTP/1.1 413 Payload Too Large');
    socket.destroy();
    await closed(socket);
  });

  test('a refusal can be read by a client that sends on, even if it keeps no connection', async () => {
    const huge = form([filePart('portrait', Buffer.alloc(40 * 1024 * 1024, 0xff))]);
    for (const chunked of [false, true]) expect(await send(huge, { chunked })).toMatchObject({ status: 413, code: 'payload-too-large' });
  });

  test('a refusal does not wait for the rest of the body', async () => {
    const socket = connect(door.port, '127.0.0.1');
    const body = form([filePart('nobodyExpectsThis', Buffer.alloc(1000))]).subarray(0, 300);
    socket.write(rawRequest([`Content-Type: multipart/form-data; boundary=${BOUNDARY}`, 'Content-Length: 1000000'], body));
    expect(await firstLine(socket)).toBe('HTTP/1.1 400 Bad Request');
    socket.destroy();
    await closed(socket);
  });

  test('who never stops sending is cut off', async () => {
    const socket = connect(door.port, '127.0.0.1').on('error', () => undefined);
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 0x20), Buffer.from('\r\n')]);
    socket.write(rawRequest([`Content-Type: multipart/form-data; boundary=${BOUNDARY}`, 'Transfer-Encoding: chunked']));
    socket.resume();
    let sent = 0;
    const cut = closed(socket);
    const pour = (): void => {
      while (!socket.destroyed && sent < 500) {
        sent++;
        if (!socket.write(piece)) return void socket.once('drain', pour);
      }
    };
    pour();
    await cut;
    expect(sent).toBeLessThan(200);
  });

  const short = (_: unknown, index: number) => ({ name: `f${index}`, content: 'x' });
  test.each([
    ['a text of more than 64 KiB', 413, [{ name: 'street', content: 'x'.repeat(65_537) }]],
    ['25 text fields', 200, Array.from({ length: 25 }, short)],
    ['26 text fields', 400, Array.from({ length: 26 }, short)],
    ['101 text fields', 400, Array.from({ length: 101 }, short)],
    ['a field name of 64 letters', 200, [{ name: 'n'.repeat(64), content: 'x' }]],
    ['a field name of 65 letters', 400, [{ name: 'n'.repeat(65), content: 'x' }]],
    ['a part without a name', 400, [{ content: 'x' }]],
    ['a file without a name', 400, [{ filename: 'a.jpg', content: 'x' }]],
    [
      'a part header of 20 KB',
      400,
      [{ raw: `Content-Disposition: form-data; name="phone"\r\nX-Long: ${'x'.repeat(20_000)}`, content: 'x' }],
    ],
  ])('%s → %i', async (_what, status, parts) => {
    expect((await send(form(parts))).status).toBe(status);
  });
});

describe('file parts', () => {
  const image = (name: string) => filePart(name, Buffer.from('x'));
  test.each([
    ['one that nobody expects', [image('selfie')]],
    ['one sent twice', [image('portrait'), image('portrait')]],
    ['a fourth', [...SLOTS.map(image), image('extra')]],
    ['a text field sent as a file', [image('phone')]],
    ['one that nobody expects, without a file name', [{ name: 'selfie', type: 'application/octet-stream', content: 'x' }]],
  ])('%s makes the form malformed, whatever else is in it', async (_what, parts) => {
    expect(
      await send(form([filePart('idFront', good), ...parts].filter(({ name }, index) => index === 0 || name !== 'idFront'))),
    ).toMatchObject({
      status: 400,
      code: 'malformed-request',
    });
  });

  test('a malformed form is answered, even where a photo begins in the packet with the fault and ends in another', async () => {
    expect(await send(form([image('phone'), filePart('portrait', good)]))).toMatchObject({ status: 400, code: 'malformed-request' });
  });

  test.each([
    ['that climbs', '../../../etc/passwd'],
    ['that climbs on Windows', '..\\\\..\\\\x.jpg'],
    ['that is a path', '/etc/cron.d/x'],
    ['with an encoded NUL', 'a%00.jpg'],
    ['with encoded line ends', 'a%0D%0ASet-Cookie: x=1'],
    ['with an encoded quote', 'a%22.jpg'],
    ['of 5,000 letters', 'x'.repeat(5000)],
    ['in Vietnamese', 'ảnh thẻ.jpg'.normalize('NFD')],
    ['of a script', 'x.php.jpg'],
    ['of a server’s configuration', '.htaccess'],
    ['of a device', 'CON.jpg'],
    ['that ends in a space', 'x.jpg '],
    ['that reads backwards', '\u202Egpj.exe'],
    ['of a picture sign', '🪪.jpg'],
    ['that is a formula', "=cmd|' /C calc'!A0.jpg"],
  ])('a name %s is of no consequence', async (_what, filename) => {
    const answer = await send(form([filePart('portrait', good, filename)]));
    expect(answer).toMatchObject({ status: 200, files: { portrait: { format: 'jpeg' } } });
    expect(JSON.stringify(answer)).not.toContain(filename);
  });

  test('a name with a raw NUL breaks the form', async () => {
    expect(await send(form([filePart('portrait', good, 'a\u0000.jpg')]))).toMatchObject({ status: 400, code: 'malformed-request' });
  });

  test.each([
    ['of another picture', 'image/svg+xml'],
    ['of a page', 'text/html'],
    ['with a charset', 'image/jpeg; charset=utf-7'],
    ['of 10 KB', `image/${'j'.repeat(10_000)}`],
  ])('a declared type %s is of no consequence', async (_what, type) => {
    const answer = await send(form([{ name: 'portrait', filename: 'a.jpg', type, content: good }]));
    expect(answer).toMatchObject({ status: 200, files: { portrait: { format: 'jpeg' } } });
  });
});

describe('what is no form', () => {
  const whole = () => form([filePart('portrait', good), { name: 'phone', content: '1' }]);
  test.each([
    ['JSON', 'application/json', () => Buffer.from('{}'), 415],
    ['multipart of another kind', `multipart/mixed; boundary=${BOUNDARY}`, whole, 415],
    ['no boundary', 'multipart/form-data', whole, 400],
    ['an empty boundary', 'multipart/form-data; boundary=', whole, 400],
    ['another boundary than announced', 'multipart/form-data; boundary=other', whole, 400],
    ['a form without its end', undefined, () => whole().subarray(0, -6), 400],
    ['a form cut within a photo', undefined, () => whole().subarray(0, 20_000), 400],
    ['a form cut within a header', undefined, () => whole().subarray(0, 40), 400],
    ['no body', undefined, () => Buffer.alloc(0), 400],
    ['lines that end in LF only', undefined, () => Buffer.from(whole().toString('latin1').replaceAll('\r\n', '\n'), 'latin1'), 400],
    ['part headers of noise', undefined, () => Buffer.from(`--${BOUNDARY}\r\n\x01\x02: x\r\n\r\nx\r\n--${BOUNDARY}--\r\n`), 400],
    ['noise', undefined, () => Buffer.alloc(300_000, 0x2d), 400],
  ] as const)('%s is refused', async (_what, type, body, status) => {
    const answer = await send(body(), { headers: type ? { 'Content-Type': type } : {} });
    expect([answer.status, answer.code]).toEqual([status, status === 415 ? 'unsupported-media-type' : 'malformed-request']);
  });

  test('a packed body is refused', async () => {
    expect((await send(whole(), { headers: { 'Content-Encoding': 'gzip' } })).status).toBe(415);
  });

  test('a boundary of 71 characters and a preamble are read over', async () => {
    const boundary = 'b'.repeat(71);
    const body = Buffer.concat([Buffer.alloc(100_000, 0x61), Buffer.from('\r\n'), Buffer.from(form([{ name: 'phone', content: '1' }]).toString().replaceAll(BOUNDARY, boundary))]); // prettier-ignore
    const answer = await send(body, { headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } });
    expect(answer).toMatchObject({ status: 200, fields: { phone: '1' } });
  });

  test('any single changed byte is answered, and never by a fault of ours', async () => {
    const small = form([filePart('portrait', good.subarray(0, 400)), { name: 'phone', content: '1' }, { name: 'fullName', content: 'An' }]);
    const chance = numbersFrom(20_260);
    for (let round = 0; round < 300; round++) {
      const changed = Buffer.from(small);
      changed[chance(small.length)] = chance(256);
      const { status } = await send(changed);
      expect([200, 400, 413]).toContain(status);
    }
  });
});

describe('a client that leaves', () => {
  test('leaves no file and no descriptor, wherever it stops', async () => {
    const body = form([...SLOTS.map((slot) => filePart(slot, good)), { name: 'phone', content: '1' }]);
    const whole = rawRequest([`Content-Type: multipart/form-data; boundary=${BOUNDARY}`, `Content-Length: ${body.length}`], body);
    await send(body);
    await door.settled();
    const socketsBefore = openSockets();
    const chance = numbersFrom(7);
    const goneBefore = door.outcomes.filter((outcome) => outcome === 'gone').length;
    for (let round = 0; round < 60; round++) {
      const socket = connect(door.port, '127.0.0.1');
      await new Promise((resolve) => socket.write(whole.subarray(0, 200 + chance(whole.length - 300)), resolve));
      // Half of them hang up in order, so that all they sent arrives; half are torn away.
      if (round % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
      await closed(socket);
    }
    await door.settled();
    expect(await readdir(bench.spoolDirectory)).toEqual([]);
    expect(spoolDescriptors()).toEqual([]);
    expect(openSockets()).toBeLessThanOrEqual(socketsBefore);
    expect(door.outcomes.filter((outcome) => outcome === 'gone').length - goneBefore).toBeGreaterThan(30);
  });

  test('before the form was looked at is noticed all the same', async () => {
    const request = { destroyed: true, complete: false, headers: {} } as IncomingMessage;
    const reading = new MultipartReader(bench.spool).receivePhotos(request, {} as ServerResponse, { fields: [], textFields: [] });
    await expect(reading).rejects.toBeInstanceOf(ClientGone);
  });
});

function openSockets(): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}

/** Whole numbers below a limit, the same for the same seed. */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * limit);
  };
}
