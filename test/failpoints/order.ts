/** Where a fault may strike by name. */
export const NAMED_POINTS = [
  'photo.spooled',
  'key.claimed',
  'photo.renamed',
  'photos.kept',
  'submission.before-statement',
  'submission.after-statement',
  'commit.before',
  'commit.after',
  'answer.before',
  'password.hashed',
  'relay.claimed',
  'sms.accepted',
  'mail.accepted',
  'relay.marked',
  'sweep.before-unlink',
] as const;
export type NamedPoint = (typeof NAMED_POINTS)[number];

/** `sql` and `file` are every statement, and every file operation, of the request under test. */
export type Point = NamedPoint | 'sql' | 'file';

export const LINE_EFFECTS = ['crash', 'throw', 'delay'] as const;
/**
 * `cut-before`: the connection breaks and the statement never arrives · `cut-after`: it was carried out, and its answer is lost · the rest
 * PostgreSQL itself says.
 */
export const SQL_EFFECTS = ['cut-before', 'cut-after', 'deadlock', 'serialization-failure', 'disk-full', 'cancelled'] as const;
/** `EIO-late`: done, and then said to have failed. */
export const FILE_EFFECTS = ['EIO', 'ENOSPC', 'EIO-late'] as const;
export type Effect = (typeof LINE_EFFECTS)[number] | (typeof SQL_EFFECTS)[number] | (typeof FILE_EFFECTS)[number];

/** What the service under test is told to suffer, once. */
export interface Order {
  readonly point: Point;
  /** Undefined: only count how often each point is met. */
  readonly effect?: Effect | undefined;
  /** At which meeting it strikes, from 1. */
  readonly nth: number;
}

/** What became of an order. */
export interface Outcome {
  readonly struck: boolean;
  /** How often each point was met, if that was the order. */
  readonly met: Partial<Record<Point, number>>;
}

/** To the service. */
export type Command = { readonly arm: Order } | { readonly disarm: true };
/** From the service: an answer to each command, and a word when a fault strikes that is survived. */
export type Word = { readonly armed: true } | { readonly disarmed: Outcome } | { readonly struck: true };

/** Requests that carry this header are the ones under test. */
export const MARK = 'x-under-test';
/** An order that stands from the service's first line on, as JSON. */
export const FIRST_ORDER = 'FAILPOINT';
