import { join } from 'node:path';
import { Piscina } from 'piscina';
import { packageRoot } from './package-root.ts';

const IDLE_MILLISECONDS = 30_000;

/**
 * A thread of its own for work that would hold up everybody else. It starts with the first task, takes one after another, and goes when
 * idle.
 * @param worker the worker's path below `src`, as built: a thread is plain JavaScript, also where the caller is not
 * @param choices `abreast`: how many tasks it takes at a time, where they wait for something most of the time
 */
export function threadOf<Task, Result>(worker: `${string}.worker.js`, { abreast = 1 } = {}): Piscina<Task, Result> {
  return new Piscina<Task, Result>({
    filename: join(packageRoot(), 'dist', 'src', worker),
    minThreads: 0,
    maxThreads: 1,
    concurrentTasksPerWorker: abreast,
    idleTimeout: IDLE_MILLISECONDS,
  });
}
