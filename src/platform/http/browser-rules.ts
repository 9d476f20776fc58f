/** Nothing is loaded, run, framed or sent by what is shown. `object-src` follows from `default-src`, but ASVS 5.0 3.4.3 wants it named. */
const NOTHING = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The `Content-Security-Policy` of every answer, by what it is. */
export const CONTENT_POLICY = {
  /** JSON and every other answer that is no page. */
  answer: NOTHING,
  /** Photos, forms and tables: were one ever opened as a page, it would be nobody's. */
  file: `sandbox; ${NOTHING}`,
  /** The only page there is, with its own scripts from here and no others. Its styles stand in the page; a badge from elsewhere stays away. */
  documentation: [
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'",
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ].join('; '),
} as const;

/** A year in seconds: the least that ASVS 5.0 3.4.1 asks for. */
export const HTTPS_ONLY = { maxAge: 31_536_000, includeSubDomains: true } as const;

/** The same for answers that are written by hand, before there is a request. */
export const BROWSER_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_POLICY.answer,
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': `max-age=${HTTPS_ONLY.maxAge}; includeSubDomains`,
  'X-Content-Type-Options': 'nosniff',
};
