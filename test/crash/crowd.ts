import type { Application } from './applications.ts';
import { Citizen, type Town } from './citizen.ts';

/** More than this may not have begun and not ended: most of them are waiting for a lease to run out. */
const MOST_WAITING = 64;

/** Sends all applications, as many at once as the town has slots. */
export async function sendAll(applications: readonly Application[], town: Town, deadline: number): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (const application of applications) {
    while (underWay.size >= MOST_WAITING) await Promise.race(underWay);
    if (performance.now() > deadline) break;
    await town.slots.acquire();
    const citizen = new Citizen(application, town).submits().finally(() => {
      town.slots.release();
      underWay.delete(citizen);
    });
    underWay.add(citizen);
  }
  await Promise.all(underWay);
}

/** Those who left without an answer come back with the same key and are given one. */
export async function bringBack(applications: readonly Application[], town: Town): Promise<void> {
  await Promise.all(
    applications.map(async (application) => {
      await town.slots.acquire();
      await new Citizen(application, town, true).submits().finally(() => town.slots.release());
    }),
  );
}
