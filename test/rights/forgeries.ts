import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

/** Tokens that are good somewhere or were good once. */
export interface OtherTokens {
  /** Of the same kind, ended by logging out. */
  readonly loggedOut: string;
  readonly expired: string;
  /** Of somebody who was made inactive. */
  readonly ofLeaver: string;
  /** Good in another workspace. */
  readonly ofAnotherWorkspace: string;
  readonly refresh: string;
  /** A refresh token that was exchanged already. */
  readonly spentRefresh: string;
  /** An access token whose session has been refreshed since. */
  readonly refreshedAway: string;
  readonly citizen: string;
  readonly staff: string;
  readonly draft: string;
  readonly tracking: string;
  readonly lease: string;
  readonly idempotencyKey: string;
}

/** Header lines that hold out a token; `undefined` when there is none of the kind. */
export type Forgery = (good: string, others: OtherTokens) => readonly string[];

const bearer = (token: string): readonly string[] => [`Authorization: Bearer ${token}`];

function jwt(header: object, secret?: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ typ: 'JWT', ...header })}.${part({ sub: 'admin', role: 'admin', exp: 4_000_000_000, iss: 'bhxh-intake', aud: 'bhxh-intake' })}`;
  return `${content}.${secret === undefined ? '' : createHmac('sha256', secret).update(content).digest('base64url')}`;
}

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
function signedJwt(): string {
  const unsigned = jwt({ alg: 'RS256', jwk: KEYS.publicKey.export({ format: 'jwk' }) }).slice(0, -1);
  return `${unsigned}.${createSign('sha256').update(unsigned).sign(KEYS.privateKey).toString('base64url')}`;
}

/** Every way of holding out something that is no good token here. */
export const FORGERIES: Readonly<Record<string, Forgery>> = {
  nothing: () => [],
  'an empty header': () => ['Authorization:'],
  'the scheme alone': () => ['Authorization: Bearer'],
  'an empty token': () => ['Authorization: Bearer '],
  'the token without a scheme': (good) => [`Authorization: ${good}`],
  'one letter less': (good) => bearer(good.slice(0, -1)),
  'half of it': (good) => bearer(good.slice(0, good.length / 2)),
  'one letter more': (good) => bearer(`${good}A`),
  'itself twice': (good) => bearer(good + good),
  backwards: (good) => bearer([...good].reverse().join('')),
  'another first letter': (good) => bearer(`${good.startsWith('Z') ? 'Y' : 'Z'}${good.slice(1)}`),
  'another last letter': (good) => bearer(`${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`),
  'in base64': (good) => bearer(Buffer.from(good).toString('base64')),
  'in hexadecimal': (good) => bearer(Buffer.from(good, 'base64url').toString('hex')),
  'its hash': (good) => bearer(createHmac('sha256', '').update(good).digest('hex')),
  'percent-encoded': (good) => bearer([...good].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')),
  'with padding': (good) => bearer(`${good}=`),
  'in quotes': (good) => bearer(`"${good}"`),
  'with a NUL': (good) => bearer(`${good}\0`),
  'with a comma and another': (good) => bearer(`${good}, Bearer ${good}`),
  'in two headers': (good) => [`Authorization: Bearer x`, `Authorization: Bearer ${good}`],
  'as Basic': (good) => [`Authorization: Basic ${Buffer.from(`:${good}`).toString('base64')}`],
  'as Token': (good) => [`Authorization: Token ${good}`],
  'as Digest': (good) => [`Authorization: Digest username="${good}"`],
  'in a cookie': (good) => [`Cookie: accessToken=${good}; token=${good}; Authorization=${good}`],
  'in X-Access-Token': (good) => [`X-Access-Token: ${good}`, `X-Auth-Token: ${good}`],
  'in Proxy-Authorization': (good) => [`Proxy-Authorization: Bearer ${good}`],
  'in X-Forwarded-Authorization': (good) => [`X-Forwarded-Authorization: Bearer ${good}`, `X-Original-Authorization: Bearer ${good}`],
  'of ten kilobytes': () => bearer('A'.repeat(10_000)),
  'of letters of nobody’s': () => bearer('\xe1\xbb\x87'.repeat(20)),
  'made up': () => bearer(randomBytes(32).toString('base64url')),
  'all zeros': () => bearer('A'.repeat(43)),
  null: () => bearer('null'),
  undefined: () => bearer('undefined'),
  'an SQL text': () => bearer("'OR'1'='1"),
  'a star': () => bearer('*'),
  'a JWT without signature': () => bearer(jwt({ alg: 'none' })),
  'a JWT with an empty secret': () => bearer(jwt({ alg: 'HS256' }, '')),
  'a JWT with a common secret': () => bearer(jwt({ alg: 'HS256' }, 'secret')),
  'a JWT with a key from a file': () => bearer(jwt({ alg: 'HS256', kid: '../../../../dev/null' }, '')),
  'a JWT with its own key': () => bearer(signedJwt()),
  'a JWT with a key from elsewhere': () => bearer(jwt({ alg: 'RS256', jku: 'https://evil.example/keys' }, 'x')),
  'one that was logged out': (_good, { loggedOut }) => bearer(loggedOut),
  'one past its end': (_good, { expired }) => bearer(expired),
  'a leaver’s': (_good, { ofLeaver }) => bearer(ofLeaver),
  'one of another workspace': (_good, { ofAnotherWorkspace }) => bearer(ofAnotherWorkspace),
  'a refresh token': (_good, { refresh }) => bearer(refresh),
  'a refresh token that is spent': (_good, { spentRefresh }) => bearer(spentRefresh),
  'one that was refreshed since': (_good, { refreshedAway }) => bearer(refreshedAway),
  'a lease token': (_good, { lease }) => bearer(lease),
  'an idempotency key': (_good, { idempotencyKey }) => bearer(idempotencyKey),
};

/** Good tokens of the other kinds. */
export const KINDS = ['citizen', 'staff', 'draft', 'tracking'] as const;
