import { randomBytes } from 'node:crypto';
import { startIntake, type Intake, type IntakeWish } from './start-intake.ts';
import type { Workspace, WorkspaceWish } from './workspace.ts';

/** What a test runner offers; Jest's and Vitest's names, or those of `node:test`. */
export interface Hooks {
  beforeAll?: PatientHook;
  before?: Hook;
  afterAll?: Hook;
  after?: Hook;
  beforeEach: Hook;
  afterEach: Hook;
}

type Act = (...given: unknown[]) => Promise<void>;
type Hook = (act: Act) => unknown;
type PatientHook = (act: Act, milliseconds: number) => unknown;

export interface UseIntakeWish extends IntakeWish {
  /** What the worker's workspace is like. */
  readonly workspace?: Omit<WorkspaceWish, 'name'>;
  /** When the workspace is emptied: before every `test`, or once for the `file` (the default). */
  readonly fresh?: 'test' | 'file';
  /** Where the timeline of a failed test goes; standard error by default. */
  readonly tell?: (timeline: string) => void;
}

/** What a file's tests have of the intake; only inside tests and hooks. */
export interface IntakeInUse {
  readonly intake: Intake;
  /** The worker's own world. */
  readonly workspace: Workspace;
}

/** A start of the whole service takes longer than a hook usually may. */
const START_MS = 60_000;

/** Set by our environment for Jest, whose hooks are not told how the test went. */
export const FAILED = Symbol.for('bhxh-intake.test-failed');

/**
 * Registers hooks: before all tests of the file its worker's workspace is made, and afterwards removed; when a test fails, the
 * workspace's timeline is printed.
 * @param hooks the runner's: nothing under Jest, `import * as vitest from 'vitest'`, `import * as test from 'node:test'`
 */
export function useIntake(wish: UseIntakeWish = {}, hooks: Hooks = globalThis as unknown as Hooks): IntakeInUse {
  const { beforeAll, before, afterAll, after } = hooks;
  const begin = beforeAll ? (act: Act) => beforeAll(act, START_MS) : before;
  const end = afterAll ?? after;
  if (!begin || !end) throw new Error('no test runner is at work here: call useIntake in a test file, or give it the runner’s hooks');
  let intake: Intake | undefined;
  let workspace: Workspace | undefined;

  begin(async () => {
    intake = await startIntake(wish);
    workspace = await intake.workspace({ ...wish.workspace, name: `worker-${workerName()}` });
  });

  hooks.beforeEach(async () => {
    if (wish.fresh === 'test') await workspace?.reset();
  });

  // Rest arguments: a declared one would mean a callback to Jest.
  hooks.afterEach(async (...given) => {
    if (!workspace || !hasFailed(given[0])) return;
    const tell = wish.tell ?? ((timeline) => process.stderr.write(`${timeline}\n`));
    tell(await workspace.timeline().catch((fault: Error) => `no timeline of ${workspace!.name}: ${fault.message}`));
  });

  end(async () => {
    await workspace?.remove();
    await intake?.stop();
  });

  const had = <Thing>(thing: Thing | undefined): Thing => {
    if (!thing) throw new Error('the intake is there inside tests and hooks only');
    return thing;
  };
  return {
    get intake() {
      return had(intake);
    },
    get workspace() {
      return had(workspace);
    },
  };
}

/** No other process has them: of two containers the workers' numbers, and even the processes', may be the same. */
const OWN_LETTERS = randomBytes(4).toString('hex');

/** One world for each worker of a run, and for each run: two runs may share a server. */
export function workerName(): string {
  const { JEST_WORKER_ID, VITEST_POOL_ID, TEST_WORKER_INDEX } = process.env;
  return `${JEST_WORKER_ID ?? VITEST_POOL_ID ?? TEST_WORKER_INDEX ?? '0'}-${process.pid}-${OWN_LETTERS}`;
}

/** Vitest tells by the task, `node:test` by `passed`, Jest by our environment. */
function hasFailed(context: unknown): boolean {
  const { task, passed } = (context ?? {}) as { task?: { result?: { state?: string } }; passed?: boolean };
  return task?.result?.state === 'fail' || passed === false || (globalThis as Record<symbol, unknown>)[FAILED] === true;
}
