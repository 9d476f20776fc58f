import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { bytes, happens, weighted } from './luck.ts';
import { hostileText, hostileValue, rawJson, toJson } from './values.ts';

type Container = Record<string, unknown> | unknown[];

/** Names that are nobody's to set. */
const FOREIGN_NAMES = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON', 'length'],
  ...[
    'id',
    'status',
    'version',
    'revision',
    'dossierNumber',
    'submittedAt',
    'officeId',
    'approvedBy',
    'role',
    'mayApprove',
    'draftToken',
    'state',
  ],
  ...['', ' ', '/', '~', 'a.b', 'a[b]', '$ref', '*', 'PHONE', 'phone ', 'phone\u0000', 'ｐhone', '0'],
];

/** The JSON text of a value with so many things wrong with it. */
export function woundedJson(value: unknown, wounds: number, dice: Dice, canary: string): string {
  let wounded = structuredClone(value);
  for (let wound = 0; wound < wounds; wound++) wounded = withWound(wounded, dice, canary);
  return toJson(wounded);
}

function withWound(root: unknown, dice: Dice, canary: string): unknown {
  const places = placesIn(root);
  if (places.length === 0 || happens(dice, 0.04)) return hostileValue(dice, canary);
  const { container, key } = dice.pick(places);
  const old = (container as Record<string, unknown>)[key];
  weighted<() => void>(dice, [
    [10, () => put(container, key, hostileValue(dice, canary))],
    [6, () => put(container, key, hostileText(dice, canary))],
    [3, () => put(container, key, typeof old === 'string' ? distorted(old, dice, canary) : toJson(old))],
    [2, () => put(container, key, [old])],
    [2, () => put(container, key, { [key]: old })],
    [2, () => Reflect.deleteProperty(container, key)],
    [4, () => put(container, dice.pick(FOREIGN_NAMES), happens(dice, 0.5) ? canary : hostileValue(dice, canary))],
    [1, () => put(container, 'x'.repeat(dice.pick([65, 1_000, 60_000])), canary)],
    // The same name twice: which of the two a parser takes is its own affair.
    [2, () => put(container, key, rawJson(`${toJson(old)}, ${JSON.stringify(key)}: ${toJson(hostileText(dice, canary))}`))],
  ])();
  return root;
}

/** A good value, slightly wrong. */
function distorted(text: string, dice: Dice, canary: string): string {
  const at = dice.whole(0, text.length);
  return weighted<() => string>(dice, [
    [
      2,
      () => `${text.slice(0, at)}${dice.pick(['\u0000', '\ud83d', '\u202e', '\u200b', '\u0301', ' ', '\n', "'", canary])}${text.slice(at)}`,
    ],
    [1, () => text.slice(0, at)],
    [1, () => text + text],
    [1, () => ` ${text}\u00a0`],
    [1, () => text.toUpperCase()],
    [1, () => text.normalize('NFD')],
    [1, () => text.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))],
    [1, () => text.replaceAll('a', 'а').replaceAll('e', 'е').replaceAll('0', 'O')],
    [1, () => text.split('').reverse().join('')],
  ])();
}

/** By defining, because assigning to `__proto__` would not make a member. A list has no members but its items. */
function put(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container) && !/^\d+$/.test(key)) return;
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(root: unknown): { container: Container; key: string }[] {
  if (typeof root !== 'object' || root === null) return [];
  return Object.entries(root).flatMap(([key, member]) => [{ container: root as Container, key }, ...placesIn(member)]);
}

/** Breaks bytes, whatever they mean. */
export function broken(sound: Buffer, dice: Dice): Buffer {
  const start = dice.whole(0, sound.length);
  const end = Math.min(sound.length, start + dice.pick([1, 1, 2, 4, 16, 100]));
  return weighted<() => Buffer>(dice, [
    [3, () => flipped(sound, dice)],
    [2, () => Buffer.concat([sound.subarray(0, start), bytes(dice, dice.pick([1, 2, 8, 64])), sound.subarray(start)])],
    [2, () => Buffer.concat([sound.subarray(0, start), Buffer.from(dice.pick(TOKENS), 'latin1'), sound.subarray(start)])],
    [2, () => Buffer.concat([sound.subarray(0, start), sound.subarray(end)])],
    [1, () => Buffer.concat([sound.subarray(0, end), sound.subarray(start)])],
    [1, () => sound.subarray(0, start)],
    [1, () => Buffer.concat([sound, sound])],
  ])();
}

const TOKENS = [
  '\0',
  '\x00\x00\x00',
  '\xef\xbb\xbf',
  '\xff\xfe',
  '\xc0\xaf',
  '\xed\xa0\x80',
  '\xf4\x90\x80\x80',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '//',
  '/*',
  '\r\n',
  '\r\n\r\n',
  '--',
  '\x1a',
  "'",
  'e999',
];

function flipped(sound: Buffer, dice: Dice): Buffer {
  const copy = Buffer.from(sound);
  for (let flips = dice.pick([1, 1, 2, 8, 50]); flips > 0 && copy.length > 0; flips--) {
    const at = dice.whole(0, copy.length - 1);
    copy[at] = copy[at]! ^ (1 << dice.whole(0, 7));
  }
  return copy;
}
