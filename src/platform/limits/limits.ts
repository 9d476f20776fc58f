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
  /** One address guessing at many numbers; a family, a village or a whole office sits behind one too [D]. */
  'citizen-login-by-address': { most: 300, seconds: 3600, rule: 'volume' },
  /** A whole office logs in from one address every morning [D]. */
  'staff-login-by-address': { most: 200, seconds: 3600, rule: 'volume' },
  /** Nobody has three declarations to send in a day [D]. */
  'submit-by-insurance-number': { most: 3, seconds: 86_400, rule: 'volume' },
  /** A family shares a phone [D]. */
  'submit-by-phone': { most: 5, seconds: 86_400, rule: 'volume' },
  /** A whole university sits behind one address [D]. */
  'submit-by-address': { most: 600, seconds: 600, rule: 'volume' },
  /** [D] Far more than hands can type in: a university week at the counter is no burst. */
  'submit-by-officer': { most: 300, seconds: 3600, rule: 'volume' },
  /** Mail goes to an address that nobody has proven to be theirs [D]. */
  'mail-to-address': { most: 3, seconds: 86_400, rule: 'volume' },
  /** [D] Whether a person's ID photos are asked for tells what the registry knows: too few to guess an ID number by. */
  'id-photos-by-number': { most: 10, seconds: 86_400, rule: 'volume' },
  /** As many as submissions [D]. */
  'id-photos-by-address': { most: 600, seconds: 600, rule: 'volume' },
  /** As at recovery [D]. */
  'email-otp-by-draft': { most: 3, seconds: 86_400, rule: 'volume' },
  /** The mailbox may be a stranger's [D]. */
  'email-otp-by-email': { most: 3, seconds: 86_400, rule: 'volume' },
  /** As many as submissions [D]. */
  'email-otp-by-address': { most: 600, seconds: 600, rule: 'volume' },
  /** As many as submissions [D]. */
  'draft-by-address': { most: 600, seconds: 600, rule: 'volume' },
  /** As many as submissions [D]. */
  'upload-by-address': { most: 600, seconds: 600, rule: 'volume' },
  /** Each of them is a picture to decode [D]. */
  'qr-by-address': { most: 600, seconds: 600, rule: 'volume' },
  /** Looking every few minutes, all day, for a family [D]. */
  'tracking-by-address': { most: 50, seconds: 3600, rule: 'volume' },
  /** Each of them is an SMS, and ends the code before [D]. */
  'code-by-number': { most: 3, seconds: 86_400, rule: 'volume' },
  /** Somebody who asks for other people's codes has many numbers and one address [D]. */
  'code-by-address': { most: 60, seconds: 3600, rule: 'volume' },
  /** Who fills in a form looks a few times [D]. */
  'lookup-by-number': { most: 10, seconds: 86_400, rule: 'volume' },
  /** The registry is not to be read out [D]. */
  'lookup-by-address': { most: 60, seconds: 3600, rule: 'volume' },
  /** [D] As at login: five wrong one-time passwords, then a quarter of an hour. */
  'recovery-confirmation': { most: 5, seconds: 15 * 60, rule: 'domain' },
  /** Each of them is an SMS or a mail [D]. */
  'recovery-by-number': { most: 3, seconds: 86_400, rule: 'volume' },
  /** As with tracking codes [D]. */
  'recovery-by-address': { most: 60, seconds: 3600, rule: 'volume' },
  /** [D] As at login: five wrong ID numbers for one dossier, then a quarter of an hour. */
  'visit-by-number': { most: 5, seconds: 15 * 60, rule: 'domain' },
  /** [D] Wrong ones of one officer, whatever the dossier: visits that opened one are given back. */
  'visit-by-officer': { most: 20, seconds: 3600, rule: 'domain' },
  /** Sixteen characters are not guessed, and five mistakes are made soon [D]. */
  'tracking-by-number': { most: 5, seconds: 900, rule: 'volume' },
} as const satisfies Record<string, { most: number; seconds: number; rule: 'domain' | 'volume' }>;

export type LimitName = keyof typeof LIMITS;
