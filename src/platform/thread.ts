import { join } from 'node:path';
import { Piscina } from 'piscina';
import { packageRoot } from './package-root.ts';

const IDLE_MILLISECONDS = 30_000;

/**
 * A thread of its own for work that would hold up everybody else. It starts with the first task, takes one after another, and goes when
 * idle.
 * @param worker the worker's path below `src`, as built: a thread is plain JavaScript, also where the caller is not
 * @param choices `abreast`: how many tasks it takes at a time, where they wait for something most of the time. `youngMegabytes`: how much
 *   it allocates until it looks for garbage, where little is allocated beside large pictures that go with it
 */
export function threadOf<Task, Result>(
  worker: `${string}.worker.js`,
  { abreast = 1, youngMegabytes }: { abreast?: number; youngMegabytes?: number } = {},
): Piscina<Task, Result> {
  return new Piscina<Task, Result>({
    filename: join(packageRoot(), 'dist', 'src', worker),
    minThreads: 0,
    maxThreads: 1,
    concurrentTasksPerWorker: abreast,
    ...(youngMegabytes !== undefined && { resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } }),
    idleTimeout: IDLE_MILLISECONDS,
  });
}
