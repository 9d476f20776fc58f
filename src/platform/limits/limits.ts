/**
 * Every counted limit: how many in how many seconds. `domain` ones are rules of the process itself and hold as they are;
 * `volume` ones protect the service and are multiplied by RATE_LIMIT_FACTOR (1 in production; 1000 elsewhere, because test
 * suites send from one address for one person all day).
 */
export const LIMITS = {
  /** Five wrong passwords lock for 15 minutes [S]. */
  'citizen-login': { most: 5, seconds: 15 * 60, rule: 'domain' },
  /** [D] Staff passwords open many people's data: five in a minute, then ten minutes' wait. */
  'staff-login': { most: 5, seconds: 10 * 60, rule: 'domain' },
  'citizen-login-by-address': { most: 300, seconds: 3600, rule: 'volume' },
  'staff-login-by-address': { most: 200, seconds: 3600, rule: 'volume' },
  'submit-by-insurance-number': { most: 3, seconds: 86_400, rule: 'volume' },
  'submit-by-phone': { most: 5, seconds: 86_400, rule: 'volume' },
  /** A whole university sits behind one address. */
  'submit-by-address': { most: 600, seconds: 600, rule: 'volume' },
  /** [D] Far more than hands can type in: a university week at the counter is no burst. */
  'submit-by-officer': { most: 300, seconds: 3600, rule: 'volume' },
  /** Mail goes to an address that nobody has proven to be theirs. */
  'mail-to-address': { most: 3, seconds: 86_400, rule: 'volume' },
  'draft-by-address': { most: 600, seconds: 600, rule: 'volume' },
  'upload-by-address': { most: 600, seconds: 600, rule: 'volume' },
  'qr-by-address': { most: 600, seconds: 600, rule: 'volume' },
  'tracking-by-address': { most: 50, seconds: 3600, rule: 'volume' },
  'code-by-number': { most: 3, seconds: 86_400, rule: 'volume' },
  'code-by-address': { most: 60, seconds: 3600, rule: 'volume' },
  'lookup-by-number': { most: 10, seconds: 86_400, rule: 'volume' },
  'lookup-by-address': { most: 60, seconds: 3600, rule: 'volume' },
  /** [D] As at login: five wrong one-time passwords, then a quarter of an hour. */
  'recovery-confirmation': { most: 5, seconds: 15 * 60, rule: 'domain' },
  'recovery-by-number': { most: 3, seconds: 86_400, rule: 'volume' },
  'recovery-by-address': { most: 60, seconds: 3600, rule: 'volume' },
  /** [D] As at login: five wrong ID numbers for one dossier, then a quarter of an hour. */
  'visit-by-number': { most: 5, seconds: 15 * 60, rule: 'domain' },
  /** [D] Wrong ones of one officer, whatever the dossier: visits that opened one are given back. */
  'visit-by-officer': { most: 20, seconds: 3600, rule: 'domain' },
  'tracking-by-number': { most: 5, seconds: 900, rule: 'volume' },
} as const satisfies Record<string, { most: number; seconds: number; rule: 'domain' | 'volume' }>;

export type LimitName = keyof typeof LIMITS;
