import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { broken } from './json-wounds.ts';
import { bytes, digits, happens, weighted } from './luck.ts';
import { hostileText } from './values.ts';

export interface Part {
  /** What stands between the boundary and the content; without the empty line behind it. */
  head: string;
  content: Buffer;
}

/** A multipart body while it is being spoiled. */
interface Form {
  boundary: string;
  /** As the header tells it; undefined = not at all. */
  told: string | undefined;
  mediaType: string;
  parts: Part[];
  newline: string;
  preamble: Buffer;
  epilogue: Buffer;
  closes: boolean;
}

export interface EncodedForm {
  readonly contentType: string;
  readonly body: Buffer;
}

export function fieldPart(name: string, value: string): Part {
  return { head: `Content-Disposition: form-data; name="${name}"`, content: Buffer.from(value) };
}

export function filePart(name: string, content: Buffer, filename = `${name}.jpg`, type = 'image/jpeg'): Part {
  return { head: `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: ${type}`, content };
}

/** The parts as a browser would send them, with so many things wrong. */
export function woundedForm(parts: readonly Part[], wounds: number, dice: Dice, canary: string): EncodedForm {
  const boundary = `----fuzz${digits(dice, 16)}`;
  const empty = Buffer.alloc(0);
  const form: Form = {
    boundary,
    told: boundary,
    mediaType: 'multipart/form-data',
    parts: [...parts],
    newline: '\r\n',
    preamble: empty,
    epilogue: empty,
    closes: true,
  };
  for (let wound = 0; wound < wounds; wound++) weighted(dice, WOUNDS)(form, dice, canary);
  return { contentType: form.told === undefined ? form.mediaType : `${form.mediaType}; boundary=${form.told}`, body: encoded(form) };
}

function encoded({ boundary, parts, newline, preamble, epilogue, closes }: Form): Buffer {
  const pieces = parts.flatMap(({ head, content }) => [
    Buffer.from(`--${boundary}${newline}${head}${newline}${newline}`, 'latin1'),
    content,
    Buffer.from(newline),
  ]);
  return Buffer.concat([preamble, ...pieces, Buffer.from(closes ? `--${boundary}--${newline}` : ''), epilogue]);
}

type Wound = (form: Form, dice: Dice, canary: string) => void;

