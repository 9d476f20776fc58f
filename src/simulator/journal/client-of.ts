import type { IncomingHttpHeaders } from 'node:http';

const CLIENT_ID = /^[\x21-\x7e]{1,255}$/;
/** The first product of RFC 9110 10.1.5, without its version. */
const PRODUCT = /^[A-Za-z][A-Za-z0-9._-]{0,39}/;

/** Who calls, as far as it says so: `X-Client-Id`, else the product of its user agent (`curl`, `okhttp`, `Mozilla`), else `unknown`. */
export function clientOf({ 'x-client-id': clientId, 'user-agent': userAgent }: IncomingHttpHeaders): string {
  if (typeof clientId === 'string' && CLIENT_ID.test(clientId)) return clientId;
  return PRODUCT.exec(userAgent ?? '')?.[0] ?? 'unknown';
}
