import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { packageRoot } from '../../platform/package-root.ts';
import type { DeclarationPdfFacts } from './declaration-pdf.facts.ts';

/** A thread is plain JavaScript, so that it is the built file also where the caller is not. */
const WORKER = join('dist', 'src', 'declarations', 'pdf', 'pdf.worker.js');

const IDLE_MILLISECONDS = 30_000;
const MOST_MILLISECONDS = 20_000;
const MOST_WAITING = 100;

/** Renders declarations one after another in a thread of its own, which starts with the first one and goes when idle. */
@Injectable()
export class PdfRenderer implements OnApplicationShutdown {
  private readonly threads = new Piscina<DeclarationPdfFacts, Uint8Array<ArrayBuffer>>({
    filename: join(packageRoot(), WORKER),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MILLISECONDS,
    maxQueue: MOST_WAITING,
  });

  /** @throws Error when a hundred others wait already, or after 20 seconds; both pass, so the caller may try again */
  async render(facts: DeclarationPdfFacts): Promise<Buffer> {
    const bytes = await this.threads.run(facts, { signal: AbortSignal.timeout(MOST_MILLISECONDS) });
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }
}
