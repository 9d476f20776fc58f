import { startIntake, type Intake } from './start-intake.ts';
import { workerName } from './use-intake.ts';
import type { Workspace } from './workspace.ts';

/** As much of Playwright's `TestInfo` as is used here; Playwright is the tests' own. */
interface TestInfo {
  readonly status?: string | undefined;
  readonly expectedStatus: string;
  attach(name: string, options: { body: string; contentType: string }): Promise<void>;
}

type Use<Thing> = (thing: Thing) => Promise<void>;

export interface IntakeFixtures {
  /** The worker's workspace, emptied before each test; its timeline is attached to a test that fails. */
  workspace: Workspace;
}

export interface IntakeWorkerFixtures {
  intake: Intake;
  workersWorkspace: Workspace;
}

/** `const test = base.extend<IntakeFixtures, IntakeWorkerFixtures>(intakeFixtures)`. */
export const intakeFixtures = {
  intake: [
    // Playwright reads from the first parameter what a fixture needs, so it is written even where that is nothing.
    // eslint-disable-next-line no-empty-pattern
    async ({}: object, use: Use<Intake>): Promise<void> => {
      const intake = await startIntake();
      await use(intake);
      await intake.stop();
    },
    { scope: 'worker' as const, timeout: 60_000 },
  ] as const,

  workersWorkspace: [
    async ({ intake }: { intake: Intake }, use: Use<Workspace>): Promise<void> => {
      const workspace = await intake.workspace({ name: `worker-${workerName()}` });
      await use(workspace);
      await workspace.remove();
    },
    { scope: 'worker' as const },
  ] as const,

  workspace: async ({ workersWorkspace }: { workersWorkspace: Workspace }, use: Use<Workspace>, test: TestInfo): Promise<void> => {
    await workersWorkspace.reset();
    await use(workersWorkspace);
    if (test.status === test.expectedStatus) return;
    await test.attach('timeline', { body: await workersWorkspace.timeline(), contentType: 'text/plain' });
  },
};
