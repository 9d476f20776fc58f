import { readFileSync } from 'node:fs';
import type { Shot } from '../harness/http-line.ts';

const BOUNDARY = 'bench-of-the-intake';

/** Whole declarations with the same three photos, each of another person. @param args files by slot, and the office */
export function shots({ photos, officeCodes }: { photos: Record<string, string>; officeCodes: string[] }): (serial: number) => Shot {
  const files = Buffer.concat([
    ...Object.entries(photos).flatMap(([slot, path]) => [
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${slot}"; filename="${slot}.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
      ),
      readFileSync(path),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
  return (serial) => {
    const fields = {
      insuranceNumber: String(6_000_000_000 + serial),
      fullName: 'Nguyễn Văn Người Lạ',
      idNumber: `079090${String(serial).padStart(6, '0')}`,
      phone: `0352${String(serial).padStart(6, '0')}`,
      ...{ provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12 Lạch Tray' },
      officeCode: officeCodes[serial % officeCodes.length]!,
      ...{ commitmentAccepted: 'true', dataProcessingAccepted: 'true' },
    };
    const text = Object.entries(fields)
      .map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('');
    return {
      ...{ method: 'POST', path: '/v1/declarations' },
      headers: {
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        'idempotency-key': `bench-${serial}`,
        'x-forwarded-for': `10.1.${(serial >> 8) & 255}.${serial & 255}`,
      },
      body: Buffer.concat([Buffer.from(text), files]),
    };
  };
}
