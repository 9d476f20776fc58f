import type { Test } from 'supertest';
import type { PhotoSlot } from '../../src/photos/photo-slot.ts';
import type { Method } from './api.ts';
import type { World } from './people.ts';
import type { Wizard } from './wizard.ts';

export const TUS = { 'Tus-Resumable': '1.0.0' };
export const PIECE = 'application/offset+octet-stream';

export function slotMetadata(slot: string): string {
  return `slot ${Buffer.from(slot).toString('base64')}`;
}

/** An upload in the hands of a tus client that says every step itself. */
export class TusUpload {
  private constructor(
    private readonly world: World,
    readonly path: string,
    readonly token: string,
  ) {}

  static async begins(world: World, wizard: Wizard, slot: PhotoSlot, length: number): Promise<TusUpload> {
    const { headers } = await wizard
      .calls('post', '/uploads')
      .set(TUS)
      .set({ 'Upload-Length': String(length), 'Upload-Metadata': slotMetadata(slot) })
      .expect(201);
    return new TusUpload(world, headers['location']!, wizard.token);
  }

  get id(): string {
    return this.path.split('/').at(-1)!;
  }

  /** The same upload by way of another copy of the service. */
  servedBy(world: World): TusUpload {
    return new TusUpload(world, this.path, this.token);
  }

  calls(method: Method, token = this.token): Test {
    return this.world.api.call(method, this.path).set(TUS).auth(token, { type: 'bearer' });
  }

  /** Where to go on. */
  async offset(): Promise<number> {
    const { headers } = await this.calls('head').expect(200);
    return Number(headers['upload-offset']);
  }

  /** Bytes from this offset on. */
  sends(offset: number, bytes: Buffer, headers: Record<string, string> = {}): Test {
    return this.calls('patch')
      .set({ 'Content-Type': PIECE, 'Upload-Offset': String(offset), ...headers })
      .send(bytes);
  }
}
