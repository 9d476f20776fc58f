import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { threadOf } from '../../platform/thread.ts';
import type { PhotoOrder } from './photo-lab.ts';

/** Tests ask for the same few photos over and over, and drawing one takes some tenths of a second. */
const MOST_REMEMBERED = 24;

/** Draws photos to order in a thread of its own, which starts with the first one and goes when idle. */
@Injectable()
export class PhotoLab implements OnApplicationShutdown {
  private readonly threads = threadOf<PhotoOrder, Uint8Array<ArrayBuffer>>('simulator/photo-lab/photo-lab.worker.js');
  private readonly remembered = new Map<string, Promise<Buffer>>();

  /** @returns the JPEG that `drawPhoto` makes of the order */
  async photo(order: PhotoOrder): Promise<Buffer> {
    const { slot, seed, paper, defect, grade, persona, longSide } = order;
    const key = JSON.stringify([slot, seed, paper, defect, grade, persona, longSide]);
    const photo = this.remembered.get(key) ?? this.draw(order);
    this.remembered.delete(key);
    this.remembered.set(key, photo);
    // A failure is told, never remembered.
    photo.catch(() => this.remembered.delete(key));
    if (this.remembered.size > MOST_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value!);
    return Buffer.from(await photo);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }

  private async draw(order: PhotoOrder): Promise<Buffer> {
    const { buffer, byteOffset, byteLength } = await this.threads.run(order);
    return Buffer.from(buffer, byteOffset, byteLength);
  }
}
