import { join } from 'node:path';
import type { Environment } from '../platform/env.ts';
import { DEFAULT_WORKSPACE } from '../platform/workspace/workspace.context.ts';

/** What was shredded in the plain workspace: in a backup a copy, which a restore adds to what is there. */
export const LEDGER_FILE = `${DEFAULT_WORKSPACE.name}.jsonl`;

/** Files beside the database that belong to what it says, each written once and never changed. */
export interface Shelf {
  /** Its folder in a backup. */
  readonly name: string;
  /** Where the service keeps it. */
  readonly path: string;
  /** A query for the names of the files that the database knows of: no other is in a backup. */
  readonly named: string;
}

/** Photos, and pieces of photos that are still arriving. */
const PHOTO_FILES = `SELECT id::text AS name FROM photos UNION ALL SELECT unnest(parts)::text || '.part' FROM uploads`;

/** A key goes with the last photo of its declaration. */
const KEY_FILES = `SELECT DISTINCT declaration_id::text AS name FROM photos`;

/**
 * All that lies beside the database: whatever else is kept in files gets a line here, and is in every backup and every restore from then on.
 * Of the plain workspace: the worlds of the desk are rehearsals, and are not backed up.
 */
export function shelvesOf({ photoStore, photoKeys }: Pick<Environment, 'photoStore' | 'photoKeys'>): readonly [photos: Shelf, ...Shelf[]] {
  return [
    { name: 'photos', path: join(photoStore, DEFAULT_WORKSPACE.name), named: PHOTO_FILES },
    { name: 'photo-keys', path: join(photoKeys, DEFAULT_WORKSPACE.name), named: KEY_FILES },
  ];
}
