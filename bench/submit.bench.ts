import { copyDrafts, makeBareSchema } from './baseline/schema.ts';
import { Drafts, holdWhatFollows } from './harness/drafts.ts';
import type { Section } from './harness/section.ts';
import { linesOf, ratioOf, sideBySide, sideOf } from './harness/side-by-side.ts';
import { Town } from './harness/town.ts';

/** `warmUps`: turns that are not counted. The compiler comes to rest after some thousand requests. */
const SIZES = {
  quick: { requests: 60, rounds: 2, warmUps: 1 },
  whole: { requests: 500, rounds: 8, warmUps: 8 },
  profiled: { requests: 1000, rounds: 2, warmUps: 8 },
};
const CLIENTS = 16;
const OFFICES = 50;

/** A draft whose photos are up is sent: one transaction, beside the least code that leaves the same rows. */
export const submitSection: Section = {
  name: 'submit',
  title: 'a draft whose photos are up is sent',
  run: ({ quick, profile }) =>
    Town.with(async (town) => {
      const { requests, rounds, warmUps } = SIZES[profile !== undefined ? 'profiled' : quick ? 'quick' : 'whole'];
      const service = await town.service({ TRUST_PROXY: 'loopback' }, { profile });
      const drafts = await Drafts.in(town, service.url);
      await makeBareSchema(town.owner);
      await holdWhatFollows(town.owner);
      const from = await drafts.make((rounds + warmUps) * requests, OFFICES);
      await copyDrafts(town.owner);
      const bare = await town.baseline('submit.baseline');
      const ammunition = { module: import.meta.resolve('./shots/submit-draft.shots.js'), args: { from } };
      const comparison = await sideBySide([sideOf('ours', service, ammunition), sideOf('bare', bare, ammunition)], {
        path: 'submit a draft',
        clients: CLIENTS,
        rounds,
        warmUps,
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
