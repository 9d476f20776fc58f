import { createHash } from 'node:crypto';
import type { PhotoGate } from '../../src/photos/photo-gate.ts';
import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import { sameImageFaults } from '../../src/photos/same-image.rule.ts';
import type { Label, LabelledPhoto } from './labelled-set.ts';

/** What the gate says of a photo, and the rule on photos beside each other. */
export async function classified(gate: PhotoGate, photo: LabelledPhoto): Promise<Label> {
  const { slot } = photo;
  const sent = await photo.bytes();
  const result = await gate.examine(sent, sent[0] === 0x89 ? 'png' : 'jpeg', slot);
  if (!result.ok) return `refused: ${result.code}`;
  const other = PHOTO_SLOTS.find((name) => name !== slot)!;
  const hashes = { ...(photo.beside && { [other]: sha256(await photo.beside()) }), [slot]: sha256(sent) };
  const same = sameImageFaults(hashes).some(({ pointer }) => pointer === `/${slot}`);
  return same ? 'refused: same-as-other-slot' : result.advice.map(({ code }) => code);
}

export function sayLabel(label: Label): string {
  if (typeof label === 'string') return label;
  return label.length === 0 ? 'accepted' : `accepted: ${label.join(', ')}`;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
