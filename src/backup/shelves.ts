import { join } from 'node:path';
import type { Environment } from '../platform/env.ts';
import { DEFAULT_WORKSPACE } from '../platform/workspace/workspace.context.ts';

/** Files beside the database that belong to what it says, each written once and never changed. */
export interface Shelf {
  /** Its folder in a backup. */
  readonly name: string;
  /** Where the service keeps it. */
  readonly path: string;
}

/**
 * All that lies beside the database: whatever else is kept in files gets a line here, and is in every backup and every restore from then on.
 * Of the plain workspace: the worlds of the desk are rehearsals, and are not backed up.
 */
export function shelvesOf({ photoStore }: Pick<Environment, 'photoStore'>): readonly [photos: Shelf, ...Shelf[]] {
  return [{ name: 'photos', path: join(photoStore, DEFAULT_WORKSPACE.name) }];
}
