import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from '../support/people.ts';
import { headOf, opens } from '../support/raw-http.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { PIECE, TUS, TusUpload } from '../support/tus.ts';
import { Wizard } from '../support/wizard.ts';

let first: TestServer;
let second: TestServer;
let here: World;
let there: World;
let portrait: Buffer;

beforeAll(async () => {
  first = await startServer();
  second = await startServer({ beside: first });
  [here, there] = [new World(first.url), new World(second.url)];
  ({ portrait } = await smallPhotos());
});
afterAll(async () => {
  await second.dispose();
  await first.dispose();
});

const sha256 = () => createHash('sha256').update(portrait).digest('hex');

describe('an upload to two copies of the service', () => {
  it('goes on at the one where it stopped at the other', async () => {
    const wizard = await Wizard.begins(here);
    const upload = await TusUpload.begins(here, wizard, 'portrait', portrait.length);
    const step = Math.ceil(portrait.length / 5);
    for (let offset = 0, turn = 0; offset < portrait.length; offset += step, turn++) {
      const copy = turn % 2 === 0 ? there : here;
      expect(await upload.servedBy(copy).offset()).toBe(offset);
      await upload
        .servedBy(copy)
        .sends(offset, portrait.subarray(offset, offset + step))
        .expect(204);
    }
    expect((await wizard.calls('get', '/photos/portrait').expect(200)).body.sha256).toBe(sha256());
  });

  it('takes a piece once that is sent to both', async () => {
    for (let round = 0; round < 8; round++) {
      const wizard = await Wizard.begins(here);
      const upload = await TusUpload.begins(here, wizard, 'portrait', portrait.length);
      const answers = await Promise.all([here, there].map((copy) => upload.servedBy(copy).sends(0, portrait.subarray(0, 2000))));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      // The last one whole, or no more of it than the last byte.
      const rest = round % 2 === 0 ? 2000 : portrait.length - 1;
      if (rest > 2000) await upload.sends(2000, portrait.subarray(2000, rest)).expect(204);
      const last = await Promise.all([here, there].map((copy) => upload.servedBy(copy).sends(rest, portrait.subarray(rest))));
      expect(last.map(({ status }) => status).sort()).toEqual([204, 409]);
      expect(await upload.offset()).toBe(portrait.length);
      await wizard.calls('get', '/photos/portrait').expect(200);
    }
  });
});

describe('an upload to a service that is killed in the middle', () => {
  it('goes on with what had been acknowledged', async () => {
    const wizard = await Wizard.begins(here);
    const upload = await TusUpload.begins(here, wizard, 'portrait', portrait.length);
    await upload.sends(0, portrait.subarray(0, 1500)).expect(204);
    const socket = await opens(second.url);
    const about = { ...TUS, Authorization: `Bearer ${upload.token}`, 'Content-Type': PIECE, 'Upload-Offset': '1500' };
    socket.write(headOf(`PATCH ${upload.path}`, { ...about, 'Content-Length': String(portrait.length - 1500) }));
    socket.write(portrait.subarray(1500, 3000));
    await second.stop('SIGKILL');
    await first.stop('SIGKILL');
    const again = await startServer({ beside: first });
    try {
      const now = new World(again.url);
      const same = upload.servedBy(now);
      expect(await same.offset()).toBe(1500);
      await same.sends(1500, portrait.subarray(1500)).expect(204);
      const { body } = await now.api.get(`/v1/drafts/${wizard.id}/photos/portrait`).auth(wizard.token, { type: 'bearer' }).expect(200);
      expect(body.sha256).toBe(sha256());
    } finally {
      await again.dispose();
    }
  });
});
