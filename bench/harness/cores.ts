import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Lets processes with all their threads, and whatever these start later, run on the first so many cores and nowhere else: a machine of so
 * many cores within this one. @throws Error where the system has no `taskset`
 */
export async function keepToCores(pids: readonly number[], cores: number): Promise<void> {
  await Promise.all(
    pids.map((pid) => run('taskset', ['--all-tasks', '--cpu-list', '--pid', `0-${cores - 1}`, String(pid)]).catch(unlessGone)),
  );
}

/** Back ends of PostgreSQL come and go. */
function unlessGone(error: Error): void {
  if (!/No such process/.test(error.message)) throw error;
}
