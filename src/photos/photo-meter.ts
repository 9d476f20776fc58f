import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { packageRoot } from '../platform/package-root.ts';
import type { Figures, MeasuredCopies } from './photo-measures.ts';

/** A thread is plain JavaScript, so that it is the built file also where the caller is not. */
const WORKER = join('dist', 'src', 'photos', 'photo-measures.worker.js');

const IDLE_MILLISECONDS = 30_000;

/**
 * Measures photos in a thread of its own, which starts with the first one and goes when idle. A photo is some hundredths of a
 * second of plain counting: few enough for one thread to serve the whole line, too many for the event loop.
 */
@Injectable()
export class PhotoMeter implements OnApplicationShutdown {
  private readonly threads = new Piscina<MeasuredCopies, Figures>({
    filename: join(packageRoot(), WORKER),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MILLISECONDS,
  });

  measure(copies: MeasuredCopies): Promise<Figures> {
    return this.threads.run(copies);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }
}
