import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { Refusal } from '../refusal.ts';

/**
 * An `Idempotency-Key` in its scope: workspace (by schema), route, and bearer token or else `X-Client-Id`. Only hashes are
 * kept; the stored answer is encrypted under a key that nobody without the raw key can derive.
 */
export interface IdempotencyKey {
  readonly raw: string;
  readonly scope: Buffer;
  readonly hash: Buffer;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/** @throws Refusal `idempotency-key-invalid` or `client-id-invalid`; undefined when the request carries no key */
export function findIdempotencyKey(request: Request): IdempotencyKey | undefined {
  const raw = request.headers['idempotency-key'];
  if (raw === undefined) return undefined;
  if (typeof raw !== 'string' || !VISIBLE_ASCII.test(raw)) throw new Refusal('idempotency-key-invalid');
  return keyOf(request, raw);
}

/** The request's key, or one that nobody comes again with: for work that is done under a key in any case. @throws Refusal as `findIdempotencyKey` */
export function findOrMakeIdempotencyKey(request: Request): IdempotencyKey {
  return findIdempotencyKey(request) ?? keyOf(request, randomBytes(32).toString('base64url'));
}

/** @throws Refusal `idempotency-key-missing` where the route cannot do without one */
export function getIdempotencyKey(request: Request): IdempotencyKey {
  const key = findIdempotencyKey(request);
  if (!key) throw new Refusal('idempotency-key-missing');
  return key;
}

function keyOf(request: Request, raw: string): IdempotencyKey {
  const route = `${request.method} ${request.path}`;
  const owner = request.headers.authorization ?? clientId(request);
  return { raw, scope: sha256(route, owner), hash: sha256(raw) };
}

function clientId(request: Request): string {
  const given = request.headers['x-client-id'];
  if (given === undefined) return '';
  if (typeof given !== 'string' || !VISIBLE_ASCII.test(given)) throw new Refusal('client-id-invalid');
  return `client ${given}`;
}

/** Two requests are the same when their content has the same fingerprint: order of members does not matter. */
export function fingerprintOf(content: unknown): Buffer {
  return sha256(inOrder(content));
}

/**
 * As `fingerprintOf`, for content that holds a password or a one-time password: a plain hash of it could be tried against, guess by guess, by
 * whoever reads the table. This one needs the raw key, of which the table has a hash only. Empty without a key: it is kept and compared nowhere.
 */
export function secretFingerprintOf(key: IdempotencyKey | undefined, content: unknown): Buffer {
  if (!key) return Buffer.alloc(0);
  return createHmac('sha256', keyFor(key, 'idempotent-content')).update(inOrder(content)).digest();
}

export function sealAnswer(key: IdempotencyKey, answer: unknown): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyFor(key, 'idempotent-answer'), nonce);
  return Buffer.concat([nonce, cipher.update(JSON.stringify(answer ?? null), 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

export function openAnswer(key: IdempotencyKey, sealed: Buffer): unknown {
  const decipher = createDecipheriv('aes-256-gcm', keyFor(key, 'idempotent-answer'), sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(-16));
  return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8'));
}

function keyFor(key: IdempotencyKey, purpose: 'idempotent-answer' | 'idempotent-content'): Buffer {
  return Buffer.from(hkdfSync('sha256', key.raw, key.scope, purpose, 32));
}

function inOrder(content: unknown): string {
  return JSON.stringify(content, (_name, value: unknown) => (isPlainObject(value) ? sorted(value) : value)) ?? '';
}

function sha256(...parts: string[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest();
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
