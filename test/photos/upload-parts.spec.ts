import { randomUUID } from 'node:crypto';
import { copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PhotoDamaged } from '../../src/photos/photo-damaged.ts';
import type { ReceivedPart } from '../../src/photos/upload-parts.storage.ts';
import { workbench, type Workbench } from './workbench.ts';

const UPLOAD = randomUUID();
const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));

let bench: Workbench;
let server: Server;
let receives: (request: IncomingMessage) => Promise<unknown>;

beforeAll(async () => {
  server = createServer((incoming, response) => void receives(incoming).finally(() => response.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});
beforeEach(async () => {
  bench = await workbench();
});
afterEach(() => bench.clear());

const pathOf = (id: string) => join(bench.storeDirectory, 'default', 'uploads', `${id}.part`);

/** Sends bytes over a real connection. */
async function received(firstByte: number, bytes: Buffer, most = BYTES.length - firstByte): Promise<ReceivedPart> {
  return new Promise((resolve, reject) => {
    receives = (incoming) => bench.parts.receive(incoming, { uploadId: UPLOAD, firstByte, most }).then(resolve, reject);
    const { port } = server.address() as AddressInfo;
    request({ port, method: 'PATCH', headers: { 'Content-Length': bytes.length, Connection: 'close' } })
      .on('response', (response) => response.resume())
      .end(bytes);
  });
}

async function readBack(ids: readonly string[], uploadId = UPLOAD): Promise<Buffer | string> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of bench.parts.read(uploadId, ids)) pieces.push(piece);
    return Buffer.concat(pieces);
  } catch (error) {
    return error instanceof PhotoDamaged ? error.reason : String(error);
  }
}

describe('pieces of an upload', () => {
  let ids: string[];
  beforeEach(async () => {
    const pieces = [await received(0, BYTES.subarray(0, 70_000)), await received(70_000, BYTES.subarray(70_000))];
    ids = pieces.map(({ part }) => part!.id);
    expect(pieces.map(({ part }) => part!.bytes)).toEqual([70_000, 129_999]);
    expect(pieces[1]!.lastByte).toEqual(BYTES.subarray(-1));
  });

  test('are given back in their order, but for the last byte', async () => {
    expect(await readBack(ids)).toEqual(BYTES.subarray(0, -1));
  });

  test('that come again are other files, of which no two are alike', async () => {
    const again = await received(0, BYTES.subarray(0, 70_000));
    const [one, other] = await Promise.all([ids[0]!, again.part!.id].map((id) => readFile(pathOf(id))));
    expect(one).toHaveLength(other!.length);
    expect(one!.subarray(13).equals(other!.subarray(13))).toBe(false);
  });

  test.each([
    ['is gone', (id: string) => bench.parts.discard([id]), 'missing'],
    ['was cut', (id: string) => truncate(pathOf(id), 60_000), 'not-authentic'],
    ['is empty', (id: string) => writeFile(pathOf(id), ''), 'not-a-photo-file'],
    ['was changed', async (id: string) => writeFile(pathOf(id), flipped(await readFile(pathOf(id)))), 'not-authentic'],
    ['was put in the place of another', (id: string) => copyFile(pathOf(id), pathOf(ids[0]!)), 'not-authentic'],
  ])('of which one %s are no photo', async (_what, harm, reason) => {
    await harm(ids[1]!);
    expect(await readBack(ids)).toBe(reason);
  });

  test('are no photo in another order, and none of another upload', async () => {
    expect(await readBack([...ids].reverse())).toBe('not-authentic');
    expect(await readBack(ids, randomUUID())).toBe('not-authentic');
  });

  test('leave no file when nothing is to be kept', async () => {
    await bench.parts.discard(ids);
    expect(await received(199_999, BYTES.subarray(-1))).toEqual({ part: undefined, lastByte: BYTES.subarray(-1), isCut: false });
    await expect(received(0, BYTES, 1000)).rejects.toMatchObject({ code: 'payload-too-large' });
    expect(await readdir(join(bench.storeDirectory, 'default', 'uploads'))).toEqual([]);
  });
});

function flipped(bytes: Buffer): Buffer {
  const at = bytes.length >> 1;
  bytes[at] = bytes[at]! ^ 1;
  return bytes;
}
