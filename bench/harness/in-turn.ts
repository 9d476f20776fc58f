import { median } from './bench-line.ts';

/** Until the code of a service is compiled as it will be, and its connections have their plans. */
const WARM_UP = 6;

/**
 * How long one piece of work takes in each of several places, in milliseconds: the median of so many rounds, in each of which every place
 * has its turn, so that whatever else the machine does slows them alike.
 */
export async function inTurn<Place>(
  places: readonly Place[],
  rounds: number,
  work: (place: Place, round: number) => Promise<unknown>,
): Promise<number[]> {
  const taken = places.map((): number[] => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    const order = [...places.keys()];
    for (const at of round % 2 === 0 ? order : order.toReversed()) {
      const begun = performance.now();
      await work(places[at]!, round + WARM_UP);
      if (round >= 0) taken[at]!.push(performance.now() - begun);
    }
  }
  return taken.map(median);
}
