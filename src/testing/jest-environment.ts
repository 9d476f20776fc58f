import { createRequire } from 'node:module';
import { FAILED } from './use-intake.ts';

/** As much of Jest's environment as is used here; Jest is the tests' own. */
interface NodeEnvironment {
  global: Record<symbol, unknown>;
}

const load = createRequire(__filename);

/** Jest's own environment for Node, which comes with Jest: from beside this package, or from where the tests are. */
const nodeEnvironment = load(load.resolve('jest-environment-node', { paths: [__dirname, process.cwd()] })) as {
  TestEnvironment: new (...given: unknown[]) => NodeEnvironment;
};

/** `testEnvironment: 'bhxh-intake/testing/jest-environment'`: Node's, which also tells `useIntake` that a test has failed. */
export class TestEnvironment extends nodeEnvironment.TestEnvironment {
  handleTestEvent({ name }: { name: string }): void {
    if (name === 'test_start') this.global[FAILED] = false;
    if (name === 'test_fn_failure' || name === 'hook_failure') this.global[FAILED] = true;
  }
}

export default TestEnvironment;
