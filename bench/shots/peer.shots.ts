import { readFileSync } from 'node:fs';
import type { Shot } from '../harness/http-line.ts';

const BOUNDARY = 'bench-of-the-intake';

/** What is asked of the peer. @param args `files`: three photos come up in one request; `item`: a declaration that names three; `list`: a page of those that wait */
export function shots(args: {
  job: 'files' | 'item' | 'list';
  token: string;
  path: string;
  photos?: Record<string, string>;
  files?: string[];
}): (serial: number) => Shot {
  const authorization = `Bearer ${args.token}`;
  if (args.job === 'list') return () => ({ method: 'GET', path: args.path, headers: { authorization } });
  if (args.job === 'files') {
    const body = Buffer.concat([
      ...Object.entries(args.photos!).flatMap(([slot, path]) => [
        Buffer.from(
          `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${slot}"; filename="${slot}.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
        ),
        readFileSync(path),
        Buffer.from('\r\n'),
      ]),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]);
    const headers = { authorization, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
    return () => ({ method: 'POST', path: args.path, headers, body });
  }
  const [portrait, id_front, id_back] = args.files!;
  return (serial) => ({
    method: 'POST',
    path: args.path,
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      insurance_number: String(6_000_000_000 + serial),
      full_name: 'Nguyễn Văn Người Lạ',
      id_number: `079090${String(serial).padStart(6, '0')}`,
      phone: `+84352${String(serial).padStart(6, '0')}`,
      ...{ province_code: '31', district_code: '304', ward_code: '11359', street: 'Số 12 Lạch Tray', office_code: '03102' },
      ...{ status: 'SUBMITTED', portrait, id_front, id_back },
    }),
  });
}
