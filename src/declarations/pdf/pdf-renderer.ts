import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { threadOf } from '../../platform/thread.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { DeclarationPdfFacts } from './declaration-pdf.facts.ts';

const MOST_MILLISECONDS = 20_000;
/** Seconds of work: whoever comes later is better off coming again. */
const MOST_WAITING = 20;
const RETRY_AFTER_SECONDS = 5;

/** Renders declarations one after another in a thread of its own, which starts with the first one and goes when idle. */
@Injectable()
export class PdfRenderer implements OnApplicationShutdown {
  private readonly threads = threadOf<DeclarationPdfFacts, Uint8Array<ArrayBuffer>>('declarations/pdf/pdf.worker.js');

  /** @throws Refusal `service-unavailable` when too many others wait already, or after 20 seconds */
  async render(facts: DeclarationPdfFacts): Promise<Buffer> {
    if (this.threads.queueSize >= MOST_WAITING) throw busy();
    const timeout = AbortSignal.timeout(MOST_MILLISECONDS);
    try {
      const bytes = await this.threads.run(facts, { signal: timeout });
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (error) {
      throw timeout.aborted ? busy() : error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }
}

function busy(): Refusal {
  return new Refusal('service-unavailable', { retryAfter: RETRY_AFTER_SECONDS });
}
