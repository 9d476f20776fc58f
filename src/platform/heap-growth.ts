import { setFlagsFromString } from 'node:v8';

/**
 * How much garbage may gather, in percent of what is alive, before all of it is looked through. V8 by itself takes about a third of the 75 MB
 * of code, places and offices that never die, and counts the bytes of passing photos in: every second declaration filled it.
 */
const HEAP_GROWING_PERCENT = 150;

/** For a process of the service's own, as it begins. Heaps of threads are small and follow the same measure. */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
}
