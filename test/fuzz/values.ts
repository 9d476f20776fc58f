import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
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

const SMALL = [
  '',
  ' ',
  '\t',
  '0',
  '-1',
  'null',
  'undefined',
  'NaN',
  'true',
  '[]',
  '{}',
  '*',
  '.',
  '..',
  '/',
  '\\',
  '%',
  '%00',
  '+',
  ';',
  ',',
  '"',
  "'",
  'A',
];

const CONTROLS = [
  '\u0000',
  '\u001b[31m',
  '\r\nBcc: other@example.net',
  '\n',
  '\u2028',
  '\u0085',
  '\ud800',
  '\udfff',
  '\u202e',
  '\u2066',
  '\u200d',
  '\ufeff',
  '\ufffe',
  '\u00ad',
  '\u{e0041}',
  '\u007f',
];

const LOOK_ALIKES = [
  '０３１０２',
  '０３９７０９７３７９',
  '٠٣١٠٢',
  '𝟎𝟑𝟏𝟎𝟐',
  'Нguуễn ',
  'Ｎｇｕｙễｎ ',
  'Nguyễn',
  'Nguyê\u0303n ',
  'ſ',
  'ﬁ',
  'İ',
  'ß',
  'ｔrue',
  'Z̷̡a',
  '\u3000',
  '\u00a0',
  '\u200e',
];

const SCRIPTS = [
  "'; DROP TABLE declarations; -- CANARY",
  "%' OR 1=1 /*CANARY*/",
  '{{CANARY}}',
  '${CANARY}',
  '<script>CANARY</script>',
  '<%= CANARY %>',
  '$(CANARY)',
  '`CANARY`',
  '=cmd|CANARY!A0',
  '{"$gt":"CANARY"}',
  '%s%n%x CANARY',
  '\\u0000CANARY',
  '&#x43;ANARY CANARY',
  "H'CANARY",
  'CANARY\\',
  '$1 CANARY',
  '${jndi:ldap://CANARY}',
];

const PATHS = [
  '../../../etc/passwd',
  '..%2f..%2fCANARY',
  '%2F..;CANARY',
  '....//CANARY',
  '/CANARY',
  'C:\\CANARY',
  'file:///CANARY',
  'http://169.254.169.254/CANARY',
  '%252e%252e%252fCANARY',
  'CANARY%00.jpg',
  'CON',
  '.htaccess',
  '~root',
  '//CANARY',
];

const DATES = [
  '0000-00-00',
  '2023-02-29',
  '2026-12-31T24:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2099-12-31T23:59:60Z',
  '2000-01-01T00:00:00+99:99',
  '2999-01-01T00:00:00-12:00',
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '1e20',
  '2021-04-20',
  '20210420T020000Z',
  '2021-W16-2T00:00:00Z',
  '2021-110T00:00:00Z',
  '2021-04-20T02:00:00.123456789012345Z',
  '2021-04-20 02:00:00',
  '2021-04-20T02:00',
  'P',
  'PT',
  'P1Y2M3W4DT5H6M7.8S',
  'P999Y',
  'P9999M',
  'P99999D',
  'PT999999H',
  'PT999999999S',
  'P-1D',
  'P1.5D',
  'P0D',
  'P1W1',
  'p1d',
  '-P1D',
  'now',
  'infinity',
  '-infinity',
  'epoch',
  'today',
  'J99999999',
];

const IDS = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '{0199c2d4-1111-7000-8000-000000000000}',
  '0199C2D4-1111-7000-8000-000000000000',
  'urn:uuid:0199c2d4-1111-7000-8000-000000000000',
  '0199c2d4111170008000000000000000',
  '0199c2d4-1111-7000-8000-00000000000g',
  '49631.GD/2021/03102',
  '99999999999999999999.GD/2021/03102',
  '00001.gd/2021/03102',
  '٤٩٦٣١.GD/2021/03102',
  'AAAA-BBBB-CCCC-DDDD',
  'OOOO-IIII-LLLL-UUUU',
];

const ADDRESSES = [
  'CANARY@example.com, other@example.net',
  'CANARY@example.com\r\nBcc: other@example.net',
  'CANARY <other@example.net>',
  '"other@example.net x"@example.com',
  'group: CANARY@example.com;',
  'CANARY@[127.0.0.1]',
  'CANARY@localhost',
  'CANARY@example.com.',
  'CANARY@-example.com',
  'CANARY@xn--80ak6aa92e.com',
  '@example.com',
  'CANARY@',
  `${'a'.repeat(250)}@example.com`,
  'CANARY@exämple.com',
  'CANARY@example.com\u0000',
  '=?utf-8?q?CANARY?=@example.com',
];

const PHONES = [
  '113',
  '0123',
  '+84',
  '+84352153000000',
  "035-2153'--",
  '0352153\n0999',
  '+1 202 555 0100',
  '0243 936 1166',
  '٠٣٥٢١٥٣٠٠٠',
  '０３５２１５３０００',
  '+84 (0) 352 153 000',
  'tel:+84352153000;ext=1',
  '0352153000,0352153001',
  '084352153000',
];

const NUMBERS = [
  0,
  -0,
  -1,
  1,
  0.5,
  -0.1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  1e21,
  1e308,
  5e-324,
  999_999_999,
  1_000_000_000,
  1999,
  3000,
];
const RAW_NUMBERS = [
  '1e999',
  '-1e999',
  '1E400',
  '0.1e-999',
  '00',
  '0x10',
  '+1',
  '.5',
  '1.',
  'NaN',
  'Infinity',
  '-',
  '1_000',
  '9'.repeat(400),
  `0.${'0'.repeat(5_000)}1`,
];
