import { stopSharing } from './shared-intake.ts';

/** Jest's `globalTeardown`: ends the run's intake. */
export default stopSharing;
