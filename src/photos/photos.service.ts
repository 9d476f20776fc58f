import { Injectable } from '@nestjs/common';
import type { FaultCode } from '../platform/http/fault-catalogue.ts';
import { HouseRules } from '../platform/house-rules.port.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal, type Fault } from '../platform/refusal.ts';
import { KeyStore } from './key-store.ts';
import type { PhotoAdvice } from './photo-advice.ts';
import { PhotoCipher, type PhotoReference } from './photo-cipher.ts';
import { PhotoGate } from './photo-gate.ts';
import { PhotoKeys } from './photo-keys.ts';
import { PhotoLine } from './photo-line.ts';
import type { PhotoMeasures } from './photo-measures.ts';
import type { PhotoSlot } from './photo-slot.ts';
import { PhotoStore } from './photo-store.ts';
import type { SpooledFile } from './spool.storage.ts';
import { thumbnailOf } from './thumbnail.ts';

/** A photo that is durable and that no row names yet: the caller writes its row, or the sweep takes the photo away. */
export interface KeptPhoto extends PhotoReference {
  /** SHA-256 of the bytes that were sent. */
  readonly sha256: Buffer;
  /** Size of the file at rest, in bytes. */
  readonly storedBytes: number;
  /** Of the stored photo, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly measures: PhotoMeasures;
  /** What it looks like from afar: 256 signs `0` and `1`. */
  readonly perceptualHash: string;
  readonly advice: PhotoAdvice[];
}

/** The way of a photo from the spool to its place at rest, and back to those who may see it. */
@Injectable()
export class PhotosService {
  constructor(
    private readonly line: PhotoLine,
    private readonly gate: PhotoGate,
    private readonly cipher: PhotoCipher,
    private readonly keys: PhotoKeys,
    private readonly keyStore: KeyStore,
    private readonly store: PhotoStore,
    private readonly randomness: Randomness,
    private readonly houseRules: HouseRules,
  ) {}

  /**
   * Runs the gate and makes the photo durable. To be called before the transaction that names it: decoding holds no lock.
   * @returns the row's data, or the fault at the slot's pointer; nothing was kept then
   * @throws Refusal `service-unavailable` when the line or the disk is full
   */
  async keep({ spooled, declarationId, slot }: KeepPhoto): Promise<KeptPhoto | { fault: Fault }> {
    const faulty = (code: FaultCode) => ({ fault: { pointer: `/${slot}`, code } });
    const { format } = spooled;
    if (!format) return faulty(foreignFormat(spooled));
    // Drawn before the line: photos that are kept side by side get their ids in the order of asking, not of finishing.
    const reference: PhotoReference = { id: this.randomness.uuid(), declarationId, slot };
    return this.line.run(async () => {
      const unwelcome = await this.houseRules.photoFault(() => spooled.read());
      if (unwelcome) return faulty(unwelcome);
      const sealedPhoto = await spooled.readSealed();
      // Beside the gate's work, so that it costs no time of its own; whoever gives the photo back finds it made.
      const [result, key] = await Promise.all([this.gate.examine(sealedPhoto, format, slot), this.keys.getOrMake(declarationId)]);
      if (!result.ok) return faulty(result.code);
      const { jpeg, width, height, measures, perceptualHash, advice } = result;
      const sealed = this.cipher.seal(jpeg, reference, key);
      await this.store.put(reference.id, sealed);
      return { ...reference, sha256: spooled.sha256, storedBytes: sealed.length, width, height, measures, perceptualHash, advice };
    });
  }

  /** The stored JPEG. @throws PhotoDamaged when it is not exactly what was stored for this photo, declaration and slot */
  async open(photo: PhotoReference): Promise<Buffer> {
    const [sealed, key] = await Promise.all([this.store.get(photo.id), this.keys.find(photo.declarationId)]);
    return this.cipher.open(sealed, photo, key);
  }

  /** A JPEG of at most 320 pixels a side. */
  async thumbnail(jpeg: Buffer): Promise<Buffer> {
    return this.line.run(() => thumbnailOf(jpeg));
  }

  /**
   * Takes back photos that no row has named or will name, and the keys of declarations that will not be. What cannot be removed now is left
   * to the sweep.
   */
  async discard(ids: readonly string[], declarationIds: readonly string[] = []): Promise<void> {
    await Promise.allSettled([
      ...ids.map((id) => this.store.delete(id)),
      ...declarationIds.map((declarationId) => this.keyStore.delete(declarationId)),
    ]);
  }
}

interface KeepPhoto {
  readonly spooled: SpooledFile;
  readonly declarationId: string;
  readonly slot: PhotoSlot;
}

const FOREIGN: readonly Fault['code'][] = ['unsupported-media-type', 'heic'];

/** The fault of a file that is neither JPEG nor PNG: HEIC is what many phones make unless told otherwise, so it is told what to do. */
export function foreignFormat({ isHeic }: Pick<SpooledFile, 'isHeic'>): FaultCode {
  return isHeic ? 'heic' : 'unsupported-media-type';
}

/** The refusal for faulty photos, all at once: 415 when one of them is no JPEG or PNG at all, else 422. */
export function photoRejected(faults: Fault[]): Refusal {
  const foreign = faults.some(({ code }) => FOREIGN.includes(code));
  return new Refusal(foreign ? 'unsupported-media-type' : 'photo-rejected', { errors: faults });
}
