import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { Operation } from './api-description.ts';
import { digits, happens, weighted } from './luck.ts';
import { utf8, type Sketch } from './sketch.ts';
import { hostileText } from './values.ts';

/** Percent-encodes every byte that is not plainly a letter or digit. */
export function escaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => (/[\w.~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`))
    .join('');
}

export function pathOf(template: string, facts: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => escaped(String(name in facts ? facts[name] : 'x')));
}

export function woundPath(
  sketch: Sketch,
  operation: Operation,
  facts: Readonly<Record<string, unknown>>,
  dice: Dice,
  canary: string,
): void {
  const names = [...operation.template.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!);
  if (names.length > 0 && happens(dice, 0.6)) {
    // The parameter is another one; the operation stays the same as long as no slash gets in.
    const text = hostileText(dice, canary).slice(0, 9_000);
    const value = weighted(dice, [
      [5, escaped(text)],
      [2, utf8(text).replaceAll(/[^\x21-\x7e]/g, '')],
      [3, dice.pick(SEGMENTS).replaceAll('CANARY', canary)],
    ]);
    const other = pathOf(operation.template.replace(`{${dice.pick(names)}}`, '\u0001'), facts);
    sketch.path = other.replace('\u0001', () => value);
    sketch.isPlain = false;
    return;
  }
  sketch.isPlain = false;
  sketch.path = weighted<() => string>(dice, [
    [2, () => `${sketch.path}/`],
    [1, () => `/${sketch.path}`],
    [1, () => sketch.path.replaceAll('/', '//')],
    [1, () => sketch.path.toUpperCase()],
    [2, () => `${sketch.path};${canary}=1`],
    [2, () => `${sketch.path}/${dice.pick(SEGMENTS).replaceAll('CANARY', canary)}`],
    [2, () => sketch.path.replace(/\/(?=[^/]*$)/, dice.pick(['%2f', '%2F..;/', '/./', '/../', '\\', '/%2e%2e/', '%252f', '/x/../']))],
    [1, () => `/w/default${sketch.path}`],
    [1, () => `/w/${dice.pick([canary, '..', '%2e%2e', '', '__proto__', 'default%00'])}${sketch.path}`],
    [1, () => `http://${dice.pick(['localhost', 'evil.example', canary, ''])}${sketch.path}`],
    [
      1,
      () =>
        dice.pick([
          '*',
          '',
          '?',
          '//',
          '//evil.example/%2e%2e',
          '/..',
          '/\x80',
          `/${'x'.repeat(dice.pick([3_000, 9_000, 20_000]))}`,
          '/%',
          '/ /',
          '#',
        ]),
    ],
    [
      1,
      () =>
        [...sketch.path]
          .map((letter) => (happens(dice, 0.3) && letter !== '/' ? `%${letter.charCodeAt(0).toString(16)}` : letter))
          .join(''),
    ],
  ])();
}

/** Paths that no document promises. */
export function strayPath(dice: Dice, canary: string): string {
  return weighted<() => string>(dice, [
    [3, () => dice.pick(STRAY).replaceAll('CANARY', canary)],
    [1, () => `/${escaped(hostileText(dice, canary).slice(0, 9_000))}`],
    [
      1,
      () =>
        `/v1/${dice.pick(['declarations', 'drafts', 'staff', 'offices', 'admin', 'uploads', 'qr', canary])}/${escaped(hostileText(dice, canary).slice(0, 500))}`,
    ],
  ])();
}

export function woundQuery(sketch: Sketch, operation: Operation, dice: Dice, canary: string): void {
  const known = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const name = known.length > 0 ? dice.pick(known) : dice.pick(['limit', 'q', 'id', 'seed']);
  const pair = weighted<() => string>(dice, [
    [6, () => `${name}=${escaped(hostileText(dice, canary).slice(0, 9_000))}`],
    [2, () => `${name}=1&${name}=${canary}`],
    [2, () => dice.pick(PAIRS).replaceAll('NAME', name).replaceAll('CANARY', canary)],
    [1, () => Array.from({ length: dice.pick([50, 1_001]) }, () => `${name}=${digits(dice, 3)}`).join('&')],
    [
      1,
      () =>
        `${name}=${dice.pick(['0', '-1', '1e3', '0x10', '1.5', '201', ' 5', '5 ', '٥', '+5', '1e999', '99999999999999999999', 'true'])}`,
    ],
  ])();
  const parts = [...(sketch.query === undefined || happens(dice, 0.3) ? [] : [sketch.query]), pair];
  sketch.query = parts.join('&');
}

const SEGMENTS = [
  '%2F..;',
  '..%2f',
  '%2e%2e',
  '%00',
  '%',
  '%zz',
  '%E0%A4%A',
  '%c0%ae%c0%ae',
  '%ff',
  '%u0041',
  '..;',
  'CANARY%0d%0aSet-Cookie:x',
  '%F0%9F%98%80',
  '%ed%a0%80',
  '{id}',
  ':id',
  '(.*)',
  '[object Object]',
  'undefined',
  'null',
  '__proto__',
  'constructor',
  'CANARY',
  'CANARY.json',
  '~',
  '$&',
];

const STRAY = [
  '/',
  '/CANARY',
  '/v1',
  '/v1/',
  '/v2/declarations',
  '/.git/config',
  '/.env',
  '/admin',
  '/_sim',
  '/_sim/',
  '/docs/CANARY',
  '/docs/..%2f..%2fpackage.json',
  '/docs/../../package.json',
  '/docs/%2e%2e/%2e%2e/package.json',
  '//evil.example/..',
  '/docs//evil.example/%2e%2e',
  '/docs',
  '/openapi.json',
  '/openapi.json/CANARY',
  '/problems',
  '/problems/__proto__',
  '/problems/CANARY',
  '/health',
  '/metrics/CANARY',
  '/favicon.ico',
  '/robots.txt',
  '/v1/drafts/',
  '/v1/declarations//photos/portrait',
  '/w/',
  '/w/default',
  '/w/default/w/default/v1/reasons',
  '/w/CANARY',
  '/v1/admin/staff',
  '/v1/staff/exports/declarations.csv',
  '/api-json',
  '/docs-json',
  '/docs/swagger-ui-init.js',
  '/graphql',
];

const PAIRS = [
  '__proto__=CANARY',
  '__proto__[a]=CANARY',
  'constructor[prototype][a]=CANARY',
  'NAME[]=CANARY',
  'NAME[0]=CANARY',
  'NAME[$gt]=',
  'NAME=%',
  'NAME=%zz',
  'NAME=%E0%A4%A',
  'NAME=%00',
  'NAME=%c0%ae',
  'NAME',
  'NAME=',
  '=CANARY',
  '&&&',
  '&=&=',
  'NAME;x=1',
  'NAME=CANARY#CANARY',
  '?',
  '?NAME=1',
  'unknown=CANARY',
  'NAME%00=CANARY',
  '%4eAME=1',
  '+=+',
  'toString=CANARY',
  'hasOwnProperty=1',
  'NAME=\x80\xff',
];
