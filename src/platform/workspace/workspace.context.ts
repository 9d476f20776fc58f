import { AsyncLocalStorage } from 'node:async_hooks';
import type { ProfileChoice } from '../process-profile.ts';

/** Where a workspace's ids, codes and passwords come from, instead of a CSPRNG. */
export interface Chance {
  bytes(length: number): Buffer;
  /** Milliseconds since 1970 that the next id is said to be of; never less than those before. */
  instant(): number;
}

/** A world of its own: data, counters, clock, messages and limits live in one PostgreSQL schema. */
export interface Workspace {
  readonly name: string;
  /** The PostgreSQL schema its rows live in. */
  readonly schema: string;
  /** Multiplies the volume limits; undefined = the process's RATE_LIMIT_FACTOR. */
  readonly rateLimitFactor?: number | undefined;
  /** Undefined = the process's PROCESS_PROFILE. */
  readonly profile?: ProfileChoice | undefined;
  /** Undefined = a CSPRNG, as always outside a workspace that was made with a seed. */
  readonly chance?: Chance | undefined;
}

/** The workspace of everyone who names none: the plain schema, with no statement more than without workspaces. */
export const DEFAULT_WORKSPACE: Workspace = { name: 'default', schema: 'public' };

const storage = new AsyncLocalStorage<Workspace>();

export function currentWorkspace(): Workspace {
  return storage.getStore() ?? DEFAULT_WORKSPACE;
}

export function inWorkspace<T>(workspace: Workspace, work: () => T): T {
  return storage.run(workspace, work);
}
