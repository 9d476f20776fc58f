import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { ADDRESSES, CONTROLS, DATES, IDS, LOOK_ALIKES, NUMBERS, PATHS, PHONES, RAW_NUMBERS, SCRIPTS, SMALL } from './bad-texts.ts';
import { digits, happens, weighted } from './luck.ts';

/** A value that JSON.stringify cannot write: `toJson` puts the text in as it is. */
export function rawJson(text: string): string {
  return `${RAW}${text}${RAW}`;
}

const RAW = '\u{f8ff}';
const QUOTED_RAW = new RegExp(`"${RAW}((?:[^"\\\\]|\\\\.)*?)${RAW}"`, 'gu');

export function toJson(value: unknown): string {
  return (JSON.stringify(value) ?? '').replaceAll(QUOTED_RAW, (_, text: string) => JSON.parse(`"${text}"`) as string);
}

/** A text that some layer might stumble over. Most hold the canary. */
export function hostileText(dice: Dice, canary: string): string {
  const long = () => dice.pick([65, 201, 256, 401, 2_001, 5_000, 60_000, 140_000]);
  return weighted<() => string>(dice, [
    [4, () => dice.pick(SMALL)],
    [4, () => canary],
    [2, () => canary.repeat(Math.ceil(long() / canary.length))],
    [1, () => dice.pick(['ễ', '\u0301', '😀', '￿', '\u202e', '\u200b', '"', '\\', '%', '<']).repeat(Math.min(long(), 20_000)) + canary],
    [4, () => `${canary}${dice.pick(CONTROLS)}${dice.pick(['', 'x', ' Minh'])}`],
    [4, () => dice.pick(LOOK_ALIKES) + canary],
    [4, () => dice.pick(SCRIPTS).replaceAll('CANARY', canary)],
    [3, () => dice.pick(PATHS).replaceAll('CANARY', canary)],
    [3, () => dice.pick(DATES)],
    [3, () => dice.pick(IDS)],
    [3, () => dice.pick(ADDRESSES).replaceAll('CANARY', canary)],
    [3, () => dice.pick(PHONES)],
    [2, () => digits(dice, dice.pick([1, 4, 9, 10, 11, 12, 13, 19, 20, 39, 41, 400]))],
    [2, () => canary.normalize(dice.pick(['NFC', 'NFD', 'NFKD'])) + 'ê\u0303'.repeat(dice.whole(1, 5))],
  ])();
}

/** Any JSON value but the one that is wanted. */
export function hostileValue(dice: Dice, canary: string): unknown {
  return weighted<() => unknown>(dice, [
    [10, () => hostileText(dice, canary)],
    [2, () => null],
    [2, () => happens(dice, 0.5)],
    [4, () => dice.pick(NUMBERS)],
    [2, () => rawJson(dice.pick(RAW_NUMBERS))],
    [2, () => []],
    [2, () => ({})],
    [2, () => Array.from({ length: dice.pick([1, 2, 21, 101, 5_000]) }, () => canary)],
    [2, () => ({ toString: canary, valueOf: canary, length: -1, toJSON: canary, then: canary })],
    [2, () => poisoned(dice, canary)],
    [2, () => nested(dice)],
    [2, () => ({ $gt: '', $where: canary })],
    [1, () => ({ '': canary, ' ': canary, '\u0000': canary, '~1/': canary })],
  ])();
}

/** An object with a name of its own that other objects inherit. */
function poisoned(dice: Dice, canary: string): unknown {
  const name = dice.pick(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', '__defineGetter__']);
  return JSON.parse(
    `{${JSON.stringify(name)}: ${dice.pick(['{"isAdmin":true}', '[]', 'null', `"${canary}"`, '{"prototype":{"status":"APPROVED"}}'])}}`,
  );
}

function nested(dice: Dice): string {
  const depth = dice.pick([5, 6, 7, 50, 1_000, 60_000]);
  return rawJson(
    happens(dice, 0.5)
      ? '['.repeat(depth) + ']'.repeat(depth)
      : '{"a":'.repeat(Math.min(depth, 20_000)) + '1' + '}'.repeat(Math.min(depth, 20_000)),
  );
}
