import { Refusal } from '../platform/refusal.ts';
import { RANK, type Rank } from './office-search.ts';

/** The last office of a page: where the next one begins. */
export interface OfficePosition {
  readonly rank: Rank;
  readonly code: string;
}

const FORM = /^([0-5]):(0\d{4})$/;

export function encodeOfficeCursor({ rank, code }: OfficePosition): string {
  return Buffer.from(`${rank}:${code}`).toString('base64url');
}

/** @throws Refusal `malformed-request` for anything that `encodeOfficeCursor` did not make */
export function decodeOfficeCursor(cursor: string): OfficePosition {
  const match = FORM.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  const rank = Object.values(RANK).find((known) => known === Number(match?.[1]));
  const code = match?.[2];
  if (rank === undefined || code === undefined || encodeOfficeCursor({ rank, code }) !== cursor) throw new Refusal('malformed-request');
  return { rank, code };
}
