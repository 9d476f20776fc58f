/** Where sealed photos rest: a directory today, any object store tomorrow. One store per workspace, chosen by the context. */
export abstract class PhotoStore {
  /**
   * Keeps the bytes under a new id; when it resolves they survive a power cut.
   * @throws Refusal `service-unavailable` when there is no room or the store does not answer; then nothing is kept
   */
  abstract put(id: string, sealed: Buffer): Promise<void>;

  /** @throws PhotoDamaged when there is nothing under this id */
  abstract get(id: string): Promise<Buffer>;

  /** The first bytes of what is there, as many as there are; undefined when nothing is. */
  abstract head(id: string, bytes: number): Promise<Buffer | undefined>;

  /** Puts the same photo, sealed anew, in the old one's place: at every moment one of the two is there, whole. */
  abstract replace(id: string, sealed: Buffer): Promise<void>;

  /** Removes what is there; nothing there is no fault. */
  abstract delete(id: string): Promise<void>;

  abstract ids(): AsyncIterable<string>;

  /** Ids of photos that have rested for at least so long, by the store's own clock. Ends early when it is told to stop. */
  abstract restingFor(milliseconds: number, stopping?: AbortSignal): AsyncIterable<string>;

  /** Takes over all that another workspace keeps, at no cost of room: what is kept never changes. */
  abstract adopt(workspaceName: string): Promise<void>;

  /** Removes all that the current workspace keeps, its unfinished uploads included. */
  abstract clear(): Promise<void>;

  /** Removes what a crash left half-written at least so long ago. @returns how many */
  abstract removeUnfinished(olderThanMs: number): Promise<number>;
}
