import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { threadOf } from '../platform/thread.ts';

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
  private readonly threads = threadOf<string, QrSymbol>('qr/qr-symbol.worker.js');

  async draw(text: string): Promise<QrSymbol> {
    return this.threads.run(text);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }
}
