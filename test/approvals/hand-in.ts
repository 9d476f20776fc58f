import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import type { Application } from '../crash/applications.ts';
import { exchange } from '../crash/exchange.ts';
import { inTurns } from '../crash/in-turns.ts';
import type { PhotoAlbum } from '../crash/photo-album.ts';
import type { Waiting } from './approval-journal.ts';

/**
 * Every declaration by the citizen's own door, in one request, with the smallest photos that the gate lets in: nothing is written
 * beside the service, so that what is approved is a dossier like any other.
 */
export function handIn(applications: readonly Application[], album: PhotoAlbum, urls: readonly string[]): Promise<Waiting[]> {
  return inTurns(applications, async ({ serial, key, typed, declared }) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(typed)) form.set(name, String(value));
    for (const slot of PHOTO_SLOTS) {
      form.set(slot, new Blob([new Uint8Array(album.file(serial, slot))], { type: 'image/jpeg' }), `${slot}.jpg`);
    }
    const url = urls[serial % urls.length]!;
    const outcome = await exchange({ method: 'POST', url: `${url}/v1/declarations`, headers: { 'Idempotency-Key': key }, body: form });
    if (outcome.kind !== 'answer' || outcome.status !== 201)
      throw new Error(`declaration ${serial}: ${outcome.kind === 'answer' ? outcome.code : outcome.why}`);
    const { officeCode, idNumber, insuranceNumber } = declared;
    return { id: String(outcome.body.id), serial, officeCode, idNumber, insuranceNumber };
  });
}
