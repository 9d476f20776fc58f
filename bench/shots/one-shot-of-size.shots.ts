import { readFileSync } from 'node:fs';
import type { Shot } from '../harness/http-line.ts';

const BOUNDARY = 'bench-boundary-7MA4YWxkTrZu0gW';
const SLOTS = ['portrait', 'idFront', 'idBack'];

const FIELDS = {
  ...{ fullName: 'Nguyễn Văn Người Lạ', provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12 Lạch Tray' },
  ...{ officeCode: '03102', commitmentAccepted: 'true', dataProcessingAccepted: 'true' },
};

/** Whole declarations, each of another person, all with this photo three times, each a file of its own. @param args where the photo lies, and where serial numbers begin */
export function shots({ photo, from }: { photo: string; from: number }): (serial: number) => Shot {
  const jpeg = readFileSync(photo);
  const files = SLOTS.flatMap((slot) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${slot}"; filename="${slot}.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
    withComment(jpeg, slot),
    '\r\n',
  ]).map((part) => Buffer.from(part as string));
  const end = Buffer.from(`--${BOUNDARY}--\r\n`);
  return (serial) => {
    const person = from + serial;
    const own = {
      insuranceNumber: String(6_500_000_000 + person),
      idNumber: `0790${String(person).padStart(8, '0')}`,
      phone: `0353${String(person).padStart(6, '0')}`,
    };
    const fields = Object.entries({ ...FIELDS, ...own }).map(
      ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return {
      method: 'POST',
      path: '/v1/declarations',
      headers: {
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        'idempotency-key': `bench-one-shot-${person}`,
        'x-forwarded-for': `10.${(person >> 16) & 255}.${(person >> 8) & 255}.${person & 255}`,
      },
      body: Buffer.concat([Buffer.from(fields.join('')), ...files, end]),
    };
  };
}

/** The service refuses one file in two slots: the same picture, with a word about it behind its first marker. */
function withComment(jpeg: Buffer, word: string): Buffer {
  const comment = Buffer.from(`\xff\xfe\x00${String.fromCharCode(word.length + 2)}${word}`, 'latin1');
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}
