import type { Limit, LimitName } from './limits.ts';

/** How a caller stands with one limit. */
export interface Standing {
  readonly name: LimitName;
  readonly limit: Limit;
  readonly most: number;
  readonly left: number;
  /** Until it is as at the beginning. */
  readonly seconds: number;
}

/** `RateLimit-Policy` and `RateLimit` as the IETF's draft writes them (draft-ietf-httpapi-ratelimit-headers-10); none for no standing. */
export function rateLimitHeaders(standings: readonly Standing[]): Record<string, string> {
  if (standings.length === 0) return {};
  return {
    'RateLimit-Policy': standings.map(({ name, most, limit }) => `"${name}";q=${most};w=${limit.seconds}`).join(', '),
    RateLimit: standings.map(({ name, left, seconds }) => `"${name}";r=${left};t=${Math.max(1, Math.ceil(seconds))}`).join(', '),
  };
}
