import type { Dice } from '../../src/simulator/photo-lab/dice.ts';

export function happens(dice: Dice, probability: number): boolean {
  return dice.next() < probability;
}

/** One of the choices, each as likely as its weight. */
export function weighted<T>(dice: Dice, choices: readonly (readonly [weight: number, choice: T])[]): T {
  let rest = dice.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, choice] of choices) {
    rest -= weight;
    if (rest < 0) return choice;
  }
  return choices.at(-1)![1];
}

/** The list in another order. */
export function shuffled<T>(dice: Dice, items: readonly T[]): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = dice.whole(0, last);
    [mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!];
  }
  return mixed;
}

export function digits(dice: Dice, length: number): string {
  return Array.from({ length }, () => dice.whole(0, 9)).join('');
}

export function bytes(dice: Dice, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => dice.whole(0, 255)));
}
