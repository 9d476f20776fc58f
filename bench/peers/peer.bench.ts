import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cameraPhoto } from '../harness/camera-photo.ts';
import { Clerk } from '../harness/clerk.ts';
import { Drafts, holdWhatFollows } from '../harness/drafts.ts';
import type { BenchLine } from '../harness/bench-line.ts';
import type { Section } from '../harness/section.ts';
import { linesOf, sideBySide, sideOf, type Measured, type Side, type SideBySide } from '../harness/side-by-side.ts';
import { Town } from '../harness/town.ts';
import { Directus, fillPeer, NoPeer } from './directus.ts';

const SIZES = { quick: { requests: 4, drafts: 20, pages: 20, rounds: 1 }, whole: { requests: 40, drafts: 300, pages: 300, rounds: 5 } };
const CLIENTS = 8;
const DOSSIERS = 10_000;
const PAGE = 50;

const PHOTOS = {
  small: { size: { width: 640, height: 853 }, bytes: 60_000 },
  'of 500 KB': { size: { width: 2048, height: 1536 }, bytes: 500_000 },
};

/** The same job done by what a team would take instead: Directus, from npm, with one collection and its files. Ours checks, re-encodes, seals, numbers and audits; it does none of that. */
export const peerSection: Section = {
  name: 'peer',
  title: 'a declaration with three photos, and a page of those that wait, beside Directus',
  isOnlyByName: true,
  run: ({ quick }) =>
    Town.with(
      async (town) => {
        const wish = quick ? SIZES.quick : SIZES.whole;
        const peer = await Directus.in(town).catch((error: unknown) => {
          if (error instanceof NoPeer) return error;
          throw error;
        });
        if (peer instanceof NoPeer) {
          process.stdout.write(`  skipped: ${peer.message}\n`);
          return { lines: [] };
        }
        const service = await town.service({ TRUST_PROXY: 'loopback', SIMULATOR_DESK: 'on' });
        await holdWhatFollows(town.owner);
        const theirs = (args: object): Side => ({
          ...sideOf('directus', peer.process, {
            module: import.meta.resolve('../shots/peer.shots.js'),
            args: { token: peer.token, ...args },
          }),
          status: 200,
        });
        const plan = { clients: CLIENTS, rounds: wish.rounds, databaseCpuMs: () => town.databaseCpuMs() };
        const lines: BenchLine[] = [];
        const comparisons: SideBySide[] = [];

        const { data } = await peer.asks<{ data: { id: string }[] }>('POST', '/files', await threeFiles());
        const item = theirs({ job: 'item', path: peer.itemsPath, files: data.map(({ id }) => id) });
        const drafts = await Drafts.in(town, service.url);
        const from = await drafts.make((wish.rounds + 1) * wish.drafts, 50);
        const draft = sideOf('ours', service, { module: import.meta.resolve('../shots/submit-draft.shots.js'), args: { from } });
        const without = await sideBySide([draft, item], {
          ...plan,
          ...{ path: 'a declaration whose photos are up', turn: { requests: wish.drafts }, status: 201 },
        });
        comparisons.push(without);
        lines.push({ name: 'declarations whose photos are up, against Directus', value: ratio(without), unit: '×' }, ...linesOf(without));

        let person = 0;
        for (const [name, { size, bytes }] of Object.entries(PHOTOS)) {
          const photo = join(town.directory, `${bytes}.jpg`);
          await writeFile(photo, await cameraPhoto(size, bytes));
          const ammunition = { module: import.meta.resolve('../shots/one-shot-of-size.shots.js'), args: { photo, from: person } };
          person += (wish.rounds + 1) * wish.requests;
          const photos = { portrait: photo, id_front: photo, id_back: photo };
          const compared = await sideBySide([sideOf('ours', service, ammunition), theirs({ job: 'files', path: '/files', photos })], {
            ...plan,
            ...{ path: `three photos ${name}, and ours the whole declaration`, turn: { requests: wish.requests }, status: 201 },
          });
          comparisons.push(compared);
          const [ours, files] = compared.sides as [Measured, Measured];
          // Its job is two requests, one after the other: the files, and the item that names them.
          const whole = 1 / (1 / files.perSecond + 1 / without.sides[1]!.perSecond);
          lines.push(
            { name: `the whole job, photos ${name}, against Directus`, value: ours.perSecond / whole, unit: '×', least: 5 },
            { name: '… Directus, files and item', value: whole, unit: '/s' },
            { name: '… memory against Directus', value: ours.mostMegabytes / files.mostMegabytes, unit: '×', limit: 0.5 },
            ...linesOf(compared),
          );
        }

        await fillPeer(town.owner, DOSSIERS);
        const clerk = await Clerk.of(service.url);
        const page = {
          method: 'GET',
          path: `/v1/staff/declarations?queue=new&limit=${PAGE}`,
          headers: { authorization: `Bearer ${clerk.token}` },
        };
        const query = `filter[status][_eq]=SUBMITTED&filter[office_code][_eq]=03102&sort=date_created&limit=${PAGE}`;
        const list = await sideBySide(
          [
            sideOf('ours', service, { module: import.meta.resolve('../shots/same.shots.js'), args: { shot: page } }),
            theirs({ job: 'list', path: `${peer.itemsPath}?${query}` }),
          ],
          { ...plan, ...{ path: `a page of ${PAGE}`, turn: { requests: wish.pages }, status: 200 } },
        );
        comparisons.push(list);
        lines.push({ name: `pages of ${PAGE}, against Directus`, value: ratio(list), unit: '×' }, ...linesOf(list));
        return { lines, comparisons };
      },
      { dossiers: DOSSIERS },
    ),
};

async function threeFiles(): Promise<FormData> {
  const form = new FormData();
  for (const slot of ['portrait', 'id_front', 'id_back'])
    form.append(
      slot,
      new Blob([new Uint8Array(await cameraPhoto(PHOTOS.small.size, PHOTOS.small.bytes))], { type: 'image/jpeg' }),
      `${slot}.jpg`,
    );
  return form;
}

function ratio({ sides: [ours, theirs] }: SideBySide): number {
  return ours!.perSecond / theirs!.perSecond;
}
