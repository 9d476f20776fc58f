import type { Shot } from '../harness/http-line.ts';

/** One request again and again, each time from another address. */
export function shots({ shot }: { shot: Shot }): (serial: number) => Shot {
  return (serial) => ({
    ...shot,
    headers: { ...shot.headers, 'x-forwarded-for': `10.${(serial >> 16) & 255}.${(serial >> 8) & 255}.${serial & 255}` },
  });
}
