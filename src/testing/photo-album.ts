import { bodyOf, type IntakeApi } from './api-client.ts';
import type { paths } from './openapi.types.ts';

export const PHOTO_SLOTS = ['portrait', 'idFront', 'idBack'] as const;
export type PhotoSlot = (typeof PHOTO_SLOTS)[number];

/** Whose photo, with what wrong about it; the same wish gives the same bytes. */
export type PhotoWish = NonNullable<paths['/_sim/photos/{slot}']['get']['parameters']['query']>;

/** The desk's synthetic photos. Each is drawn once: a wish decides every byte, in whatever workspace. */
export class PhotoAlbum {
  private readonly drawn = new Map<string, Promise<Uint8Array>>();

  constructor(private readonly client: IntakeApi) {}

  photo(slot: PhotoSlot, wish: PhotoWish = {}): Promise<Uint8Array> {
    const page = JSON.stringify([slot, wish]);
    const known = this.drawn.get(page) ?? this.draw(slot, wish);
    this.drawn.set(page, known);
    known.catch(() => this.drawn.delete(page));
    return known;
  }

  private async draw(slot: PhotoSlot, wish: PhotoWish): Promise<Uint8Array> {
    const bytes = await bodyOf(
      this.client.GET('/_sim/photos/{slot}', {
        params: { path: { slot }, query: wish },
        headers: { Accept: '*/*' },
        parseAs: 'arrayBuffer',
      }),
    );
    return new Uint8Array(bytes);
  }
}
