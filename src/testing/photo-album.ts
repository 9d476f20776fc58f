import { bodyOf, type IntakeApi } from './api-client.ts';

export const PHOTO_SLOTS = ['portrait', 'idFront', 'idBack'] as const;
export type PhotoSlot = (typeof PHOTO_SLOTS)[number];

/** Whose photo, with what wrong about it; the same wish gives the same bytes. */
export interface PhotoWish {
  readonly persona?: string;
  readonly defect?: string;
  readonly seed?: string;
  readonly [parameter: string]: string | undefined;
}

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
        params: { path: { slot }, query: wish as Record<string, never> },
        headers: { Accept: '*/*' },
        parseAs: 'arrayBuffer',
      }),
    );
    return new Uint8Array(bytes);
  }
}
