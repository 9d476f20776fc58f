import type { Dice } from '../../src/simulator/photo-lab/dice.ts';

/** A good photo, in the forms in which it is spoiled. */
export interface Base {
  readonly jpeg: Buffer;
  /** Smaller, so that it is soon written. */
  readonly png: Buffer;
}

/** What must be answered: taken, refused with one of these codes, or either of them. */
export type Answer = 'accepted' | 'either' | readonly string[];

/** One kind of bad or odd file, of which every seed makes another one. */
export interface Family {
  readonly name: string;
  readonly answer: Answer;
  /** Whether the payload stands in what is sent, readable as it is. */
  readonly carries?: true;
  /** Does not grow with the seed, and takes its time: made once in so many turns. */
  readonly rare?: true;
  make(base: Base, dice: Dice, payload: Buffer): Buffer | Promise<Buffer>;
}

export const UNDECODABLE = ['undecodable'] as const;
export const FOREIGN = ['unsupported-media-type'] as const;
