/** One limit: how many in how many seconds, and what follows. */
export interface Limit {
  readonly most: number;
  readonly seconds: number;
  /**
   * `domain` ones are rules of the process itself and hold as they are; `volume` ones protect the service and are multiplied by
   * RATE_LIMIT_FACTOR (1 in production; 1000 elsewhere, because test suites send from one address for one person all day).
   */
  readonly rule: 'domain' | 'volume';
  /**
   * What is counted: `address` is a network's (an IPv6 one's first 64 bits), `dossier-and-address` one dossier asked about from one of them.
   * `all` is everybody together, `office` everybody who asks about one office's dossiers.
   */
  readonly per:
    'address' | 'officer' | 'person' | 'dossier' | 'dossier-and-address' | 'draft' | 'phone' | 'mailbox' | 'username' | 'office' | 'all';
  /** Tightens the limits that are `strainedBy` it, and refuses nobody itself. */
  readonly ceiling?: true;
  /** How long the one too many shuts the door, in seconds; left out: until the window ends. */
  readonly lockSeconds?: number;
  /** The lock doubles with every one that follows within a day, three times at most. */
  readonly grows?: true;
  /** An attempt that turns out to be no guess: is counted all the same, wipes what was counted before it, or is itself taken back. */
  readonly proof?: 'forgets' | 'gives-back';
  /**
   * An attempt of which nothing is left is taken back: where the service could not do it (`failure`), or also where it was refused because of
   * its photos (`photos`). Left out: it stays counted.
   */
  readonly takenBack?: 'failure' | 'photos';
  /** Nobody is refused, but from so many on somebody is told. */
  readonly alarmAt?: number;
  /** What holds instead of `most` while one of the ceilings `strainedBy` is passed. */
  readonly strained?: number;
  readonly strainedBy?: readonly string[];
}

/** In how many rows a ceiling that concerns everybody is counted: one would be waited for by every request. */
export const CEILING_SLOTS = 64;

