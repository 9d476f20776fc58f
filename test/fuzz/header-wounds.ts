import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { bytes, weighted } from './luck.ts';
import { dropHeader, setHeader, utf8, type Sketch } from './sketch.ts';
import { hostileText } from './values.ts';

export function woundHeaders(sketch: Sketch, dice: Dice, canary: string): void {
  weighted<() => void>(dice, [
    [
      8,
      () => {
        const [name, value] = dice.pick(ODD_HEADERS);
        setHeader(sketch, name, value.replaceAll('CANARY', canary));
      },
    ],
    [4, () => setHeader(sketch, dice.pick(READ_HEADERS), headerText(dice, canary))],
    [
      2,
      () => {
        // Twice the same: Node joins some, keeps the first of others and refuses a few.
        const name = dice.pick(READ_HEADERS);
        sketch.headers.push([name, canary], [name, `"1", ${canary}`]);
      },
    ],
    [1, () => dropHeader(sketch, dice.pick(['Host', 'Content-Type', 'If-Match', 'Idempotency-Key', 'Lease-Token']))],
    [
      2,
      () => setHeader(sketch, 'Host', dice.pick(['', 'evil.example', `${canary}.example:99999`, 'a b', '[::1', 'localhost, evil.example'])),
    ],
    [
      1,
      () =>
        sketch.headers.push(
          ...Array.from({ length: dice.pick([30, 200, 2_500]) }, (_, index) => [`X-${index}`, canary] as [string, string]),
        ),
    ],
    [1, () => sketch.headers.push(['X-Long', canary.repeat(dice.pick([100, 900, 5_000]))])],
    [1, () => sketch.oddLines.push(dice.pick(ODD_LINES).replaceAll('CANARY', canary))],
  ])();
}

export function woundMethod(sketch: Sketch, dice: Dice): void {
  sketch.isPlain = false;
  sketch.method = weighted(dice, [
    [8, dice.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])],
    [3, dice.pick(['HEAD', 'OPTIONS'])],
    [2, dice.pick(['TRACE', 'PROPFIND', 'PURGE', 'QUERY', 'M-SEARCH'])],
    [1, dice.pick(['get', 'FOO', '', 'GET\t', 'G\x00T', 'x'.repeat(200)])],
  ]);
}

/** @param stranger a token that is good for something else */
export function woundAuthorization(sketch: Sketch, stranger: string | undefined, dice: Dice, canary: string): void {
  const value = weighted(dice, [
    [3, undefined],
    [4, stranger === undefined ? canary : `Bearer ${stranger}`],
    [2, `Bearer ${canary}`],
    [
      2,
      dice.pick([
        'Bearer',
        'Bearer ',
        'bearer',
        `Basic ${canary}`,
        `Bearer  ${canary}`,
        `Bearer ${canary} ${canary}`,
        `Bearer ${canary.repeat(20)}`,
        `Digest username="${canary}"`,
        '\xff',
        'Bearer \x80\xff',
        `Bearer ${'x'.repeat(201)}`,
      ]),
    ],
  ]);
  dropHeader(sketch, 'Authorization');
  if (value !== undefined) sketch.headers.push(['Authorization', value]);
  if (stranger !== undefined && dice.next() < 0.1) sketch.headers.push(['Authorization', `Bearer ${stranger}`]);
}

export function woundVersion(sketch: Sketch, dice: Dice): void {
  sketch.version = dice.pick([
    'HTTP/1.0',
    'HTTP/1.0',
    'HTTP/0.9',
    'HTTP/2.0',
    'HTTP/1.2',
    'HTTPS/1.1',
    'HTTP/1.1 ',
    '',
    'http/1.1',
    'HTTP/11',
  ]);
}

function headerText(dice: Dice, canary: string): string {
  return weighted<() => string>(dice, [
    [
      5,
      () =>
        utf8(hostileText(dice, canary))
          .replaceAll(/[\r\n\0]/g, ' ')
          .slice(0, 12_000),
    ],
    [
      1,
      () =>
        bytes(dice, 20)
          .toString('latin1')
          .replaceAll(/[\r\n]/g, ''),
    ],
    [1, () => ''],
  ])();
}

/** What the service, or something below it, looks at. No request id: that is given back on purpose. */
const READ_HEADERS = [
  'Accept',
  'Accept-Language',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'X-Client-Id',
  'Lease-Token',
  'Authorization',
  'X-Workspace',
  'X-Simulator-Key',
  'Content-Encoding',
  'Origin',
  'Range',
  'Cookie',
  'X-Forwarded-For',
  'Tus-Resumable',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Offset',
  'Upload-Checksum',
];

