import { Injectable } from '@nestjs/common';
import { Keyring, type PurposeKey } from '../platform/keyring.ts';
import { PhotoDamaged } from './photo-damaged.ts';
import type { PhotoSlot } from './photo-slot.ts';
import { SealedFile } from '../platform/sealed-file.ts';

/** Whose photo it is: bound into the ciphertext, so that a file moved to another's place opens nowhere. */
export interface PhotoReference {
  readonly id: string;
  readonly declarationId: string;
  readonly slot: PhotoSlot;
}

const FIRST = 'BHXP\x01';
const SECOND = 'BHXP\x02';

/**
 * Photos at rest: sealed files with the magic `BHXP`, bound to photo, declaration and slot. Version 2 is sealed under the declaration's
 * own key and dies with it. Version 1 was sealed under one key for all photos: it still opens, and `npm run keys:rotate` leaves none.
 */
@Injectable()
export class PhotoCipher {
  private readonly first: SealedFile;

  constructor(keyring: Keyring) {
    this.first = new SealedFile(FIRST, () => keyring.keysFor('photos'));
  }

  seal(jpeg: Buffer, reference: PhotoReference, key: PurposeKey): Buffer {
    return fileUnder(key).seal(jpeg, ownerOf(reference));
  }

  /**
   * @param key the declaration's; undefined when it has none, or has none any more
   * @throws PhotoDamaged when the file is not, byte for byte, what was sealed for this very reference
   */
  open(sealed: Buffer, reference: PhotoReference, key: PurposeKey | undefined): Buffer {
    const jpeg = (this.isOfFirstVersion(sealed) ? this.first : fileUnder(key)).open(sealed, ownerOf(reference));
    if (typeof jpeg === 'string') throw new PhotoDamaged(reference.id, jpeg);
    return jpeg;
  }

  isOfFirstVersion(sealed: Buffer): boolean {
    return sealed.subarray(0, FIRST.length).equals(Buffer.from(FIRST, 'latin1'));
  }
}

function fileUnder(key: PurposeKey | undefined): SealedFile {
  return new SealedFile(SECOND, () => (key ? [key] : []));
}

function ownerOf({ id, declarationId, slot }: PhotoReference): string {
  return `${id}/${declarationId}/${slot}`;
}