/** Every counted limit. */
export const LIMITS = {
  /** Five wrong passwords lock for 15 minutes [S]. */
  'citizen-login': { most: 5, seconds: 15 * 60, rule: 'domain', per: 'person', proof: 'forgets' },
  /** [D] Staff passwords open many people's data: five in a minute, then ten minutes' wait. */
  'staff-login': { most: 5, seconds: 60, lockSeconds: 10 * 60, rule: 'domain', per: 'username', proof: 'forgets' },
  /** [D] Entries in an officer's history are kept for ever, and a stranger must not fill it: what is over is in the log and the figures. */
  'refused-logins-on-record': { most: 20, seconds: 86_400, rule: 'domain', per: 'officer' },
  /** One address guessing at many numbers; a family, a village or a whole office sits behind one too [D]. */
  'citizen-login-by-address': {
    ...{ most: 300, seconds: 3600, rule: 'volume', per: 'address', proof: 'gives-back' },
    ...{ strained: 5, strainedBy: ['citizen-login-failures'] },
  },
  /** [D] A whole office logs in from one address every morning: what is right is taken back. */
  'staff-login-by-address': {
    ...{ most: 20, seconds: 60, lockSeconds: 5 * 60, grows: true, rule: 'volume', per: 'address', proof: 'gives-back' },
    ...{ strained: 5, strainedBy: ['staff-login-failures'] },
  },
  /** [D] Many addresses guessing together: while it is passed, each has a few tries left, so that owners still get in. */
  'citizen-login-failures': { most: 6_400, seconds: 3600, rule: 'volume', per: 'all', ceiling: true, proof: 'gives-back' },
  /** [D] As with citizens, but there are fewer officers. */
  'staff-login-failures': { most: 640, seconds: 3600, rule: 'volume', per: 'all', ceiling: true, proof: 'gives-back' },
  /** Nobody has three declarations to send in a day [D]. */
  'submit-by-insurance-number': { most: 3, seconds: 86_400, rule: 'volume', per: 'person', takenBack: 'photos' },
  /** A family shares a phone [D]. */
  'submit-by-phone': { most: 5, seconds: 86_400, rule: 'volume', per: 'phone', takenBack: 'photos' },
  /** A whole university sits behind one address [D]. */
  'submit-by-address': { most: 600, seconds: 600, rule: 'volume', per: 'address', takenBack: 'failure' },
  /** [D] Far more than hands can type in: a university week at the counter is no burst. */
  'submit-by-officer': { most: 300, seconds: 3600, rule: 'volume', per: 'officer', takenBack: 'failure' },
  /** Mail goes to an address that nobody has proven to be theirs [D]. */
  'mail-to-address': { most: 3, seconds: 86_400, rule: 'volume', per: 'mailbox', takenBack: 'photos' },
  /** [D] Whether a person's ID photos are asked for tells what the registry knows: too few to guess an ID number by. */
  'id-photos-by-number': { most: 10, seconds: 86_400, rule: 'volume', per: 'person' },
  /** As many as submissions [D]. */
  'id-photos-by-address': { most: 600, seconds: 600, rule: 'volume', per: 'address' },
  /** [D] A button pressed twice, not a machine. */
  'email-otp-burst': { most: 2, seconds: 10, rule: 'volume', per: 'draft' },
  /** As at recovery [D]. */
  'email-otp-by-draft': { most: 3, seconds: 86_400, rule: 'volume', per: 'draft' },
  /** The mailbox may be a stranger's [D]. */
  'email-otp-by-email': { most: 3, seconds: 86_400, rule: 'volume', per: 'mailbox' },
  /** As many as submissions [D]. */
  'email-otp-by-address': { most: 600, seconds: 600, rule: 'volume', per: 'address' },
  /** As many as submissions [D]. */
  'draft-by-address': { most: 600, seconds: 600, rule: 'volume', per: 'address' },
  /** As many as submissions [D]. An upload that may come in pieces is one, and so is a photo that comes at once. */
  'upload-by-address': { most: 600, seconds: 600, rule: 'volume', per: 'address' },
  /** Each of them is a picture to decode [D]. */
  'qr-by-address': { most: 600, seconds: 600, rule: 'volume', per: 'address' },
  /** Sixteen characters are not guessed, and five mistakes are made soon; those of strangers are not the owner's [D]. */
  'tracking-by-number': {
    ...{ most: 5, seconds: 900, rule: 'volume', per: 'dossier-and-address', proof: 'forgets' },
    ...{ strained: 2, strainedBy: ['tracking-failures-by-number'] },
  },
  /** [D] One dossier tried from many addresses: each has two tries left, so that its owner still gets in, a typing error included. */
  'tracking-failures-by-number': { most: 5, seconds: 900, rule: 'volume', per: 'dossier', ceiling: true, proof: 'gives-back' },
  /** [D] Fifty mistakes in an hour, then longer and longer waits. */
  'tracking-by-address': {
    ...{ most: 50, seconds: 3600, lockSeconds: 3600, grows: true, rule: 'volume', per: 'address', proof: 'gives-back' },
    ...{ strained: 5, strainedBy: ['tracking-failures', 'tracking-failures-by-office'] },
  },
  /** [D] As at login: a few tries on each of very many dossiers, from many addresses. */
  'tracking-failures': { most: 6_400, seconds: 3600, rule: 'volume', per: 'all', ceiling: true, proof: 'gives-back' },
  /** [D] Dossiers of one office are numbered one after the other: a quarter of all mistakes, at a single one, are no citizens' mistakes. */
  'tracking-failures-by-office': { most: 1_600, seconds: 3600, rule: 'volume', per: 'office', ceiling: true, proof: 'gives-back' },
  /** [D] A button pressed twice, not a machine. */
  'code-burst': { most: 2, seconds: 10, rule: 'volume', per: 'dossier-and-address' },
  /** As many as are sent, which the dossier itself keeps; strangers who ask without the phone are no reason to refuse its owner [D]. */
  'code-by-number': { most: 3, seconds: 86_400, rule: 'volume', per: 'dossier-and-address' },
  /** Somebody who asks for other people's codes has many numbers and one address [D]. */
  'code-by-address': { most: 60, seconds: 3600, rule: 'volume', per: 'address' },
  /** [D] Codes and one-time passwords that a phone gets, whatever they are for: what is over is not sent, and nobody is told. */
  'asked-sms-to-phone': { most: 3, seconds: 86_400, rule: 'volume', per: 'phone' },
  /** Who fills in a form looks a few times [D]. */
  'lookup-by-number': { most: 10, seconds: 86_400, rule: 'volume', per: 'person' },
  /** The registry is not to be read out [D]. */
  'lookup-by-address': { most: 60, seconds: 3600, rule: 'volume', per: 'address' },
  /** [D] As at login: five wrong one-time passwords, then a quarter of an hour. */
  'recovery-confirmation': { most: 5, seconds: 15 * 60, rule: 'domain', per: 'person', proof: 'forgets' },
  /** [D] A few one-time passwords guessed for each of many people. */
  'recovery-confirmation-by-address': {
    ...{ most: 60, seconds: 3600, lockSeconds: 3600, grows: true, rule: 'volume', per: 'address', proof: 'gives-back' },
    ...{ strained: 5, strainedBy: ['citizen-login-failures'] },
  },
  /** [D] A button pressed twice, not a machine. */
  'recovery-burst': { most: 2, seconds: 10, rule: 'volume', per: 'person' },
  /** Each of them is an SMS or a mail [D]. */
  'recovery-by-number': { most: 3, seconds: 86_400, rule: 'volume', per: 'person' },
  /** As with tracking codes [D]. */
  'recovery-by-address': { most: 60, seconds: 3600, rule: 'volume', per: 'address' },
  /** [D] It is read once and kept; each time is an entry of the record that the next one shows. */
  'own-data-by-person': { most: 20, seconds: 86_400, rule: 'volume', per: 'person' },
  /** [D] As at login: five wrong ID numbers for one dossier, then a quarter of an hour. */
  'visit-by-number': { most: 5, seconds: 15 * 60, rule: 'domain', per: 'dossier', proof: 'forgets' },
  /** [D] Wrong ones of one officer, whatever the dossier. */
  'visit-by-officer': { most: 20, seconds: 3600, rule: 'domain', per: 'officer', proof: 'gives-back' },
  /** [D] Dossiers and declarations read in full: nobody decides that many, and who reads them has another reason. */
  'full-view-by-officer': { most: 200, seconds: 3600, alarmAt: 100, rule: 'volume', per: 'officer' },
  /** [D] Three photos and a second look for each of those. */
  'photo-view-by-officer': { most: 800, seconds: 3600, alarmAt: 400, rule: 'volume', per: 'officer' },
  /** [D] Tables of names, numbers and phones: a few for the office's own work. */
  'personal-export-by-officer': { most: 10, seconds: 3600, alarmAt: 5, rule: 'volume', per: 'officer' },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

/** Whether it is counted for the caller's own address or hand: nobody else gets nearer to it. */
export function isOwn({ per }: Pick<Limit, 'per'>): boolean {
  return per === 'address' || per === 'officer' || per === 'dossier-and-address';
}

export function isCeiling({ ceiling }: Pick<Limit, 'ceiling'>): boolean {
  return ceiling === true;
}

/**
 * [D] Requests of one address to one copy of the service in a minute, whatever they are, counted in memory: far above what people do,
 * and below what hurts. Reference data is not counted.
 */
export const REQUESTS_A_MINUTE = 6_000;
