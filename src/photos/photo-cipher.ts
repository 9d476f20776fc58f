import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/keyring.ts';
import { PhotoDamaged } from './photo-damaged.ts';
import type { PhotoSlot } from './photo-slot.ts';
import { SealedFile } from './sealed-file.ts';

/** Whose photo it is: bound into the ciphertext, so that a file moved to another's place opens nowhere. */
export interface PhotoReference {
  readonly id: string;
  readonly declarationId: string;
  readonly slot: PhotoSlot;
}

/** Photos at rest: sealed files with the magic `BHXP`, version 1, bound to photo, declaration and slot. */
@Injectable()
export class PhotoCipher {
  private readonly file: SealedFile;

  constructor(keyring: Keyring) {
    this.file = new SealedFile(keyring, 'photos', 'BHXP\x01');
  }

  seal(jpeg: Buffer, reference: PhotoReference): Buffer {
    return this.file.seal(jpeg, ownerOf(reference));
  }

  /** @throws PhotoDamaged when the file is not, byte for byte, what was sealed for this very reference */
  open(sealed: Buffer, reference: PhotoReference): Buffer {
    const jpeg = this.file.open(sealed, ownerOf(reference));
    if (typeof jpeg === 'string') throw new PhotoDamaged(reference.id, jpeg);
    return jpeg;
  }
}

function ownerOf({ id, declarationId, slot }: PhotoReference): string {
  return `${id}/${declarationId}/${slot}`;
}
