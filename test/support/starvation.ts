import { readFileSync } from 'node:fs';

/**
 * How long a process's main thread has been ready to run while others had the processors, in milliseconds since its start. It is no fault of
 * the process: how quick it is, is held against the time in which it could work. Nothing, where the system does not tell.
 */
export function mainThreadWaitMs(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
