import { Injectable } from '@nestjs/common';
import { adviceOn, type PhotoAdvice } from '../photos/photo-advice.ts';
import type { PhotoMeasures } from '../photos/photo-measures.ts';
import type { PhotoSlot } from '../photos/photo-slot.ts';
import { photoRejected, PhotosService, type KeptPhoto } from '../photos/photos.service.ts';
import { Shredding } from '../photos/shredding.ts';
import { sameImageFaults } from '../photos/same-image.rule.ts';
import type { SpooledFile } from '../photos/spool.storage.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { Refusal, type Fault } from '../platform/refusal.ts';

/** What a sender is told of a photo: the hash is of the bytes sent, size and measures of what was kept. */
export interface PhotoAnswer {
  slot: PhotoSlot;
  sha256: string;
  width: number;
  height: number;
  quality: PhotoMeasures;
  advice: PhotoAdvice[];
}

interface PhotoRow {
  id: string;
  slot: PhotoSlot;
  sha256: Buffer;
  width: number;
  height: number;
  measures: PhotoMeasures;
}

/** How a declaration takes a photo. */
export interface PhotoAdmission {
  /** The photo before it must be kept, because an earlier revision was sent with it. */
  keepsEarlier: boolean;
  /** Whether another slot's photo is to be replaced itself, so that the same picture may stand there until then; never by default. */
  isPassedOver?(other: Pick<PhotoRow, 'id' | 'slot'>): boolean;
}

/** Photos of one declaration, slot by slot: a draft's and an amendment's go the same way. */
@Injectable()
export class DeclarationPhotos {
  constructor(
    private readonly database: Database,
    private readonly photos: PhotosService,
    private readonly shredding: Shredding,
  ) {}

  /**
   * Puts a photo into its slot: gate and store first, then one transaction.
   * @param admit locks the declaration and decides whether it takes the photo, and how
   * @throws Refusal `photo-rejected`, `unsupported-media-type`, or whatever `admit` refuses
   */
  async put(
    declarationId: string,
    slot: PhotoSlot,
    spooled: SpooledFile,
    admit: (tx: Transaction, photoId: string) => Promise<PhotoAdmission>,
  ): Promise<PhotoAnswer> {
    const photo = await this.photos.keep({ spooled, declarationId, slot });
    if ('fault' in photo) throw photoRejected([photo.fault]);
    let replaced: string[];
    try {
      replaced = await this.database.transaction(async (tx) => {
        const admission = await admit(tx, photo.id);
        await this.refuseSameImage(tx, photo, admission);
        const gone = await this.removeCurrent(tx, declarationId, slot, admission.keepsEarlier);
        await tx.rows(
          `INSERT INTO photos (id, declaration_id, slot, sha256, stored_bytes, width, height, measures, perceptual_hash, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, domain_now())`,
          [
            photo.id,
            declarationId,
            slot,
            photo.sha256,
            photo.storedBytes,
            photo.width,
            photo.height,
            JSON.stringify(photo.measures),
            photo.perceptualHash,
          ],
        );
        return gone;
      });
    } catch (error) {
      if (error instanceof Refusal) await this.photos.discard([photo.id]);
      throw error;
    }
    // Not within the above: from the commit on a row names the photo, whatever becomes of the one before it, which else goes with the sweep.
    await this.shredding.shred({ photoIds: replaced });
    return answerOf(photo);
  }

  /** @throws Refusal `not-found` when the slot is empty */
  async get(declarationId: string, slot: PhotoSlot): Promise<PhotoAnswer> {
    const photo = (await this.bySlot(declarationId))[slot];
    if (!photo) throw new Refusal('not-found');
    return photo;
  }

  async bySlot(declarationId: string, tx: Pick<Transaction, 'rows'> = this.database): Promise<{ [Slot in PhotoSlot]?: PhotoAnswer }> {
    const rows = await this.current(tx, declarationId);
    return Object.fromEntries(rows.map((row) => [row.slot, answerOf(row)]));
  }

  /** What is wrong with the photos as they stand together. */
  async faultsTogether(tx: Transaction, declarationId: string): Promise<Fault[]> {
    const photos = await this.current(tx, declarationId);
    return sameImageFaults(Object.fromEntries(photos.map(({ slot, sha256 }) => [slot, sha256])));
  }

  private async refuseSameImage(tx: Transaction, photo: KeptPhoto, admission: PhotoAdmission): Promise<void> {
    const others = (await this.current(tx, photo.declarationId)).filter(
      (other) => other.slot !== photo.slot && !admission.isPassedOver?.(other),
    );
    const faults = sameImageFaults({ ...Object.fromEntries(others.map(({ slot, sha256 }) => [slot, sha256])), [photo.slot]: photo.sha256 });
    if (faults.length > 0) throw photoRejected([{ pointer: `/${photo.slot}`, code: 'same-as-other-slot' }]);
  }

  /** Takes the slot's photo out of use. @returns ids of photos that no revision needs, to be deleted after the commit */
  private async removeCurrent(tx: Transaction, declarationId: string, slot: PhotoSlot, keepsEarlier: boolean): Promise<string[]> {
    if (keepsEarlier) {
      await tx.rows(
        `UPDATE photos SET current = false WHERE declaration_id = $1 AND slot = $2 AND current AND EXISTS (
           SELECT FROM declaration_revisions revision WHERE revision.declaration_id = $1 AND revision.photo_ids ->> $2 = photos.id::text)`,
        [declarationId, slot],
      );
    }
    const rows = await tx.rows<{ id: string }>(`DELETE FROM photos WHERE declaration_id = $1 AND slot = $2 AND current RETURNING id`, [
      declarationId,
      slot,
    ]);
    return rows.map(({ id }) => id);
  }

  private current(tx: Pick<Transaction, 'rows'>, declarationId: string): Promise<PhotoRow[]> {
    return tx.rows<PhotoRow>(
      `SELECT id, slot, sha256, width, height, measures FROM photos WHERE declaration_id = $1 AND current ORDER BY slot`,
      [declarationId],
    );
  }
}

function answerOf({ slot, sha256, width, height, measures }: Omit<PhotoRow, 'id'>): PhotoAnswer {
  return { slot, sha256: sha256.toString('hex'), width, height, quality: measures, advice: adviceOn(measures, slot) };
}
