import { STATUSES, TRANSITIONS, type Action, type Status } from '../../declarations/status.rule.ts';
import { FAULTS as FIELD_FAULTS, type FaultCode } from '../../platform/http/fault-catalogue.ts';
import { REFUSALS, type RefusalCode } from '../../platform/refusal-catalogue.ts';
import { REASONS } from '../../reasons/reason-catalogue.ts';
import { FAULT_NAMES } from '../faults/fault-catalogue.ts';
import { magicKey } from '../magic/magic-sightings.ts';
import { MAGIC_VALUES } from '../magic/magic-values.ts';

/** What a suite can leave untouched. */
export const COVERAGE_AREAS = ['states', 'transitions', 'refusals', 'fieldFaults', 'reasons', 'magicValues', 'faults'] as const;
export type CoverageArea = (typeof COVERAGE_AREAS)[number];

/** How the desk itself says no: nothing that a client of the API has to live with. */
export const DESKS_OWN_REFUSALS: readonly RefusalCode[] = [
  'clock-behind-history',
  'count-differs',
  'counter-in-use',
  'coverage-below-threshold',
  'not-simulators-own',
  'nothing-arrived',
  'run-needs-a-beginning',
  'run-under-way',
  'simulator-key-required',
  'too-many-workspaces',
  'workspace-exists',
  'workspace-permanent',
  'workspace-unknown',
];

const DESKS_OWN_FIELD_FAULT: FaultCode = 'not-synthetic';

interface Transition {
  readonly from: Status;
  readonly action: Action;
  readonly to: Status;
}

const ALL_TRANSITIONS: readonly Transition[] = STATUSES.flatMap((from) =>
  Object.entries(TRANSITIONS[from]).map(([action, to]) => ({ from, action: action as Action, to })),
);

const transitionKey = ({ from, action, to }: Transition) => `${from} ${action} ${to}`;

/** Everything there is to touch in each area. */
export const COVERABLE: Readonly<Record<CoverageArea, readonly string[]>> = {
  states: STATUSES,
  transitions: ALL_TRANSITIONS.map(transitionKey),
  refusals: (Object.keys(REFUSALS) as RefusalCode[]).filter((code) => !DESKS_OWN_REFUSALS.includes(code)),
  fieldFaults: Object.keys(FIELD_FAULTS).filter((code) => code !== DESKS_OWN_FIELD_FAULT),
  reasons: Object.keys(REASONS),
  magicValues: MAGIC_VALUES.map(magicKey),
  faults: FAULT_NAMES,
};

/** A step of a dossier's history; `from` is null where the history leaves it to the action. */
export interface Step {
  readonly action: string;
  readonly from: string | null;
}

/** The transitions that these steps have gone. An action that starts from one status only need not say from where. */
export function transitionsOf(steps: readonly Step[]): string[] {
  return ALL_TRANSITIONS.filter(({ from, action }) => {
    const isOnly = ALL_TRANSITIONS.filter((other) => other.action === action).length === 1;
    return steps.some((step) => step.action === action && (step.from === from || (step.from === null && isOnly)));
  }).map(transitionKey);
}

export interface AreaCoverage {
  readonly touched: string[];
  readonly untouched: string[];
  /** Between 0 and 1, to three places. */
  readonly share: number;
}

/** What was touched of each area, and of all areas together. What is in no catalogue does not count. */
export function coverageOf(seen: Readonly<Record<CoverageArea, ReadonlySet<string>>>): {
  areas: Record<CoverageArea, AreaCoverage>;
  overall: number;
} {
  const areas = Object.fromEntries(
    COVERAGE_AREAS.map((area) => {
      const [touched, untouched] = [true, false].map((is) => COVERABLE[area].filter((item) => seen[area].has(item) === is)) as [
        string[],
        string[],
      ];
      return [area, { touched, untouched, share: shareOf(touched.length, COVERABLE[area].length) }];
    }),
  ) as Record<CoverageArea, AreaCoverage>;
  const all = Object.values(areas);
  const touched = all.reduce((sum, area) => sum + area.touched.length, 0);
  return {
    areas,
    overall: shareOf(
      touched,
      all.reduce((sum, area) => sum + area.untouched.length, touched),
    ),
  };
}

/** Rounded down, so that all of it is 1 and nothing less is. */
function shareOf(part: number, whole: number): number {
  return Math.floor((1_000 * part) / whole) / 1_000;
}
