import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { Rehearsal } from './rehearsals.ts';
import { becomesReady, Theatre, type Sent } from './theatre.ts';

const ABREAST = 8;
const LONGEST_WAIT_MS = 2_000;

/** The service is told to stop while everybody is at it: each request is a receipt that lasts, or nothing. */
export async function sigterms({ directory, seed, say, sigterms: times }: Rehearsal): Promise<string[]> {
  const theatre = await Theatre.opens({ directory, seed, say });
  const dice = new Dice(`${seed} sigterms`);
  const count = { received: 0, putOff: 0, refusedAtTheDoor: 0, broken: 0 };
  const stops: number[] = [];
  const findings: string[] = [];
  try {
    for (let time = 0; time < times; time++) {
      const isOver = new AbortController();
      const lanes = Array.from({ length: ABREAST }, () => sendUntil(theatre, isOver.signal));
      await pause(dice.whole(100, LONGEST_WAIT_MS));
      const began = performance.now();
      // Any other end than in order is a breach.
      await theatre.service.stop();
      stops.push(performance.now() - began);
      isOver.abort();
      const sent = (await Promise.all(lanes)).flat();
      const stored = await theatre.stored();
      for (const one of sent) findings.push(...judge(one, stored, count));
      theatre.service.start();
      await becomesReady(theatre.service);
    }
    say(
      `${times} SIGTERMs, each ended with 0, the longest after ${Math.round(Math.max(...stops))} ms · ${count.received} received and stored, ${count.putOff} put off, ${count.refusedAtTheDoor} found the door shut, ${count.broken} cut off before they were taken in`,
    );
    return [...findings, ...(await theatre.curtain())];
  } finally {
    await theatre.close();
  }
}

async function sendUntil(theatre: Theatre, over: AbortSignal): Promise<Sent[]> {
  const sent: Sent[] = [];
  while (!over.aborted) {
    const one = await theatre.send();
    sent.push(one);
    // Nobody is there any more.
    if (one.outcome.kind !== 'answer') break;
  }
  return sent;
}

function judge(
  { application, outcome }: Sent,
  stored: ReadonlySet<string>,
  count: { received: number; putOff: number; refusedAtTheDoor: number; broken: number },
): string[] {
  const isStored = stored.has(application.declared.insuranceNumber);
  const who = `application ${application.serial}`;
  if (outcome.kind !== 'answer') {
    count[outcome.kind === 'unreachable' ? 'refusedAtTheDoor' : 'broken']++;
    return isStored ? [`${who} is stored, and was told nothing: ${outcome.why}`] : [];
  }
  if (outcome.status === 201) {
    count.received++;
    return isStored ? [] : [`${who} was received, and is not stored`];
  }
  count.putOff++;
  if (outcome.status !== 503) return [`${who} was answered ${outcome.status} ${outcome.code}`];
  return isStored ? [`${who} was put off, and is stored`] : [];
}
