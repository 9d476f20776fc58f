import { createDecipheriv } from 'node:crypto';

/** The spool's files are sealed while they stream in, under a key that lives as long as its process. */
export const SPOOL_ALGORITHM = 'aes-256-gcm';

/** The bytes of a photo as they rest in the spool, and what opens them; it can be sent to a thread. */
export interface SealedPhoto {
  readonly sealed: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** Never written: it stays in the memory of the process that received the photo. */
  readonly tag: Uint8Array;
}

/** The bytes that were sent. @throws Error when the file is not as it was written */
export function unsealed({ sealed, key, iv, tag }: SealedPhoto): Buffer {
  const decipher = createDecipheriv(SPOOL_ALGORITHM, key, iv).setAuthTag(tag);
  const photo = decipher.update(sealed);
  decipher.final();
  return photo;
}
