import pLimit from 'p-limit';
import type { Database } from '../platform/database/database.ts';
import type { KeyStore } from './key-store.ts';
import type { PhotoCipher, PhotoReference } from './photo-cipher.ts';
import { PhotoDamaged } from './photo-damaged.ts';
import type { PhotoKeys } from './photo-keys.ts';
import type { PhotoStore } from './photo-store.ts';
import type { ShredLedger } from './shred-ledger.ts';
import type { UploadParts } from './upload-parts.storage.ts';

const ABREAST = 8;
const BATCH = 200;
/** Magic and version. */
const VERSION_BYTES = 5;

/** What one pass has wrapped or sealed anew. */
export interface PhotosRotated {
  readonly keys: number;
  /** Photos of the first version, which had one key for all: sealed under their declaration's own. */
  readonly photos: number;
  readonly parts: number;
  /** What no master key that is known opens. */
  readonly unreadable: number;
}

/**
 * Brings what rests in the photos' room of the current workspace under the newest master key, while the service goes on. Each step puts one
 * whole file in the place of another, and what is done already is passed over: it may be killed anywhere and begun again.
 */
export class PhotoRotation {
  constructor(
    private readonly database: Database,
    private readonly keyStore: KeyStore,
    private readonly keys: PhotoKeys,
    private readonly cipher: PhotoCipher,
    private readonly store: PhotoStore,
    private readonly ledger: ShredLedger,
    private readonly parts: UploadParts,
  ) {}

  async run(): Promise<PhotosRotated> {
    const photos = await this.sealOldPhotos();
    const keys = await this.rewrapKeys();
    const parts = await this.rewrapParts();
    return {
      keys: keys.done,
      photos: photos.done,
      parts: parts.done,
      unreadable: keys.unreadable + photos.unreadable + parts.unreadable,
    };
  }

  private async rewrapKeys(): Promise<{ done: number; unreadable: number }> {
    const found = { done: 0, unreadable: 0 };
    const line = pLimit(ABREAST);
    const begun = await this.ledger.end();
    const all: Promise<void>[] = [];
    for await (const declarationId of this.keyStore.ids()) {
      const rewrapping = line(async () => {
        const result = await this.keys.rewrap(declarationId);
        if (result === 'unreadable') found.unreadable++;
        else if (result) found.done++;
        if (result === true) await this.removeIfShredded(declarationId, begun);
      });
      all.push(rewrapping);
      if (all.length >= BATCH) await Promise.all(all.splice(0));
    }
    await Promise.all(all);
    return found;
  }

  /** A key that was shredded between reading and writing it is there again: the ledger, which was written before, tells. */
  private async removeIfShredded(declarationId: string, begun: number): Promise<void> {
    if ((await this.ledger.end()) === begun) return;
    for await (const { keys } of this.ledger.entries(begun)) {
      if (keys.some(({ declaration }) => declaration === declarationId)) await this.keyStore.delete(declarationId);
    }
  }

  private async sealOldPhotos(): Promise<{ done: number; unreadable: number }> {
    const found = { done: 0, unreadable: 0 };
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const rows = await this.database.rows<{ id: string; declaration_id: string; slot: PhotoReference['slot'] }>(
        `SELECT id, declaration_id, slot FROM photos WHERE id > $1 ORDER BY id LIMIT ${BATCH}`,
        [after],
      );
      for (const { id, declaration_id: declarationId, slot } of rows) {
        const head = await this.store.head(id, VERSION_BYTES);
        if (!head || !this.cipher.isOfFirstVersion(head)) continue;
        try {
          if (await this.sealAnew({ id, declarationId, slot })) found.done++;
        } catch (error) {
          if (!(error instanceof PhotoDamaged)) throw error;
          found.unreadable++;
        }
      }
      if (rows.length < BATCH) return found;
      after = rows.at(-1)!.id;
    }
  }

  /** The row is held meanwhile: who would shred the photo waits, and then finds its key. @returns false when it is gone already */
  private async sealAnew(reference: PhotoReference): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.rows('SELECT FROM photos WHERE id = $1 FOR KEY SHARE', [reference.id]);
      if (rows.length === 0) return false;
      const jpeg = this.cipher.open(await this.store.get(reference.id), reference, undefined);
      const key = await this.keys.getOrMake(reference.declarationId);
      await this.store.replace(reference.id, this.cipher.seal(jpeg, reference, key));
      return true;
    });
  }

  private async rewrapParts(): Promise<{ done: number; unreadable: number }> {
    const found = { done: 0, unreadable: 0 };
    const uploads = await this.database.rows<{ id: string; parts: string[] }>(`SELECT id, parts FROM uploads WHERE parts <> '{}'`);
    for (const { id, parts } of uploads) {
      const { done, unreadable } = await this.parts.rewrap(id, parts);
      found.done += done;
      found.unreadable += unreadable;
    }
    return found;
  }
}
