import { sqlState } from '../database/database.ts';

/**
 * SQLSTATE classes and codes that mean "the database cannot do it now": connection lost, shutting down, out of resources,
 * cancelled by a time limit, lock not had in time, deadlock or serialization failure after the retries.
 */
const PASSING_STATES = /^(08...|53...|57P0[123]|57014|55000|55P03|40001|40P01|25P03|58030)$/;

const PASSING_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENFILE',
]);

const PASSING_MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  // What TypeORM says when the connection broke between two statements of a transaction.
  'Query runner already released',
  'Cannot use a pool after calling end on the pool',
  'Driver not Connected',
];

/** Whether an error is an outage of what we stand on: answered 503, worth a retry, and no bug of ours. */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state && PASSING_STATES.test(state)) return true;
  const { code, message = '', driverError } = (error ?? {}) as { code?: unknown; message?: string; driverError?: unknown };
  if (typeof code === 'string' && PASSING_SYSTEM_CODES.has(code)) return true;
  if (PASSING_MESSAGES.some((known) => message.includes(known))) return true;
  return driverError !== undefined && driverError !== error && isOutage(driverError);
}
