import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Refusal } from '../platform/refusal.ts';
import { threadOf } from '../platform/thread.ts';
import { STARVED_RETRY_SECONDS } from './decoding.ts';
import type { GateResult, GateVerdict } from './photo-examination.ts';
import type { PhotoTask } from './photo-gate.worker.ts';
import { AT_ONCE } from './photo-line.ts';
import type { PhotoSlot } from './photo-slot.ts';
import type { SealedPhoto } from './sealed-photo.ts';
import type { PhotoFormat } from './spool.storage.ts';

/**
 * The gate that every photo passes, in a thread that does nothing else. Not for the decoding, which has libuv's threads anyway, but for
 * the pixels: they are ten megabytes a photo, after a few of which the garbage collector goes through everything that its thread
 * holds. Here that is next to nothing; on the main thread it cost as much as half the photo.
 */
@Injectable()
export class PhotoGate implements OnApplicationShutdown {
  private readonly threads = threadOf<PhotoTask, GateResult>('photos/photo-gate.worker.js', { abreast: AT_ONCE, youngMegabytes: 2 });

  /**
   * @see examinePhoto
   * @param photo the bytes that were sent; sealed ones are gone afterwards: the thread has them without a copy
   * @throws Refusal `service-unavailable` with `Retry-After` when the machine had no time for the photo
   */
  async examine(photo: Uint8Array | SealedPhoto, format: PhotoFormat, slot: PhotoSlot): Promise<GateVerdict> {
    const transferList = photo instanceof Uint8Array ? [] : [photo.sealed.buffer as ArrayBuffer];
    const result = await this.threads.run({ photo, format, slot }, { transferList });
    if (result === 'starved') throw new Refusal('service-unavailable', { retryAfter: STARVED_RETRY_SECONDS });
    // On the way between threads a Buffer becomes what it is made of.
    return result.ok ? { ...result, jpeg: Buffer.from(result.jpeg.buffer, result.jpeg.byteOffset, result.jpeg.byteLength) } : result;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }
}
