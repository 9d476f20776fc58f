import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { PHOTO_SLOTS, type PhotoSlot } from '../../../src/photos/photo-slot.ts';
import { applicationOf, groupBy, rowsOf, type Aftermath, type Invariant } from '../aftermath.ts';
import { inTurns } from '../in-turns.ts';
import { clerkTokens } from '../desk.ts';
import { storedPhotos } from '../photo-files.ts';

/** Each view is a request, an entry in the history and a decoded picture: of very many photos, as many as this are looked at, spread over all. */
const MOST_VIEWS = 30_000;

interface PhotoRow {
  id: string;
  declaration_id: string;
  slot: PhotoSlot;
  sha256: string;
}

export const PHOTO_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I6 every dossier has the three photos that were sent for it, and no file is missing',
    check: async (aftermath) => {
      const photos = await currentPhotos(aftermath);
      const files = new Set((await storedPhotos(aftermath.photoStore)).map(({ id }) => id));
      const find = applicationOf(aftermath);
      const byDeclaration = groupBy(photos, (photo) => photo.declaration_id);
      const missing = photos.filter(({ id }) => !files.has(id)).map(({ id }) => `the file of photo ${id} is missing`);
      const wrong = aftermath.dossiers.flatMap((dossier) => {
        const application = find(dossier);
        return PHOTO_SLOTS.flatMap((slot) => {
          const [photo, ...more] = (byDeclaration.get(dossier.id) ?? []).filter((row) => row.slot === slot);
          if (!photo || more.length > 0) return [`${dossier.dossier_number}: ${photo ? 'several photos' : 'no photo'} for ${slot}`];
          const named = (dossier.photo_ids as Record<string, string> | null)?.[slot] === photo.id;
          const sent = application && sha256(aftermath.album.file(application.serial, slot)) === photo.sha256;
          return named && sent
            ? []
            : [`${dossier.dossier_number}: ${slot} is ${named ? 'not what was sent' : 'not the one that was submitted'}`];
        });
      });
      return [...missing, ...wrong];
    },
  },
  {
    name: `I6 a clerk of the office sees every photo (of very many, ${MOST_VIEWS}), decrypted, whole, and the one that was sent`,
    check: async (aftermath) => {
      const tokens = await clerkTokens(aftermath.url, new Set(aftermath.dossiers.map((dossier) => dossier.receiving_office_code)));
      const find = applicationOf(aftermath);
      const views = spread(
        aftermath.dossiers.flatMap((dossier) => PHOTO_SLOTS.map((slot) => ({ dossier, slot }))),
        MOST_VIEWS,
      );
      const unseen = await inTurns(views, async ({ dossier, slot }) => {
        const response = await fetch(`${aftermath.url}/v1/staff/declarations/${dossier.id}/photos/${slot}`, {
          headers: { Authorization: `Bearer ${tokens.get(dossier.receiving_office_code)}` },
        });
        const bytes = Buffer.from(await response.arrayBuffer());
        if (response.status !== 200) return `${dossier.dossier_number} ${slot}: ${response.status}`;
        const application = find(dossier);
        return application && (await aftermath.album.shows(bytes, application.serial, slot))
          ? undefined
          : `${dossier.dossier_number} ${slot} shows something else`;
      });
      return unseen.filter((example) => example !== undefined);
    },
  },
  {
    name: 'I7 after the sweep no photo is without a row, and no upload is left over',
    check: async ({ photoStore, spool, database }) => {
      const rows = await rowsOf<{ id: string }>(database, 'SELECT id FROM photos');
      const named = new Set(rows.map(({ id }) => id));
      const orphans = (await storedPhotos(photoStore)).filter(({ id }) => !named.has(id));
      return [...orphans.map(({ name }) => `orphan ${name}`), ...(await readdir(spool)).map((name) => `left over ${name}`)];
    },
  },
];

function currentPhotos({ database }: Aftermath): Promise<PhotoRow[]> {
  return rowsOf<PhotoRow>(database, `SELECT id, declaration_id, slot, encode(sha256, 'hex') AS sha256 FROM photos WHERE current`);
}

function spread<Item>(items: readonly Item[], most: number): Item[] {
  const step = Math.max(1, items.length / most);
  return Array.from({ length: Math.min(items.length, most) }, (_, index) => items[Math.floor(index * step)]!);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
