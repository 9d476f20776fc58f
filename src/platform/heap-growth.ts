import { setFlagsFromString } from 'node:v8';

/**
 * How much garbage may gather, in percent of what is alive, before all of it is looked through. V8 by itself takes about a third of the 75 MB
 * of code, places and offices that never die, and counts the bytes of passing photos in: every second declaration filled it.
 */
const AT_EASE_PERCENT = 150;

/** Where many bodies come at once, what has passed is most of the memory: looked through sooner, 500 of them need 60 MB less. */
const CROWDED_PERCENT = 15;
const CROWD = 32;

let underWay = 0;

/** For a process of the service's own, as it begins. Heaps of threads are small and follow the same measure. */
export function letHeapGrow(): void {
  growBy(AT_EASE_PERCENT);
}

/** Takes in the body of a request, one of many perhaps. */
export async function amongBodies<T>(receive: () => Promise<T>): Promise<T> {
  if (++underWay === CROWD) growBy(CROWDED_PERCENT);
  try {
    return await receive();
  } finally {
    if (underWay-- === CROWD) growBy(AT_EASE_PERCENT);
  }
}

function growBy(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
