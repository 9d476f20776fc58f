import { readFileSync } from 'node:fs';
import { draftId, draftToken } from '../harness/drafts.ts';
import type { Shot } from '../harness/http-line.ts';

const BOUNDARY = 'bench-of-the-intake';

/** One photo into the portrait's place of a draft each. @param args the file, and where the serial numbers of the drafts begin */
export function shots({ photo, from }: { photo: string; from: number }): (serial: number) => Shot {
  const body = Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`),
    readFileSync(photo),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
  return (serial) => ({
    method: 'PUT',
    path: `/v1/drafts/${draftId(from + serial)}/photos/portrait`,
    headers: { authorization: `Bearer ${draftToken(from + serial)}`, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body,
  });
}
