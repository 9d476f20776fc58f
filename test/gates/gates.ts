/** A test that is a command of its own, because what it is to show takes more than the suite has time for. */
export interface Gate {
  readonly name: string;
  /** The npm script. It prints seed, counts and violations, and ends with a status other than 0 when there are any. */
  readonly script: string;
  /** Whether its spec files are part of `npm test`, so that every change is held against them already. */
  readonly inSuite?: true;
  /** The seeded sample that every change can afford, in seconds: the arguments of each run. */
  readonly ci: readonly string[];
  /** What a change of what it is about must pass, in minutes. */
  readonly gate: readonly string[];
  /** The numbers that a release is to show once, in hours. */
  readonly moonshot: readonly string[];
}

export const SIZES = ['ci', 'gate', 'moonshot'] as const;
export type Size = (typeof SIZES)[number];

export const GATES: readonly Gate[] = [
  {
    name: 'crash',
    script: 'test:crash',
    ci: ['--submissions 300 --kills 10 --seed 2021'],
    gate: ['--submissions 2000 --kills 40 --copies 2'],
    moonshot: ['--submissions 100000 --kills 1000 --copies 3 --photos small', '--submissions 10000 --kills 300 --copies 3 --photos real'],
  },
  {
    name: 'approve-crash',
    script: 'test:approve-crash',
    ci: ['--approvals 200 --kills 8 --copies 2 --seed 2021'],
    gate: ['--approvals 1000 --kills 30 --copies 2'],
    moonshot: ['--approvals 50000 --kills 500 --copies 3'],
  },
  {
    name: 'mutants',
    script: 'test:mutants',
    ci: ['--pick 2 --seed 6'],
    gate: [''],
    moonshot: [''],
  },
  {
    name: 'failpoints',
    script: 'test:failpoints',
    ci: ['--only one-shot,draft-photo-again,sweep,approval --sample 40 --seed 2021'],
    gate: ['--repeats 1', '--repeats 20 --sample 60'],
    moonshot: ['--repeats 5'],
  },
  {
    name: 'outages',
    script: 'test:outages',
    ci: ['--only key-disk-full,database-restarted,sigterms --sigterms 1 --allow-skips --seed 2021'],
    gate: ['--sigterms 20'],
    moonshot: ['--sigterms 500'],
  },
  {
    name: 'fuzz',
    script: 'test:fuzz',
    ci: ['--requests 3000 --seed 2021'],
    gate: ['--requests 20000'],
    moonshot: ['--requests 1000000'],
  },
  {
    name: 'model',
    script: 'test:model',
    ci: ['--runs 10 --seed 2021'],
    gate: ['--runs 1000'],
    moonshot: ['--runs 100000'],
  },
  {
    name: 'bad-photos',
    script: 'test:bad-photos',
    ci: ['--files 171 --good 20 --seed 2021'],
    gate: ['--files 1500 --good 500'],
    moonshot: ['--files 10000 --good 1000'],
  },
  { name: 'rights', script: 'test:rights', ci: ['--every 40'], gate: [''], moonshot: [''] },
  {
    name: 'timing',
    script: 'test:timing',
    ci: ['--pairs 60 --seed 2021'],
    gate: ['--pairs 1000'],
    moonshot: ['--pairs 5000'],
  },
  { name: 'photos', script: 'test:photos', ci: ['--every 7'], gate: [''], moonshot: [''] },
  ...['leaks', 'limits', 'privacy', 'backup', 'roles'].map((name): Gate => ({
    name,
    script: `test:${name}`,
    inSuite: true,
    ci: [''],
    gate: [''],
    moonshot: [''],
  })),
];
