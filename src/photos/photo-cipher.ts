import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/keyring.ts';
import { PhotoDamaged } from './photo-damaged.ts';
import type { PhotoSlot } from './photo-slot.ts';

/** Whose photo it is: bound into the ciphertext, so that a file moved to another's place opens nowhere. */
export interface PhotoReference {
  readonly id: string;
  readonly declarationId: string;
  readonly slot: PhotoSlot;
}

const ALGORITHM = 'aes-256-gcm';
const MAGIC = Buffer.from('BHXP\x01', 'latin1');
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = MAGIC.length + KEY_ID_BYTES + NONCE_BYTES;

/**
 * Photos at rest: AES-256-GCM. File format, version 1: magic `BHXP` and the version byte, id of the key (8 bytes), nonce (12),
 * ciphertext, tag (16). Authenticated beside it: the header, photo id, declaration id and slot.
 */
@Injectable()
export class PhotoCipher {
  constructor(private readonly keyring: Keyring) {}

  seal(jpeg: Buffer, reference: PhotoReference): Buffer {
    const [{ id, key }] = this.keys();
    const header = Buffer.concat([MAGIC, id, randomBytes(NONCE_BYTES)]);
    const cipher = createCipheriv(ALGORITHM, key, header.subarray(-NONCE_BYTES), { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(header, reference));
    return Buffer.concat([header, cipher.update(jpeg), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws PhotoDamaged when the file is not, byte for byte, what was sealed for this very reference */
  open(sealed: Buffer, reference: PhotoReference): Buffer {
    if (sealed.length < HEADER_BYTES + TAG_BYTES || !sealed.subarray(0, MAGIC.length).equals(MAGIC)) {
      throw new PhotoDamaged(reference.id, 'not-a-photo-file');
    }
    const header = sealed.subarray(0, HEADER_BYTES);
    const keyId = header.subarray(MAGIC.length, MAGIC.length + KEY_ID_BYTES);
    const key = this.keys().find(({ id }) => id.equals(keyId))?.key;
    if (!key) throw new PhotoDamaged(reference.id, 'unknown-key');
    const decipher = createDecipheriv(ALGORITHM, key, header.subarray(-NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(header, reference));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const jpeg = decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES));
    try {
      decipher.final();
    } catch {
      throw new PhotoDamaged(reference.id, 'not-authentic');
    }
    return jpeg;
  }

  private keys() {
    return this.keyring.keysFor('photos') as [{ id: Buffer; key: Buffer }, ...{ id: Buffer; key: Buffer }[]];
  }
}

function associatedData(header: Buffer, { id, declarationId, slot }: PhotoReference): Buffer {
  return Buffer.concat([header, Buffer.from(`${id}/${declarationId}/${slot}`)]);
}
