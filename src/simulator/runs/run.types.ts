import type { ProfileChoice } from '../../platform/process-profile.ts';

/** A reader refuses a file of any other kind. */
export const RUN_FORMAT = 'bhxh-intake-run/1';

/** What a run begins with, and what it was recorded under: whoever replays it makes the same world first. */
export interface RunHead {
  readonly format: typeof RUN_FORMAT;
  readonly name: string | null;
  /** The version of the service that recorded it. */
  readonly service: string;
  /** By the machine's clock, RFC 3339; not part of the hash. */
  readonly recordedAt: string;
  readonly workspace: {
    readonly profile: ProfileChoice | null;
    readonly seed: string | null;
    readonly rateLimitFactor: number | null;
  };
  /** Settings of the server that answers depend on. */
  readonly server: {
    readonly processProfile: ProfileChoice;
    readonly registrySeed: number;
    readonly rateLimitFactor: number;
    readonly expiryDays: number;
    readonly retentionDays: number;
  };
  readonly clock: { readonly now: string; readonly frozen: boolean };
}

/** A stretch of a request's body: UTF-8 text, or bytes that stand in a `blob` line before it, by their SHA-256. */
export type BodyPiece = string | { readonly blob: string };

export interface RecordedRequest {
  readonly method: string;
  /** Path and query without the workspace's base path. */
  readonly path: string;
  /** Those that an answer can depend on; never `X-Simulator-Key`. */
  readonly headers: Readonly<Record<string, string>>;
  /** One after the other they are, byte for byte, what was sent. */
  readonly body: readonly BodyPiece[];
  /** True where the answer came before all of the body. */
  readonly cutShort?: true;
}

export type RecordedBody =
  /** What repeats nowhere (see `canonical-answer.ts`) is blanked. */
  | { readonly json: unknown }
  /** Anything but JSON, and JSON that is very long. */
  | { readonly sha256: string; readonly bytes: number }
  /** Not held against anything, and why. */
  | { readonly leftOut: string };

export interface RecordedAnswer {
  /** 0 = none arrived. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RecordedBody;
  /** True where the connection ended before the answer did. */
  readonly broken?: true;
}

export interface RecordedCall {
  /** 1, 2, …, in the order in which the requests arrived. */
  readonly number: number;
  readonly request: RecordedRequest;
  readonly answer: RecordedAnswer;
  /** True where another call was still under way: what such calls do to each other need not happen again. */
  readonly overlaps?: true;
}

export interface RunEnd {
  readonly calls: number;
  readonly overlapping: number;
  /** Why there is no more: somebody ended it, the file was full, the disk failed. */
  readonly because: 'ended' | 'full' | 'failed';
  /** Whether the same again gives the same again: with a seed, and on a clock that stood still. If not, only statuses and shapes are. */
  readonly repeatable: boolean;
}

/** One line of a run's file. Each hash covers all lines before it that have one, so that the last covers the whole story. */
export type RunLine =
  | { readonly head: RunHead; readonly hash: string }
  | { readonly blob: string; readonly base64: string }
  | { readonly call: RecordedCall; readonly hash: string }
  | { readonly end: RunEnd; readonly hash: string };
