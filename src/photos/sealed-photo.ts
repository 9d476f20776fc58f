import { createDecipheriv } from 'node:crypto';

/** The spool's files are encrypted while they stream in, under a key that lives as long as its process. */
export const SPOOL_ALGORITHM = 'aes-256-ctr';

/** The bytes of a photo as they rest in the spool, and what opens them; it can be sent to a thread. */
export interface SealedPhoto {
  readonly sealed: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** The bytes that were sent. */
export function unsealed({ sealed, key, iv }: SealedPhoto): Buffer {
  return createDecipheriv(SPOOL_ALGORITHM, key, iv).update(sealed);
}
