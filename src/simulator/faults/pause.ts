import { setTimeout as pass } from 'node:timers/promises';

/** Real time passes, or `gone` says that nobody waits any more. Keeps no process alive. */
export async function pause(milliseconds: number, gone?: AbortSignal): Promise<void> {
  await pass(milliseconds, undefined, { ref: false, ...(gone && { signal: gone }) }).catch(() => undefined);
}
