/**
 * A photo that a row names cannot be shown: it is missing, was changed, was put in another's place, or its key is gone. A fault
 * of ours, never the client's: nothing of it is ever given out.
 */
export class PhotoDamaged extends Error {
  constructor(
    readonly photoId: string,
    readonly reason: 'missing' | 'not-a-photo-file' | 'unknown-key' | 'not-authentic',
  ) {
    super(`photo ${photoId}: ${reason}`);
    this.name = 'PhotoDamaged';
  }
}
