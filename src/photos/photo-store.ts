/** Where sealed photos rest: a directory today, any object store tomorrow. One store per workspace, chosen by the context. */
export abstract class PhotoStore {
  /**
   * Keeps the bytes under a new id; when it resolves they survive a power cut.
   * @throws Refusal `service-unavailable` when there is no room or the store does not answer; then nothing is kept
   */
  abstract put(id: string, sealed: Buffer): Promise<void>;

  /** @throws PhotoDamaged when there is nothing under this id */
  abstract get(id: string): Promise<Buffer>;

  /** Removes what is there; nothing there is no fault. */
  abstract delete(id: string): Promise<void>;

  /** Ids of photos that have rested for at least so long, by the store's own clock. */
  abstract restingFor(milliseconds: number): AsyncIterable<string>;

  /** Removes what a crash left half-written at least so long ago. @returns how many */
  abstract removeUnfinished(olderThanMs: number): Promise<number>;
}
