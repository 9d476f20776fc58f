import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBareSchema } from './baseline/schema.ts';
import { cameraPhoto, TWELVE_MEGAPIXELS } from './harness/camera-photo.ts';
import { holdWhatFollows } from './harness/drafts.ts';
import type { Section } from './harness/section.ts';
import { linesOf, ratioOf, sideBySide, sideOf } from './harness/side-by-side.ts';
import { Town } from './harness/town.ts';

/** `warmUps`: turns that are not counted, until the compiler has come to rest. */
const SIZES = {
  quick: { requests: 2, rounds: 1, warmUps: 1 },
  whole: { requests: 12, rounds: 8, warmUps: 6 },
  profiled: { requests: 20, rounds: 2, warmUps: 4 },
};
const CLIENTS = 4;

/** What phones send: a portrait that an app has made small, a card of middling size, a card as the camera took it. */
const PHOTOS = {
  portrait: { size: { width: 960, height: 1280 }, bytes: 150_000 },
  idFront: { size: { width: 2048, height: 1536 }, bytes: 500_000 },
  idBack: { size: TWELVE_MEGAPIXELS, bytes: 3_000_000 },
};

/** Everything in one request: three photos come in, are decoded, kept, and one transaction writes the rows. */
export const oneShotSection: Section = {
  name: 'one-shot',
  title: 'a declaration in one request, with photos of 150 KB, 500 KB and 3 MB (12 megapixels)',
  run: ({ quick, profile }) =>
    Town.with(async (town) => {
      const { requests, rounds, warmUps } = SIZES[profile !== undefined ? 'profiled' : quick ? 'quick' : 'whole'];
      const service = await town.service({ TRUST_PROXY: 'loopback' }, { profile });
      await makeBareSchema(town.owner);
      await holdWhatFollows(town.owner);
      const bare = await town.baseline('one-shot.baseline');
      const photos: Record<string, string> = {};
      for (const [slot, { size, bytes }] of Object.entries(PHOTOS)) {
        photos[slot] = join(town.directory, `${slot}.jpg`);
        await writeFile(photos[slot], await cameraPhoto(size, bytes));
      }
      const { rows } = await town.owner.query<{ code: string }>('SELECT code FROM offices WHERE open ORDER BY code LIMIT 50');
      const ammunition = {
        module: import.meta.resolve('./shots/one-shot.shots.js'),
        args: { photos, officeCodes: rows.map(({ code }) => code) },
      };
      const comparison = await sideBySide([sideOf('ours', service, ammunition), sideOf('bare', bare, ammunition)], {
        ...{ path: 'submit at once', clients: CLIENTS, rounds, warmUps, turn: { requests }, status: 201 },
        databaseCpuMs: () => town.databaseCpuMs(),
      });
      return {
        lines: [
          { name: 'processor time against bare', value: ratioOf(comparison, 'cpuMsPerRequest'), unit: '×', limit: 1.3, aim: 1.15 },
          { name: 'submissions against bare', value: ratioOf(comparison, 'perSecond'), unit: '×' },
          ...linesOf(comparison),
        ],
        comparisons: [comparison],
      };
    }),
};
