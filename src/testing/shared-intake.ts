import { SHARED_URL, startIntake } from './start-intake.ts';

/**
 * A run's global set-up for Jest (`globalSetup`), Vitest and Playwright alike: one intake for all workers. A server that
 * `BHXH_INTAKE_URL` names is used instead.
 * @returns what ends it
 */
export default async function shareIntake(): Promise<() => Promise<void>> {
  const intake = await startIntake();
  const given = process.env[SHARED_URL];
  process.env[SHARED_URL] = intake.url;
  stopAtTheEnd = async () => {
    if (given === undefined) delete process.env[SHARED_URL];
    await intake.stop();
  };
  return stopAtTheEnd;
}

let stopAtTheEnd: () => Promise<void> = async () => undefined;

/** Ends what the set-up of this process has begun. */
export function stopSharing(): Promise<void> {
  return stopAtTheEnd();
}