const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ['__proto__', 'CANARY'],
  ['constructor', 'CANARY'],
  ['toString', 'CANARY'],
  ['Accept', '*/*;q=0'],
  ['Accept', 'text/html, CANARY'],
  ['Accept', ',,;;q=abc'],
  ['Accept', 'application/json;q=1.0000001, */*;q=-1'],
  ['Accept', `${'a/b,'.repeat(3_000)}CANARY`],
  ['Accept-Language', 'en'],
  ['Accept-Language', '*;q=0, CANARY'],
  ['Accept-Language', `${'vi;q=0.1,'.repeat(1_200)}en`],
  ['Accept-Charset', 'utf-7'],
  ['Accept-Encoding', 'CANARY, gzip;q=0'],
  ['Content-Type', 'application/json; charset=utf-7'],
  ['Content-Type', 'application/json; charset=CANARY'],
  ['Content-Type', 'application/json; charset=utf-16'],
  ['Content-Type', 'APPLICATION/JSON'],
  ['Content-Type', 'application/json;;;'],
  ['Content-Type', 'application/merge-patch+json'],
  ['Content-Type', 'text/plain; CANARY'],
  ['Content-Type', 'application/x-www-form-urlencoded'],
  ['Content-Type', 'multipart/form-data; boundary=CANARY'],
  ['Content-Type', 'multipart/form-data'],
  ['Content-Type', '/'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'deflate'],
  ['Content-Encoding', 'br'],
  ['Content-Encoding', 'CANARY'],
  ['Tus-Resumable', '0.2.2'],
  ['Upload-Length', '10485761'],
  ['Upload-Length', '99999999999999999999'],
  ['Upload-Defer-Length', '1'],
  ['Upload-Metadata', 'slot CANARY'],
  ['Upload-Metadata', ',,slot  ,'],
  ['Upload-Offset', '-0'],
  ['Upload-Offset', '1.5'],
  ['Upload-Checksum', 'sha1 CANARY'],
  ['Upload-Checksum', '__proto__ AAAA'],
  ['Upload-Concat', 'final;/v1/uploads/CANARY'],
  ['If-Match', 'W/"1"'],
  ['If-Match', '"99999999999999999999", CANARY'],
  ['If-Match', ','],
  ['If-None-Match', '*'],
  ['If-None-Match', '"CANARY'],
  ['If-Modified-Since', 'Thu, 99 Foo 99999 99:99:99 GMT'],
  ['If-Range', 'CANARY'],
  ['Range', 'bytes=0-0,-1,99999999999999999999-'],
  ['Range', 'CANARY=1'],
  ['Idempotency-Key', ' '],
  ['Idempotency-Key', 'x'.repeat(256)],
  ['Idempotency-Key', 'CANARY with spaces'],
  ['Idempotency-Key', 'khóa'],
  ['X-Request-Id', 'x'.repeat(101)],
  ['X-Request-Id', '../\x80"\\'],
  ['X-Request-Id', 'known-0001'],
  ['X-Workspace', 'default'],
  ['X-Workspace', 'CANARY'],
  ['X-Workspace', '__proto__'],
  ['X-Workspace', ''],
  ['X-Forwarded-For', 'CANARY, 1.2.3.4, ::ffff:127.0.0.1'],
  ['X-Forwarded-Proto', 'CANARY'],
  ['X-Forwarded-Host', 'CANARY.example'],
  ['Forwarded', 'for="_CANARY";host=CANARY'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Original-URL', '/_sim/reset'],
  ['Cookie', '__proto__=CANARY; a=b; ;;=;'],
  ['Origin', 'null'],
  ['Origin', 'https://CANARY.example'],
  ['Referer', 'https://CANARY.example/'],
  ['User-Agent', '() { :; }; CANARY'],
  ['Expect', '100-continue'],
  ['Expect', 'CANARY'],
  ['TE', 'trailers, CANARY'],
  ['Trailer', 'Content-Length'],
  ['Connection', 'Upgrade, CANARY'],
  ['Upgrade', 'websocket'],
  ['Upgrade', 'h2c, CANARY'],
  ['Connection', 'close'],
  ['Connection', 'Authorization, Content-Length'],
  ['Keep-Alive', 'timeout=999999999'],
  ['Max-Forwards', '-1'],
  ['Cache-Control', 'only-if-cached, CANARY'],
  ['Access-Control-Request-Method', 'CANARY'],
  ['Transfer-Encoding', 'gzip'],
  ['Transfer-Encoding', 'CANARY'],
];

const ODD_LINES = [
  'no colon CANARY',
  ': CANARY',
  ' folded: CANARY',
  'Sp ace: CANARY',
  'X-Null: \x00CANARY',
  'X-Control: \x01\x7fCANARY',
  'X-High: \x80\xffCANARY',
  'X-\x80: CANARY',
  'X-Return: a\rCANARY',
  'Content-Length: -1',
  'Content-Length: +1',
  'Content-Length: 1, 2',
  'Content-Length: CANARY',
  'Transfer-Encoding : chunked',
  'Host: CANARY.example',
  '\x00',
  '\tX: CANARY',
  'X-Colon:: :CANARY',
];
