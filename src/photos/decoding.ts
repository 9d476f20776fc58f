import type { Sharp } from 'sharp';

/** A 12-megapixel phone photo takes a fifth of a second; what takes five is made to. */
export const MOST_SECONDS = 5;
/** A process that is paused, throttled or crowded out meanwhile has less than half a processor: nothing is said of the file then. */
const LEAST_BUSY_SECONDS = MOST_SECONDS / 2;

/** Nobody can read it, or the time was over before it had its share of a processor: then nothing is known of it, and it may come again. */
export type NoPicture = 'broken' | 'starved';

/** Whatever took the processor away is given time to end. */
export const STARVED_RETRY_SECONDS = 10;

/** What `output` makes of a picture, within the time that one may take. */
export async function decoded<Output extends object>(
  picture: Sharp,
  output: (picture: Sharp) => Promise<Output>,
): Promise<Output | NoPicture> {
  const begun = process.cpuUsage();
  try {
    return await output(picture.timeout({ seconds: MOST_SECONDS }));
  } catch (error) {
    const isLate = /^timeout\b/.test((error as Error).message);
    return isLate && wasStarved(begun) ? 'starved' : 'broken';
  }
}

/** Whether the process has had no time for what took it `MOST_SECONDS`. @param begun what it had used of a processor when that began */
export function wasStarved(begun: NodeJS.CpuUsage): boolean {
  const { user, system } = process.cpuUsage(begun);
  return user + system < LEAST_BUSY_SECONDS * 1_000_000;
}
