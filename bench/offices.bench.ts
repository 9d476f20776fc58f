import { Drafts, holdWhatFollows } from './harness/drafts.ts';
import type { Section } from './harness/section.ts';
import { linesOf, ratioOf, sideBySide, sideOf } from './harness/side-by-side.ts';
import { Town } from './harness/town.ts';

const SIZES = { quick: { requests: 60, rounds: 2 }, whole: { requests: 500, rounds: 8 } };
const CLIENTS = 16;
const OFFICES = 50;

/** All declarations for one office, whose counter's row is locked until each commit is durable, against the same for fifty offices. */
export const officesSection: Section = {
  name: 'offices',
  title: 'one office’s counter against fifty',
  run: ({ quick }) =>
    Town.with(async (town) => {
      const { requests, rounds } = quick ? SIZES.quick : SIZES.whole;
      const service = await town.service({ TRUST_PROXY: 'loopback' });
      const drafts = await Drafts.in(town, service.url);
      await holdWhatFollows(town.owner);
      const count = (rounds + 1) * requests;
      const module = import.meta.resolve('./shots/submit-draft.shots.js');
      const one = sideOf('one office', service, { module, args: { from: await drafts.make(count, 1) } });
      const fifty = sideOf('fifty offices', service, { module, args: { from: await drafts.make(count, OFFICES) } });
      await town.owner.query('VACUUM ANALYZE declarations');
      const fsyncBefore = await town.fsyncMs();
      const comparison = await sideBySide([one, fifty], {
        ...{ path: 'submit a draft', clients: CLIENTS, rounds, turn: { requests }, status: 201 },
        databaseCpuMs: () => town.databaseCpuMs(),
      });
      const fsyncMs = (fsyncBefore + (await town.fsyncMs())) / 2;
      const [ofOne, ofFifty] = comparison.sides;
      // One office's commits come one after the other, so a disk that takes long for each of them bounds it.
      const bound = Math.min(ofFifty!.perSecond, 1000 / fsyncMs);
      const share = bound === ofFifty!.perSecond ? ratioOf(comparison, 'perSecond') : ofOne!.perSecond / bound;
      return {
        lines: [
          { name: 'one office against min(fifty offices, 1/fsync)', value: share, unit: '×', least: 0.8 },
          { name: 'fsync', value: fsyncMs, unit: 'ms' },
          { name: '1/fsync', value: 1000 / fsyncMs, unit: '/s' },
          ...linesOf(comparison),
        ],
        comparisons: [comparison],
      };
    }),
};
