import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DetailedError, Upload, type UploadOptions } from 'tus-js-client';
import { PHOTO_SLOTS, type PhotoSlot } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { World } from '../support/people.ts';
import { headOf, opens } from '../support/raw-http.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { PIECE, TUS, TusUpload } from '../support/tus.ts';
import { Wizard } from '../support/wizard.ts';

const CUTS = 50;

let server: TestServer;
let world: World;
/** The line between phone and service. */
let line: TcpProxy;
let photos: Record<PhotoSlot, Buffer>;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  line = await TcpProxy.before(server.url);
  const [portrait, idFront, idBack] = await Promise.all(PHOTO_SLOTS.map(bigPhoto));
  photos = { portrait: portrait!, idFront: idFront!, idBack: idBack! };
});
afterAll(async () => {
  await line.close();
  await server.dispose();
});

/** Noise, because nothing makes larger files: about a megabyte. */
async function bigPhoto(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width: 1200, height: 900, channels: 3, background: '#888888', noise } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** An app that uses the tus project's own client. */
async function app(wizard: Wizard, slot: string, bytes: Buffer, options: UploadOptions = {}): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: line.urlOf(`${server.url}/v1/drafts/${wizard.id}/uploads`),
      headers: { Authorization: `Bearer ${wizard.token}` },
      metadata: { slot, filename: 'chi-minh.jpg', filetype: 'image/jpeg' },
      uploadSize: bytes.length,
      retryDelays: [0, 10, 20, 40, 80, 160, 320, 640],
      onSuccess: () => resolve(upload),
      onError: reject,
      ...options,
    });
    upload.start();
  });
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('a citizen whose line breaks', () => {
  it('sends three photos with an ordinary tus client, goes on where it broke, and submits', async () => {
    const wizard = await Wizard.begins(world, world.stranger().fields);
    const requests: string[] = [];
    let hasBroken = false;
    const onProgress = () => {
      if (!hasBroken) void line.shut().then(() => line.open());
      hasBroken = true;
    };
    const onAfterResponse: UploadOptions['onAfterResponse'] = (request, response) =>
      void requests.push(`${request.getMethod()} ${response.getStatus()}`);
    await app(wizard, 'portrait', photos.portrait, { onProgress, onAfterResponse });
    expect(requests.slice(0, 2)).toEqual(['POST 201', 'HEAD 200']);
    expect(requests.at(-1)).toBe('PATCH 204');

    await Promise.all([
      app(wizard, 'idFront', photos.idFront, { chunkSize: 100_000 }),
      app(wizard, 'idBack', photos.idBack, { chunkSize: 300_000 }),
    ]);
    for (const slot of PHOTO_SLOTS) {
      expect((await wizard.calls('get', `/photos/${slot}`).expect(200)).body).toMatchObject({ sha256: sha256(photos[slot]), width: 1200 });
    }
    await wizard.submits().expect(201);
  });

  it('may give up and come back later with no more than the address of the upload', async () => {
    const wizard = await Wizard.begins(world);
    const bytes = photos.portrait;
    const upload = await TusUpload.begins(world, wizard, 'portrait', bytes.length);
    await upload.sends(0, bytes.subarray(0, 400_000)).expect(204);
    const sent: number[] = [];
    const resumed = await app(wizard, 'portrait', bytes, {
      uploadUrl: line.urlOf(`${server.url}${upload.path}`),
      onBeforeRequest: (request) => void sent.push(Number(request.getHeader('Upload-Offset') ?? -1)),
    });
    expect(resumed.url).toContain(upload.id);
    expect(sent).toEqual([-1, 400_000]);
    expect((await wizard.calls('get', '/photos/portrait').expect(200)).body.sha256).toBe(sha256(bytes));
  });

  it('is told by the client why a photo is refused', async () => {
    const wizard = await Wizard.begins(world);
    const refused = app(wizard, 'portrait', Buffer.from('no photo at all'), { retryDelays: null });
    const error = await refused.catch((thrown: unknown) => thrown);
    if (!(error instanceof DetailedError)) throw new Error('it was not refused');
    expect(error.originalResponse?.getStatus()).toBe(422);
    expect(JSON.parse(error.originalResponse!.getBody())).toMatchObject({ code: 'photo-rejected', errors: [{ pointer: '/portrait' }] });
  });

  it(`${CUTS} times at any byte has the same photo in the end`, async () => {
    const dice = new Dice('cuts');
    const bytes = photos.portrait;
    const wizard = await Wizard.begins(world);
    const upload = await TusUpload.begins(world, wizard, 'portrait', bytes.length);
    const cuts = Array.from({ length: CUTS }, () => dice.whole(0, bytes.length)).sort((one, other) => one - other);
    const offsets: number[] = [];
    for (const cut of cuts) {
      const offset = await upload.offset();
      offsets.push(offset);
      const socket = await opens(server.url);
      const about = {
        ...TUS,
        Authorization: `Bearer ${upload.token}`,
        'Content-Type': PIECE,
        'Content-Length': String(bytes.length - offset),
      };
      socket.write(headOf(`PATCH ${upload.path}`, { ...about, 'Upload-Offset': String(offset) }));
      // Some lines end in order, others are just gone.
      if (dice.next() < 0.5) socket.end(bytes.subarray(offset, Math.max(cut, offset)));
      else socket.write(bytes.subarray(offset, Math.max(cut, offset)), () => socket.destroy());
      await once(socket.resume(), 'close');
    }
    let rest: number;
    let status: number;
    // What arrived before the last cut may still be on its way to the disk: then the client asks again how far it got.
    do {
      rest = await upload.offset();
      offsets.push(rest);
      ({ status } = await upload.sends(rest, bytes.subarray(rest)));
    } while (status === 409);
    expect(status).toBe(204);
    expect(offsets).toEqual([...offsets].sort((one, other) => one - other));
    expect(new Set(offsets).size).toBeGreaterThan(CUTS / 5);
    expect(rest).toBeGreaterThan(0);
    expect((await wizard.calls('get', '/photos/portrait').expect(200)).body.sha256).toBe(sha256(bytes));
  });
});
