import { OPEN_STATUSES } from '../../src/declarations/status.rule.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { afterTogether, step, submittedAt, timePasses, type Action, type DossierState } from './dossier-model.ts';
import { faultsOfHistory } from './history-replay.ts';
import { nextActions, nextMove, type Purses } from './next-actions.ts';
import type { OfficeDay, RealDossier } from './office-day.ts';

export interface ModelOptions {
  /** Interleavings: one dossier each. */
  readonly runs: number;
  /** Decides every action; who wins a race is the service's. */
  readonly seed: string;
}

export interface Violation {
  readonly run: number;
  readonly fault: string;
  /** What was done and answered, first to last. */
  readonly story: readonly string[];
}

export interface ModelReport {
  readonly runs: number;
  readonly actions: number;
  /** Of these, under way together with others on the same dossier. */
  readonly raced: number;
  /** How often each answer was given. */
  readonly answers: Readonly<Record<string, number>>;
  readonly endings: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

/** Dossiers that share a clock. */
const BATCH = 20;
const ROUNDS = 18;
/** How often somebody still tries something on a dossier that nothing can happen to any more. */
const STRAY = 0.2;
const MORNING = '2021-04-20T02:00:00Z';

/** One dossier's life, and all that the model thinks it may be. */
interface Run {
  readonly number: number;
  readonly dice: Dice;
  readonly dossier: RealDossier;
  readonly purses: Purses;
  readonly story: string[];
  readonly acknowledged: string[];
  states: readonly DossierState[];
  fault?: string;
}

/** Plays the interleavings, so many at a time, and holds every answer and every history against the model. */
export async function runModel(
  office: OfficeDay,
  { runs, seed }: ModelOptions,
  say: (line: string) => void = () => undefined,
): Promise<ModelReport> {
  const tally = { actions: 0, raced: 0, answers: {} as Record<string, number>, endings: {} as Record<string, number> };
  const violations: Violation[] = [];
  for (let first = 1; first <= runs; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, runs - first + 1) }, (_, index) => first + index);
    for (const { number, fault, story } of await playBatch(office, numbers, seed, tally)) {
      if (fault !== undefined) violations.push({ run: number, fault, story });
    }
    say(`${Math.min(first + BATCH - 1, runs)} of ${runs} runs, ${tally.actions} actions, ${violations.length} violations`);
  }
  return { runs, ...tally, violations };
}

async function playBatch(
  office: OfficeDay,
  numbers: readonly number[],
  seed: string,
  tally: { actions: number; raced: number; answers: Record<string, number>; endings: Record<string, number> },
): Promise<Run[]> {
  let now = await office.begin(MORNING);
  const clock = new Dice(`${seed} clock ${numbers[0]}`);
  const runs = await Promise.all(
    numbers.map(async (number): Promise<Run> => ({
      number,
      dice: new Dice(`${seed} run ${number}`),
      dossier: await office.submit(),
      purses: { A: [], B: [] },
      story: [],
      acknowledged: [],
      states: [submittedAt(now)],
    })),
  );
  for (let round = 0; round < ROUNDS; round++) {
    if (clock.next() < 0.3) {
      const minutes = nextMove(clock);
      now = await office.advance(minutes);
      for (const run of runs) {
        run.story.push(`${minutes} minutes pass`);
        run.states = run.states.map((state) => timePasses(state, now));
      }
    }
    await Promise.all(
      runs.map(async (run) => {
        if (run.fault !== undefined || (isOver(run.states[0]!) && run.dice.next() > STRAY)) return;
        const actions = nextActions(
          run.dice,
          run.states[0]!,
          run.purses,
          () => `${run.number}.${run.story.length}.${run.dice.whole(0, 1e9)}`,
        );
        const answers = await Promise.all(actions.map((action) => office.perform(run.dossier, action)));
        tally.actions += actions.length;
        if (actions.length > 1) tally.raced += actions.length;
        for (const answer of answers) tally.answers[wordOf(answer)] = (tally.answers[wordOf(answer)] ?? 0) + 1;
        judge(run, actions, answers, now);
      }),
    );
  }
  await Promise.all(
    runs.map(async (run) => {
      if (run.fault !== undefined) return;
      const outcome = await office.outcome(run.dossier, run.states[0]!.isElsewhere);
      const faults = faultsOfHistory(outcome.entries, { acknowledged: run.acknowledged, ...outcome });
      const isExpected = run.states.some(
        ({ status, version, revision }) => status === outcome.status && version === outcome.version && revision === outcome.revision,
      );
      if (!isExpected)
        faults.push(`it ends ${outcome.status} v${outcome.version} r${outcome.revision}, which no order of the actions leads to`);
      if (faults.length > 0) run.fault = faults.join('; ');
      tally.endings[outcome.status] = (tally.endings[outcome.status] ?? 0) + 1;
    }),
  );
  return runs;
}

function judge(run: Run, actions: readonly Action[], answers: readonly string[], now: number): void {
  run.story.push(actions.map((action, index) => `${JSON.stringify(action)} → ${answers[index]}`).join('  ‖  '));
  actions.forEach((action, index) => {
    if (answers[index] !== 'ok') return;
    if (action.does !== 'renew') run.acknowledged.push(action.does);
    if (action.does === 'lease') run.purses[action.who].push(action.grants);
  });
  const states = afterTogether(run.states, actions, answers, now);
  if (states.length > 0) {
    run.states = states;
    return;
  }
  const alone = run.states.map((state) => actions.map((action) => step(state, action, now).answer).join(', ')).join(' or ');
  run.fault = `answered ${answers.join(', ')}; from where it was, each alone: ${alone}`;
}

function isOver({ status, isElsewhere }: DossierState): boolean {
  return isElsewhere || !(OPEN_STATUSES as readonly string[]).includes(status);
}

function wordOf(answer: string): string {
  return answer.includes(' v') ? 'shown' : answer;
}
