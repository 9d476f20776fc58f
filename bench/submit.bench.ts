import { copyDrafts, makeBareSchema } from './baseline/schema.ts';
import { Drafts, holdWhatFollows } from './harness/drafts.ts';
import type { Section } from './harness/section.ts';
import { linesOf, ratioOf, sideBySide } from './harness/side-by-side.ts';
import { Town } from './harness/town.ts';

const SIZES = { quick: { requests: 60, rounds: 2 }, whole: { requests: 800, rounds: 10 } };
const CLIENTS = 16;
const OFFICES = 50;

/** A draft whose photos are up is sent: one transaction, beside the least code that leaves the same rows. */
export const submitSection: Section = {
  name: 'submit',
  title: 'a draft whose photos are up is sent',
  run: ({ quick }) =>
    Town.with(async (town) => {
      const { requests, rounds } = quick ? SIZES.quick : SIZES.whole;
      const service = await town.service({ TRUST_PROXY: 'loopback' });
      const drafts = await Drafts.in(town, service.url);
      await makeBareSchema(town.owner);
      await holdWhatFollows(town.owner);
      const from = await drafts.make((rounds + 1) * requests, OFFICES);
      await copyDrafts(town.owner);
      const bare = await town.baseline('submit.baseline');
      const ammunition = { module: import.meta.resolve('./shots/submit-draft.shots.js'), args: { from } };
      const sides = Object.entries({ ours: service, bare }).map(([name, process]) => ({
        name,
        url: process.url,
        ammunition,
        cpuMs: () => process.cpuMs(),
        mostMegabytes: () => process.mostMegabytes(),
      }));
      const comparison = await sideBySide(sides, {
        path: 'submit a draft',
        clients: CLIENTS,
        rounds,
        turn: { requests },
        status: 201,
        databaseCpuMs: () => town.databaseCpuMs(),
      });
      return {
        lines: [
          { name: 'submissions against bare', value: ratioOf(comparison, 'perSecond'), unit: '×', least: 0.6, aim: 0.8 },
          { name: 'p99 against bare', value: ratioOf(comparison, 'p99'), unit: '×', limit: 1.5 },
          { name: 'processor time of the process against bare', value: ratioOf(comparison, 'cpuMsPerRequest'), unit: '×' },
          ...linesOf(comparison),
          { name: 'fsync', value: await town.fsyncMs(), unit: 'ms' },
        ],
        comparisons: [comparison],
      };
    }),
};
