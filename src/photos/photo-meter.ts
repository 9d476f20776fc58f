import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { threadOf } from '../platform/thread.ts';
import type { Findings, MeasuredCopies } from './photo-measures.ts';

/**
 * Measures photos in a thread of its own, which starts with the first one and goes when idle. A photo is some hundredths of a
 * second of plain counting: few enough for one thread to serve the whole line, too many for the event loop.
 */
@Injectable()
export class PhotoMeter implements OnApplicationShutdown {
  private readonly threads = threadOf<MeasuredCopies, Findings>('photos/photo-measures.worker.js');

  examine(copies: MeasuredCopies): Promise<Findings> {
    return this.threads.run(copies);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }
}
