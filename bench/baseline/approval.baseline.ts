import { createCipheriv, createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { hash } from '@node-rs/argon2';
import { bareDatabase, serveBare, type Reply } from './bare-http.ts';

/**
 * An approval with the least code that leaves the same rows: the officer's token and the lease are checked, the password is hashed with the
 * same parameters, and one prepared statement ends the lease, opens the account, and writes the SMS with its sealed password, the tally and
 * the audit entry.
 *
 * Left out: the checklist, the registry, four eyes, rights beyond the token, notes, replays, problem documents.
 */
const APPROVE = `
  WITH officer AS (
    SELECT staff.id, staff.office_code FROM public.staff_sessions session JOIN public.staff ON staff.id = session.staff_id
    WHERE session.access_hash = $2 AND session.access_until > domain_now() AND staff.active AND staff.may_approve),
  approved AS (
    UPDATE declarations SET status = 'APPROVED', status_since = domain_now(), version = version + 1, lease_token_hash = NULL, lease_holder_id = NULL,
      lease_office_code = NULL, lease_since = NULL, lease_until = NULL, decided_by_id = officer.id, decided_office_code = officer.office_code,
      decided_at = domain_now()
    FROM officer WHERE declarations.id = $1 AND status = 'IN_VERIFICATION' AND version = 1 AND lease_token_hash = $3
      AND lease_holder_id = officer.id AND lease_until > domain_now()
    RETURNING declarations.*, officer.id AS by_id, officer.office_code AS by_office),
  opened AS (
    INSERT INTO accounts (id, insurance_number, declaration_id, state, password_hash, password_expires_at, created_at)
    SELECT $4, insurance_number, id, 'CREDENTIALS_ISSUED', $5, decided_at + interval '72 hours', decided_at FROM approved),
  told AS (
    INSERT INTO messages (id, declaration_id, purpose, issue, channel, recipient, secret, next_attempt_at, expires_at, created_at)
    SELECT $6, id, 'credentials', 1, 'sms', phone, $7, decided_at, decided_at + interval '72 hours', decided_at FROM approved),
  tallied AS (
    INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers)
    SELECT office_code, status, false, due_on, dossiers FROM approved,
      (VALUES ('IN_VERIFICATION', -1), ('APPROVED', 1)) AS moved (in_status, dossiers)),
  recorded AS (
    INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, actor_id, actor_office_code, action, from_status, to_status, details,
      previous_hash, hash)
    SELECT 'declaration', id, 3, decided_at, 'staff', by_id, by_office, 'approve', 'IN_VERIFICATION', 'APPROVED', '{"registry": "unknown-number"}', '',
      sha256(convert_to(jsonb_build_array('declaration', id, 3, (extract(epoch FROM decided_at) * 1000000)::bigint, 'staff', by_id, by_office, 'approve',
        'IN_VERIFICATION', 'APPROVED', '{"registry": "unknown-number"}'::jsonb)::text, 'UTF8')) FROM approved)
  SELECT id, insurance_number FROM approved`;

const ALPHABET = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const KEY = randomBytes(32);
const pool = bareDatabase();

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

async function approve(request: IncomingMessage): Promise<Reply> {
  const { url, headers } = request;
  await text(request);
  const password = Array.from({ length: 10 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const passwordHash = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const cipher = createCipheriv('aes-256-gcm', KEY, randomBytes(12));
  const sealed = Buffer.concat([cipher.update(password), cipher.final(), cipher.getAuthTag()]);
  const tokens = [sha256(headers.authorization!.slice(7)), sha256(String(headers['lease-token']))];
  const { rows } = await pool.query<{ insurance_number: string }>({
    name: 'approve',
    text: APPROVE,
    values: [url!.split('/')[4], ...tokens, randomUUID(), passwordHash, randomUUID(), sealed],
  });
  return rows[0]
    ? { status: 200, body: { status: 'APPROVED', account: { insuranceNumber: rows[0].insurance_number } } }
    : { status: 409, body: {} };
}

serveBare(approve);
