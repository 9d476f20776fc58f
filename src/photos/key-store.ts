/**
 * Where wrapped keys rest, one for each declaration: apart from the database, so that no dump of it holds one. A directory today, any
 * object store tomorrow. One store per workspace, chosen by the context.
 */
export abstract class KeyStore {
  /**
   * Keeps a declaration's first key; when it resolves, the key that is there survives a power cut.
   * @returns false when there is one already, which stays
   * @throws Refusal `service-unavailable` when there is no room or the store does not answer
   */
  abstract add(declarationId: string, wrapped: Buffer): Promise<boolean>;

  abstract find(declarationId: string): Promise<Buffer | undefined>;

  /** Puts the same key, wrapped anew, in the old one's place: at every moment one of the two is there, whole. */
  abstract replace(declarationId: string, wrapped: Buffer): Promise<void>;

  /** Removes what is there; nothing there is no fault. */
  abstract delete(declarationId: string): Promise<void>;

  /** The declarations that have a key. */
  abstract ids(): AsyncIterable<string>;

  /** Those whose key has rested for at least so long, by the store's own clock. Ends early when it is told to stop. */
  abstract restingFor(milliseconds: number, stopping?: AbortSignal): AsyncIterable<string>;

  /** Removes what a crash left half-written at least so long ago. @returns how many */
  abstract removeUnfinished(olderThanMs: number): Promise<number>;

  /** Takes over all that another workspace keeps, at no cost of room. */
  abstract adopt(workspaceName: string): Promise<void>;

  /** Removes all that the current workspace keeps. */
  abstract clear(): Promise<void>;
}
