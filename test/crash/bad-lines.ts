import type { LineMode } from '../support/tcp-line.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';

/** A whole one-shot form with three photos is about so long; faults fall anywhere in it, and in what follows on the same line. */
const LONG = 260_000;

/**
 * What becomes of a phone's connection, by its place among all that its copy is asked over. None of them lasts for ever: a client keeps
 * a good connection, and would meet no bad one any more.
 */
export function citizensLine(seed: string, copy: number, place: number): LineMode {
  const dice = new Dice(`${seed} copy ${copy} line ${place}`);
  const chance = dice.next();
  if (chance < 0.3) return { kind: 'reset', after: dice.whole(LONG, 4 * LONG), way: 'up' };
  if (chance < 0.45) return { kind: 'reset', after: dice.whole(0, LONG), way: 'up' };
  if (chance < 0.55) return { kind: 'reset', after: dice.whole(1, 3_000), way: 'down' };
  if (chance < 0.75) return { kind: 'drop-response' };
  if (chance < 0.85) return { kind: 'half-close', after: dice.whole(0, LONG) };
  if (chance < 0.95) return { kind: 'dribble', bytes: dice.whole(1_000, 8_000), everyMilliseconds: dice.whole(1, 5) };
  return { kind: 'delay', milliseconds: dice.whole(5, 120) };
}
