import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { dataFile } from './package-root.ts';
import { PROFILE_CHOICES, type ProfileChoice } from './process-profile.ts';

/** The whole configuration, checked. Injected by the token `ENV`. */
export interface Environment {
  readonly nodeEnv: 'development' | 'test' | 'production';
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly dataDir: string;
  /** The request role's database; undefined = the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** The role that migrates; undefined = the same as `databaseUrl`. */
  readonly databaseOwnerUrl: string | undefined;
  /** Whether the service refuses a PostgreSQL that loses commits with the power; the embedded one never does. */
  readonly durableDatabase: boolean;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: { name: string; address: string };
  readonly photoStore: string;
  /** Where the wrapped keys of the photos lie, one for each declaration; all copies share it, as they share `photoStore`. */
  readonly photoKeys: string;
  /** Where it is written which photos were shredded: it outlives every backup and is never restored. All copies share it. */
  readonly shredLedger: string;
  /** Master keys of 32 bytes, newest first; empty = made in `dataDir`. */
  readonly masterKeys: readonly Buffer[];
  readonly processProfile: ProfileChoice;
  /** Decides who the simulated registry holds beside the named personas. */
  readonly registrySeed: number;
  readonly desk: { on: boolean; key: string | undefined };
  /** Refuses whatever could be a real person's: for servers that many share. Only with the desk. */
  readonly syntheticDataOnly: boolean;
  readonly rateLimitFactor: number;
  readonly trustProxy: string[];
  readonly corsOrigins: string[];
  /** How long nobody is turned away yet after the first signal to stop, while `/health/ready` says already that this copy is leaving. */
  readonly leaveSeconds: number;
  readonly expiryDays: number;
  readonly retentionDays: number;
  /** The days off that deadlines know of. */
  readonly holidaysFile: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

export const ENV = Symbol('environment');

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Lists every variable that is wrong, one line each. */
export class BadEnvironment extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'BadEnvironment';
  }
}

