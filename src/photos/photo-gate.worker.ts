import { examinePhoto, type GateResult } from './photo-examination.ts';
import type { PhotoSlot } from './photo-slot.ts';
import type { PhotoFormat } from './spool.storage.ts';

export interface PhotoTask {
  readonly sent: Uint8Array;
  readonly format: PhotoFormat;
  readonly slot: PhotoSlot;
}

/** What the thread of `PhotoGate` runs. */
export default function run({ sent, format, slot }: PhotoTask): Promise<GateResult> {
  return examinePhoto(sent, format, slot);
}
