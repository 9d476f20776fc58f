import { examinePhoto, type GateResult } from './photo-examination.ts';
import type { PhotoSlot } from './photo-slot.ts';
import { unsealed, type SealedPhoto } from './sealed-photo.ts';
import type { PhotoFormat } from './spool.storage.ts';

export interface PhotoTask {
  readonly photo: Uint8Array | SealedPhoto;
  readonly format: PhotoFormat;
  readonly slot: PhotoSlot;
}

/** What the thread of `PhotoGate` runs. */
export default function run({ photo, format, slot }: PhotoTask): Promise<GateResult> {
  return examinePhoto(photo instanceof Uint8Array ? photo : unsealed(photo), format, slot);
}
