import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pLimit from 'p-limit';
import { MOST_SECONDS, STARVED_RETRY_SECONDS, wasStarved } from '../photos/decoding.ts';
import { PhotoLine } from '../photos/photo-line.ts';
import type { PhotoFormat } from '../photos/spool.storage.ts';
import { Refusal } from '../platform/refusal.ts';
import { threadOf } from '../platform/thread.ts';
import { greyPicture, scaled, type GreyPicture, type PictureFault } from './grey-picture.ts';

/** Pixels of the largest picture that is looked at twice as large. */
const SMALL_PICTURE = 4_000_000;

/** What there is no code on. */
const NOTHING: GreyPicture = { pixels: new Uint8Array([255]), width: 1, height: 1 };

/** A photo that waits for its turn. */
export interface WaitingPhoto {
  readonly format: PhotoFormat;
  read(): Promise<Buffer>;
}

/** Finds the QR codes on photos. The search runs in a thread of its own, which starts with the first photo and goes when idle. */
@Injectable()
export class QrReader implements OnApplicationShutdown {
  private readonly threads = threadOf<GreyPicture, string[]>('qr/qr.worker.js');
  /** One search at a time, as the thread takes them: the time of a photo does not run while another is searched. */
  private readonly turns = pLimit(1);

  constructor(private readonly line: PhotoLine) {}

  /**
   * @returns the texts of all codes found, none when there is no code that can be read
   * @throws Refusal `service-unavailable` with `Retry-After` when too many photos wait already, or the machine had no time for this one
   */
  async read(photo: WaitingPhoto): Promise<string[] | PictureFault> {
    return this.line.run(async () => {
      const picture = await greyPicture(await photo.read(), photo.format);
      return typeof picture === 'string' ? picture : this.turns(() => this.search(picture));
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }

  private async search(picture: GreyPicture): Promise<string[]> {
    // What starting the thread takes is not the photo's time.
    await this.threads.run(NOTHING);
    // For all looks at the photo. One takes a tenth of a second; patterns made to keep a reader busy take many.
    const timeout = AbortSignal.timeout(MOST_SECONDS * 1000);
    const begun = process.cpuUsage();
    try {
      for await (const look of looksAt(picture)) {
        const texts = await this.threads.run(look, { signal: timeout });
        if (texts.length > 0) return texts;
      }
    } catch (error) {
      if (!timeout.aborted) throw error;
      if (wasStarved(begun)) throw new Refusal('service-unavailable', { retryAfter: STARVED_RETRY_SECONDS });
    }
    return [];
  }
}

/** As it is; then smaller, which takes the grain out of a photo in the dark; then larger, for modules of less than two pixels. */
async function* looksAt(picture: GreyPicture): AsyncGenerator<GreyPicture> {
  yield picture;
  yield scaled(picture, 1 / 2);
  if (picture.width * picture.height <= SMALL_PICTURE) yield scaled(picture, 2);
}