/**
 * The only reader of the configuration. Commands that are started by hand and the kit, which runs in other teams' processes, also look for
 * a service or a workspace in the environment; a test names them.
 * @throws BadEnvironment naming every bad variable at once
 */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const faults: string[] = [];
  const text = (name: string): string | undefined => source[name]?.trim() || undefined;

  function read<T>(name: string, fallback: T, parse: (value: string) => T | undefined, expected: string): T {
    const value = text(name);
    if (value === undefined) return fallback;
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    faults.push(`${name}: expected ${expected}`);
    return fallback;
  }
  const choice = <const T extends string>(name: string, fallback: NoInfer<T>, values: readonly T[]): T =>
    read<T>(name, fallback, (value) => values.find((known) => known === value), `one of ${values.join(', ')}`);
  const whole = (name: string, fallback: number, least: number, most: number): number =>
    read(
      name,
      fallback,
      (value) => (/^\d+$/.test(value) && +value >= least && +value <= most ? +value : undefined),
      `a whole number from ${least} to ${most}`,
    );
  const url = (name: string, schemes: readonly string[]): string | undefined =>
    read<string | undefined>(
      name,
      undefined,
      (value) => (isUrl(value, schemes) ? value : undefined),
      `a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    );

  const nodeEnv = choice('NODE_ENV', 'development', ['development', 'test', 'production']);
  const production = nodeEnv === 'production';
  const host = read(
    'HOST',
    '127.0.0.1',
    (value) => (isIP(value) || /^[a-zA-Z0-9.-]{1,253}$/.test(value) ? value : undefined),
    'an IP address or a host name',
  );
  const dataDir = resolve(text('DATA_DIR') ?? '.data');
  const key = text('PHOTO_KEY');
  const masterKeys = [
    ...read('PHOTO_KEY', [] as Buffer[], (value) => listOf(value, masterKey, 1), 'one key of 32 bytes as 64 hex digits or base64'),
    ...read(
      'PHOTO_KEY_PREVIOUS',
      [] as Buffer[],
      (value) => listOf(value, masterKey, 10),
      'keys of 32 bytes as 64 hex digits or base64, separated by commas',
    ),
  ];
  const deskWish = choice('SIMULATOR_DESK', isLoopback(host) && !production ? 'on' : 'off', ['on', 'off', 'on-in-production']);
  const simulatorKey = read<string | undefined>(
    'SIMULATOR_KEY',
    undefined,
    (value) => (value.length >= 16 ? value : undefined),
    'at least 16 characters',
  );
  const deskOn = deskWish !== 'off';

  const environment: Environment = {
    nodeEnv,
    host,
    port: whole('PORT', 3000, 0, 65535),
    dataDir,
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    databaseOwnerUrl: url('DATABASE_OWNER_URL', ['postgres:', 'postgresql:']),
    durableDatabase: choice('DURABLE_DATABASE', 'on', ['on', 'off']) === 'on',
    smtpUrl: url('SMTP_URL', ['smtp:', 'smtps:']),
    mailFrom: read(
      'MAIL_FROM',
      DEFAULT_SENDER,
      parseSender,
      'an address, or a name and an address such as "BHXH Việt Nam <no-reply@bhxh.example>"',
    ),
    photoStore: resolve(text('PHOTO_STORE') ?? `${dataDir}/photos`),
    photoKeys: resolve(text('PHOTO_KEYS') ?? `${dataDir}/photo-keys`),
    shredLedger: resolve(text('SHRED_LEDGER') ?? `${dataDir}/shredded`),
    masterKeys,
    processProfile: choice('PROCESS_PROFILE', '2021-04', PROFILE_CHOICES),
    registrySeed: whole('REGISTRY_SEED', 2021, 0, 999_999_999),
    desk: { on: deskOn, key: simulatorKey },
    syntheticDataOnly: choice('SYNTHETIC_DATA_ONLY', 'off', ['on', 'off']) === 'on',
    rateLimitFactor: read(
      'RATE_LIMIT_FACTOR',
      production ? 1 : 1000,
      (value) => (/^\d+(\.\d+)?$/.test(value) && +value > 0 ? +value : undefined),
      'a number above 0',
    ),
    trustProxy: read(
      'TRUST_PROXY',
      [] as string[],
      (value) => listOf(value, (part) => (isNetwork(part) ? part : undefined)),
      'IP addresses or networks such as 10.0.0.0/8, separated by commas, or loopback',
    ),
    corsOrigins: read(
      'CORS_ORIGINS',
      [] as string[],
      (value) => listOf(value, (part) => (isOrigin(part) ? part : undefined)),
      'origins such as https://app.example, separated by commas',
    ),
    leaveSeconds: whole('LEAVE_SECONDS', production ? 5 : 0, 0, 60),
    expiryDays: whole('EXPIRY_DAYS', 30, 1, 3650),
    retentionDays: whole('RETENTION_DAYS', 30, 0, 3650),
    holidaysFile: resolve(text('HOLIDAYS_FILE') ?? dataFile('holidays-vn.csv')),
    logLevel: choice('LOG_LEVEL', 'info', LOG_LEVELS),
  };

  if (environment.databaseOwnerUrl && !environment.databaseUrl) faults.push('DATABASE_OWNER_URL: needs DATABASE_URL beside it');
  const { databaseUrl, databaseOwnerUrl } = environment;
  // What the request role may not do is what keeps history as it was: one role for both could do everything.
  if (production && databaseUrl && !databaseOwnerUrl)
    faults.push(
      'DATABASE_OWNER_URL: required in production beside DATABASE_URL: the role that owns the schema, which requests do not run as',
    );
  if (production && databaseUrl && databaseOwnerUrl && roleOf(databaseUrl) === roleOf(databaseOwnerUrl))
    faults.push('DATABASE_URL: in production names another role than DATABASE_OWNER_URL, one that owns nothing');
  if (production && !environment.durableDatabase) faults.push('DURABLE_DATABASE: off is for tests, never in production');
  if (!key && text('PHOTO_KEY_PREVIOUS')) faults.push('PHOTO_KEY_PREVIOUS: needs PHOTO_KEY beside it');
  // Copies that share the photos and not their keys could not read each other's.
  if (production && text('PHOTO_STORE') && !(text('PHOTO_KEYS') && text('SHRED_LEDGER')))
    faults.push('PHOTO_STORE: in production needs PHOTO_KEYS and SHRED_LEDGER beside it');
  if (production && !key) faults.push('PHOTO_KEY: required in production');
  if (production && !environment.smtpUrl && !deskOn) faults.push('SMTP_URL: required in production');
  if (production && deskWish === 'on') faults.push('SIMULATOR_DESK: in production the desk is switched on only by on-in-production');
  if (production && deskWish === 'on-in-production' && !text('SIMULATOR_KEY'))
    faults.push('SIMULATOR_KEY: required with SIMULATOR_DESK=on-in-production');
  if (!production && deskOn && !isLoopback(host) && !text('SIMULATOR_KEY'))
    faults.push('SIMULATOR_KEY: required when the desk is on and HOST is not loopback');

  if (environment.syntheticDataOnly && !deskOn) faults.push('SYNTHETIC_DATA_ONLY: needs the simulator’s desk');

  if (faults.length > 0) throw new BadEnvironment(faults);
  return environment;
}

const DEFAULT_SENDER = { name: 'BHXH Việt Nam (mô phỏng)', address: 'no-reply@bhxh.example' };

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function listOf<T>(value: string, parse: (part: string) => T | undefined, most = 100): T[] | undefined {
  const parsed = value.split(',').map((part) => parse(part.trim()));
  return parsed.length <= most && parsed.every((part) => part !== undefined) ? parsed : undefined;
}

function masterKey(value: string): Buffer | undefined {
  const bytes = /^[0-9a-fA-F]{64}$/.test(value) ? Buffer.from(value, 'hex') : Buffer.from(value, 'base64');
  return bytes.length === 32 ? bytes : undefined;
}

function isUrl(value: string, schemes: readonly string[]): boolean {
  return URL.canParse(value) && schemes.includes(new URL(value).protocol) && new URL(value).hostname !== '';
}

function roleOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

function isOrigin(value: string): boolean {
  return isUrl(value, ['http:', 'https:']) && new URL(value).origin === value;
}

function isNetwork(value: string): boolean {
  const [address = '', bits] = value.split('/');
  if (value === 'loopback') return true;
  return isIP(address) !== 0 && (bits === undefined || (/^\d+$/.test(bits) && +bits <= (isIP(address) === 4 ? 32 : 128)));
}

function parseSender(value: string): { name: string; address: string } | undefined {
  const named = /^([^<>\r\n"]+)<([^<>]+)>$/.exec(value);
  const name = named?.[1]?.trim() ?? DEFAULT_SENDER.name;
  const address = named?.[2]?.trim() ?? value;
  return /^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(address) ? { name, address } : undefined;
}
