import type { Request, Response } from 'express';
import { Refusal } from '../refusal.ts';

/** The version of a thing as its ETag: a quoted whole number. */
export function setVersionTag(response: Response, version: number): void {
  response.setHeader('ETag', `"${version}"`);
}

/**
 * The versions that a request's `If-Match` names; `*` is any.
 * @throws Refusal `precondition-required` without the header
 */
export function getIfMatch(request: Request): VersionCondition {
  const condition = findIfMatch(request);
  if (!condition) throw new Refusal('precondition-required');
  return condition;
}

export function findIfMatch(request: Request): VersionCondition | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  const tags = header.split(',').map((tag) => tag.trim());
  return { holdsFor: (version) => tags.includes('*') || tags.includes(`"${version}"`) };
}

export interface VersionCondition {
  holdsFor(version: number): boolean;
}
