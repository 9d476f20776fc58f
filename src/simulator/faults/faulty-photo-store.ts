import { PhotoStore } from '../../photos/photo-store.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { FaultBoard } from './fault-board.ts';
import { pause } from './pause.ts';

/** The photo store behind the faults of storage. */
export class FaultyPhotoStore extends PhotoStore {
  constructor(
    private readonly inner: PhotoStore,
    private readonly board: FaultBoard,
  ) {
    super();
  }

  override async put(id: string, sealed: Buffer): Promise<void> {
    const strike = await this.board.meet(['storage-full', 'storage-slow']);
    if (strike?.name === 'storage-full')
      throw Object.assign(new Refusal('service-unavailable', { retryAfter: 30 }), {
        cause: Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }),
      });
    if (strike) await pause(strike.parameters['milliseconds']!);
    await this.inner.put(id, sealed);
  }

  override async get(id: string): Promise<Buffer> {
    const strike = await this.board.meet(['storage-corrupt-read', 'storage-slow']);
    if (strike?.name === 'storage-slow') await pause(strike.parameters['milliseconds']!);
    const bytes = await this.inner.get(id);
    return strike?.name === 'storage-corrupt-read' ? withOneByteWrong(bytes) : bytes;
  }

  override head(id: string, bytes: number): Promise<Buffer | undefined> {
    return this.inner.head(id, bytes);
  }

  override replace(id: string, sealed: Buffer): Promise<void> {
    return this.inner.replace(id, sealed);
  }

  override delete(id: string): Promise<void> {
    return this.inner.delete(id);
  }

  override ids(): AsyncIterable<string> {
    return this.inner.ids();
  }

  override restingFor(milliseconds: number, stopping?: AbortSignal): AsyncIterable<string> {
    return this.inner.restingFor(milliseconds, stopping);
  }

  override adopt(workspaceName: string): Promise<void> {
    return this.inner.adopt(workspaceName);
  }

  override clear(): Promise<void> {
    return this.inner.clear();
  }

  override removeUnfinished(olderThanMs: number): Promise<number> {
    return this.inner.removeUnfinished(olderThanMs);
  }
}

function withOneByteWrong(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = copy[middle]! ^ 0xff;
  return copy;
}
