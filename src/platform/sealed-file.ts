import { createCipheriv, createDecipheriv, randomBytes, type CipherGCM, type DecipherGCM } from 'node:crypto';
import type { PurposeKey } from './keyring.ts';

const ALGORITHM = 'aes-256-gcm';
const MAGIC_BYTES = 5;
export const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;

/** Length of what stands before the ciphertext, and of what stands behind it. */
export const HEADER_BYTES = MAGIC_BYTES + KEY_ID_BYTES + NONCE_BYTES;
export const TAG_BYTES = 16;

/** A file while it is being sealed: first the header, then what the cipher gives, then its tag. */
export interface Sealing {
  readonly header: Buffer;
  readonly cipher: CipherGCM;
}

/** Why a file does not open. */
export type SealFault = 'not-a-photo-file' | 'unknown-key' | 'not-authentic';

/**
 * How bytes rest: AES-256-GCM with a nonce of their own. Format: magic (four letters and a version byte), id of
 * the key (8 bytes), nonce (12), ciphertext, tag (16). Authenticated beside it: the header, and a text that says whose bytes they are, so
 * that a file moved to another's place opens nowhere.
 */
export class SealedFile {
  private readonly magic: Buffer;

  /** @param keys newest first: the first one seals, all of them open */
  constructor(
    magic: string,
    private readonly keys: () => readonly PurposeKey[],
  ) {
    this.magic = Buffer.from(magic, 'latin1');
  }

  /** For bytes that come one after the other. */
  beginSealing(owner: string): Sealing {
    const { id, key } = this.keys()[0]!;
    const header = Buffer.concat([this.magic, id, randomBytes(NONCE_BYTES)]);
    const cipher = createCipheriv(ALGORITHM, key, header.subarray(-NONCE_BYTES), { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(header, owner));
    return { header, cipher };
  }

  /** For reading piece by piece: nothing may be believed before `final` has not thrown. */
  beginOpening(header: Buffer, tag: Buffer, owner: string): DecipherGCM | SealFault {
    const isWhole = header.length === HEADER_BYTES && tag.length === TAG_BYTES;
    if (!isWhole || !header.subarray(0, MAGIC_BYTES).equals(this.magic)) return 'not-a-photo-file';
    const keyId = header.subarray(MAGIC_BYTES, MAGIC_BYTES + KEY_ID_BYTES);
    const key = this.keys().find(({ id }) => id.equals(keyId))?.key;
    if (!key) return 'unknown-key';
    const decipher = createDecipheriv(ALGORITHM, key, header.subarray(-NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(header, owner));
    decipher.setAuthTag(tag);
    return decipher;
  }

  /** Whether the newest key sealed it, as far as its header tells. */
  isNewest(sealed: Buffer): boolean {
    return sealed.subarray(MAGIC_BYTES, MAGIC_BYTES + KEY_ID_BYTES).equals(this.keys()[0]!.id);
  }

  seal(bytes: Buffer, owner: string): Buffer {
    const { header, cipher } = this.beginSealing(owner);
    return Buffer.concat([header, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** What was sealed for this very owner, byte for byte; or why it does not open. */
  open(sealed: Buffer, owner: string): Buffer | SealFault {
    if (sealed.length < HEADER_BYTES + TAG_BYTES) return 'not-a-photo-file';
    const decipher = this.beginOpening(sealed.subarray(0, HEADER_BYTES), sealed.subarray(-TAG_BYTES), owner);
    if (typeof decipher === 'string') return decipher;
    const bytes = decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES));
    try {
      decipher.final();
      return bytes;
    } catch {
      return 'not-authentic';
    }
  }
}

function associatedData(header: Buffer, owner: string): Buffer {
  return Buffer.concat([header, Buffer.from(owner)]);
}
