import { median, type BenchLine } from './harness/bench-line.ts';
import { keepToCores } from './harness/cores.ts';
import { Drafts, holdWhatFollows } from './harness/drafts.ts';
import type { Section } from './harness/section.ts';
import { linesOf, sideBySide, sideOf, type Side, type SideBySide, type Turn } from './harness/side-by-side.ts';
import { Town } from './harness/town.ts';

/** `warmUps`: turns that are not counted. A second copy that shares the requests is warm after twice as many. */
const SIZES = {
  quick: { submissions: 60, reads: 200, rounds: 2, warmUps: 1 },
  whole: { submissions: 600, reads: 4_000, rounds: 8, warmUps: 8 },
};
const CLIENTS = 32;
const OFFICES = 50;

/** A copy comes with a core: a machine of one core that has one copy against a machine of two that has two. */
const CORES = { 'one copy': 1, 'two copies': 2 } as const;

/** One copy of the service on one core against two on two; PostgreSQL and the generator are on the same cores. */
export const copiesSection: Section = {
  name: 'copies',
  title: 'two copies of the service on two cores against one on one',
  run: ({ quick }) =>
    Town.with(async (town) => {
      const { submissions, reads, rounds, warmUps } = quick ? SIZES.quick : SIZES.whole;
      const first = await town.service({ TRUST_PROXY: 'loopback' });
      // Copies share their keys: they are made in the directory of data.
      const second = await town.service({ TRUST_PROXY: 'loopback' }, { log: 'second' });
      const drafts = await Drafts.in(town, first.url);
      await holdWhatFollows(town.owner);
      const count = (rounds + warmUps) * submissions;
      const submitting = async () => ({
        module: import.meta.resolve('./shots/submit-draft.shots.js'),
        args: { from: await drafts.make(count, OFFICES) },
      });
      const both = [first, second];
      const keep = async ({ name }: Side, generator: number) =>
        keepToCores([first.pid, second.pid, generator, ...(await town.databasePids())], CORES[name as keyof typeof CORES]);
      // Where nothing is judged, a machine that cannot be divided is no reason to stop.
      const before = quick ? (side: Side, generator: number) => keep(side, generator).catch(() => undefined) : keep;
      const plan = { clients: CLIENTS, rounds, warmUps, databaseCpuMs: () => town.databaseCpuMs(), before };
      const submitted = await sideBySide([sideOf('two copies', both, await submitting()), sideOf('one copy', first, await submitting())], {
        ...plan,
        path: 'submit a draft',
        turn: { requests: submissions },
        status: 201,
      });
      const looking = {
        module: import.meta.resolve('./shots/same.shots.js'),
        args: { shot: { method: 'GET', path: '/v1/places/districts/304/wards' } },
      };
      const read = await sideBySide([sideOf('two copies', both, looking), sideOf('one copy', first, looking)], {
        ...{ ...plan, path: 'places', turn: { requests: reads }, status: 200 },
      });
      return { lines: [...linesWithRatio(read, 1.6), ...linesWithRatio(submitted, 1.6)], comparisons: [read, submitted] };
    }),
};

/** The generator's processor time is taken off: it sits on the same cores, and in a real place somewhere else. */
function linesWithRatio(comparison: SideBySide, least: number): BenchLine[] {
  const [two, one] = comparison.sides;
  const ratio = median(
    two!.turns.map((turn, round) => withoutGenerator(turn, CORES['two copies']) / withoutGenerator(one!.turns[round]!, CORES['one copy'])),
  );
  return [{ name: `${comparison.path}, two copies against one`, value: ratio, unit: '×', least }, ...linesOf(comparison)];
}

function withoutGenerator({ perSecond, generatorCpuMsPerRequest }: Turn, cores: number): number {
  return 1 / (1 / perSecond - generatorCpuMsPerRequest / 1000 / cores);
}