const WOUNDS: readonly (readonly [number, Wound])[] = [
  // the parts
  [6, (form, dice) => void form.parts.splice(dice.whole(0, form.parts.length), 1)],
  [4, (form, dice) => void (form.parts.length > 0 && form.parts.push(dice.pick(form.parts)))],
  [8, onPart((part, dice) => void (part.content = broken(part.content, dice)))],
  [5, onPart((part, dice, canary) => void (part.content = Buffer.from(hostileText(dice, canary))))],
  [2, onPart((part, dice) => void (part.content = Buffer.concat([part.content.subarray(0, dice.pick([2, 3, 8, 200])), bytes(dice, 500)])))],
  [2, onPart((part) => void (part.content = Buffer.alloc(0)))],
  [6, (form, dice, canary) => void form.parts.push(strange(dice, canary))],
  [
    1,
    (form, dice, canary) =>
      form.parts.push(...Array.from({ length: dice.pick([26, 31, 101]) }, (_, index) => fieldPart(`field${index}`, canary))),
  ],
  [1, (form) => void form.parts.splice(0)],
  // their heads
  [4, onPart((part, dice) => void (part.head = part.head.replace(/name="[^"]*"/, () => `name="${dice.pick(PART_NAMES)}"`)))],
  [5, onPart((part, dice, canary) => void (part.head = withFilename(part.head, dice.pick(FILE_NAMES).replaceAll('CANARY', canary))))],
  [3, onPart((part, dice, canary) => void (part.head = withType(part.head, dice.pick(TYPES).replaceAll('CANARY', canary))))],
  [3, onPart((part, dice, canary) => void (part.head += `\r\n${dice.pick(HEADERS).replaceAll('CANARY', canary)}`))],
  [3, onPart((part, dice, canary) => void (part.head = dice.pick(HEADS).replaceAll('CANARY', canary)))],
  [2, onPart((part, dice) => void (part.head = broken(Buffer.from(part.head, 'latin1'), dice).toString('latin1')))],
  // the frame
  [
    2,
    (form, dice, canary) =>
      void (form.told = dice.pick([
        undefined,
        '',
        '""',
        '"',
        canary,
        `${form.boundary}x`,
        form.boundary.slice(0, -1),
        `"${form.boundary}"`,
        ';',
        'a b',
        '--',
        '\x80',
      ])),
  ],
  [
    1,
    (form, dice) =>
      void (form.told = form.boundary = dice.pick(['x', '-', 'x'.repeat(70), 'x'.repeat(71), 'x'.repeat(4_000), "'()+_,-./:=?", '\u0000'])),
  ],
  [
    1,
    (form, dice) =>
      void (form.mediaType = dice.pick([
        'multipart/mixed',
        'multipart/related',
        'MULTIPART/FORM-DATA',
        'multipart/form-data; charset=utf-7',
        'multipart',
        'multipart/',
      ])),
  ],
  [1, (form) => void (form.newline = '\n')],
  [2, (form) => void (form.closes = false)],
  [1, (form, dice) => void (form.preamble = bytes(dice, dice.pick([1, 100, 20_000, 1_000_000])))],
  [1, (form, dice) => void (form.epilogue = bytes(dice, dice.pick([1, 100, 20_000])))],
];

function onPart(wound: (part: Part, dice: Dice, canary: string) => void): Wound {
  return (form, dice, canary) => {
    if (form.parts.length === 0) return;
    const at = dice.whole(0, form.parts.length - 1);
    const part = { ...form.parts[at]! };
    wound(part, dice, canary);
    form.parts[at] = part;
  };
}

/** A part that nobody asked for. Its name is no canary: a refusal shows an ordinary name back, to say which part it means. */
function strange(dice: Dice, canary: string): Part {
  const name = dice.pick(PART_NAMES);
  if (happens(dice, 0.4)) return filePart(name, Buffer.from(canary));
  return fieldPart(name, dice.pick([canary, 'true', '', '\u0000', '{"a":1}', canary.repeat(9_000)]));
}

function withFilename(head: string, filename: string): string {
  return head.replace(/(?:; filename="[^"]*")?(\r\n|$)/, (_, end: string) => `; ${filename}${end}`);
}

function withType(head: string, type: string): string {
  return `${head.replace(/\r\nContent-Type:[^\r]*/, '')}\r\nContent-Type: ${type}`;
}

const PART_NAMES = [
  'file',
  'portrait',
  'idFront',
  'idBack',
  'phone',
  '',
  '__proto__',
  'constructor',
  'constructor[prototype][polluted]',
  'phone[]',
  'phone[0]',
  `a${'[b]'.repeat(33)}`,
  'phone.x',
  'toString',
  'length',
  'status',
  'a%22%0d%0ab',
  'phone\u0000',
  'x'.repeat(65),
  'x'.repeat(5_000),
  'ph\xc3\xb3ne',
  '\xff\xfe',
  '"',
  '\\"',
];

const FILE_NAMES = [
  'filename=""',
  'filename="CANARY"',
  'filename="../../../etc/CANARY"',
  'filename="..\\..\\CANARY.jpg"',
  'filename="a%00CANARY.jpg"',
  'filename="a\0CANARY.jpg"',
  'filename="CANARY\\".jpg"',
  'filename="a%22%0d%0aX-CANARY: 1"',
  `filename="${'CANARY'.repeat(800)}.jpg"`,
  'filename="\xe1\xba\xa3nh CANARY.jpg"',
  'filename="/etc/cron.d/CANARY"',
  `filename="${'x'.repeat(251)}.jpg"`,
  `filename="${'x'.repeat(252)}.jpg"`,
  'filename="CANARY.jpg.php"',
  'filename="CANARY.jpg "',
  'filename="CANARY.php.jpg"',
  'filename=".htaccess"',
  'filename="CON.jpg"',
  'filename="CANARY.jpg."',
  'filename=CANARY',
  "filename*=utf-8''CANARY%zz.jpg",
  "filename*=xx'yy'%zz",
  "filename*=UTF-8''%00CANARY",
  'filename*',
  'filename="=cmd|\' /C CANARY\'!A0.jpg"',
  'filename="\xe2\x80\xaeCANARY.gpj"',
  'filename',
  'x=y; filename="CANARY.jpg"; filename="second.png"',
  'name="phone"',
];

const TYPES = [
  'image/svg+xml',
  'text/html',
  '',
  'image/jpeg; charset=utf-7',
  'image/jpeg; charset=CANARY',
  'text/plain; charset=utf-16le',
  'text/plain; charset=base64',
  'text/plain; charset=hex',
  `image/${'x'.repeat(10_000)}`,
  'application/x-www-form-urlencoded',
  'multipart/mixed; boundary=inner',
  'CANARY',
  'image/png\0',
  'application/json',
  'message/rfc822',
];

const HEADERS = [
  'Content-Transfer-Encoding: base64',
  'Content-Transfer-Encoding: quoted-printable',
  'Content-Length: 1',
  'X-CANARY: CANARY',
  'no colon CANARY',
  ': CANARY',
  '__proto__: CANARY',
  ' folded CANARY',
  `X-Long: ${'CANARY'.repeat(2_000)}`,
  'Content-Disposition: form-data; name="status"',
  'Content-Disposition: attachment',
  'Content-Type: text/plain',
  '\xff\xfe: \x01',
];

const HEADS = [
  '',
  'CANARY',
  'Content-Disposition: form-data',
  'Content-Disposition: form-data; name',
  'Content-Disposition: form-data; name=',
  'Content-Disposition: form-data; name=phone',
  "Content-Disposition: form-data; name*=utf-8''phone",
  'Content-Disposition: attachment; name="phone"',
  'Content-Disposition: form-data; filename="CANARY.jpg"',
  'Content-Type: image/jpeg',
  'Content-Disposition: form-data; name="phone',
  'Content-Disposition: form-data; name="phone"; name="street"',
  'content-disposition:form-data;name="phone"',
  'Content-Disposition: form-data; name="file"; filename="CANARY"; filename*=utf-8\'\'other',
  `X: ${'y'.repeat(20_000)}\r\nContent-Disposition: form-data; name="phone"`,
  Array.from({ length: 50 }, (_, index) => `X-${index}: CANARY`).join('\r\n'),
];
