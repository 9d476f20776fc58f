import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { packageRoot } from '../platform/package-root.ts';

/** A thread is plain JavaScript, so that it is the built file also where the caller is not. */
const WORKER = join('dist', 'src', 'qr', 'qr-symbol.worker.js');
const IDLE_MILLISECONDS = 30_000;

/** A QR code, its quiet zone included. */
export interface QrSymbol {
  /** A byte for each module, row by row: 0 dark, 255 light. */
  readonly modules: Uint8Array;
  /** Modules in a row. */
  readonly side: number;
}

/** Draws QR codes, in a thread of its own that starts with the first one and goes when idle. */
@Injectable()
export class QrWriter implements OnApplicationShutdown {
  private readonly threads = new Piscina<string, QrSymbol>({
    filename: join(packageRoot(), WORKER),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MILLISECONDS,
  });

  async draw(text: string): Promise<QrSymbol> {
    return this.threads.run(text);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }
}
