import { createCipheriv, createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { bareDatabase, serveBare, type Reply } from './bare-http.ts';

/**
 * A draft becomes a dossier with the least code that leaves the same rows: number, declaration, revision, consents, message, audit entry
 * linked by its hash, tally, comparison, idempotency key with its sealed answer. One prepared statement, one commit.
 *
 * Left out, though the service does it: the form's rules, the registry, required photos, limits, languages, replays, problem documents,
 * headers against browsers' follies, metrics, workspaces, the deadline by the calendar of holidays.
 */
const SUBMIT = `
  WITH ready AS MATERIALIZED (
    SELECT draft.*, domain_now() AS at FROM declarations draft JOIN offices ON offices.code = draft.office_code AND offices.open
    WHERE draft.id = $1 AND draft_token_hash = $2 AND status = 'DRAFT'
      AND NOT EXISTS (SELECT FROM accounts WHERE accounts.insurance_number = draft.insurance_number) FOR UPDATE OF draft),
  keyed AS (
    INSERT INTO idempotency_keys (scope, key_hash, fingerprint, claim_id, claimed_until, status, answer, declaration_id, expires_at)
    SELECT $2, $3, $3, $4, at, 201, $5, $1, at + interval '24 hours' FROM ready ON CONFLICT DO NOTHING RETURNING claim_id),
  numbered AS (
    INSERT INTO dossier_counters AS counter (office_code, kind, year, last)
    SELECT office_code, 'GD', extract(year FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::integer, 1 FROM ready, keyed
    ON CONFLICT (office_code, kind, year) DO UPDATE SET last = counter.last + 1 RETURNING office_code, year, last),
  declared AS (
    UPDATE declarations SET status = 'SUBMITTED', revision = 1, version = declarations.version + 1,
      dossier_number = lpad(last::text, greatest(5, length(last::text)), '0') || '.GD/' || year || '/' || numbered.office_code,
      dossier_kind = 'GD', dossier_year = year, dossier_sequence = last, receiving_office_code = numbered.office_code, submitted_at = at,
      status_since = at, tracking_code_hash = $6, registry_match = 'unknown-number', warnings = '[]', language = 'vi',
      consent_version = '2021-04', id_type = 'cccd', due_on = (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 5
    FROM numbered, ready WHERE declarations.id = ready.id
    RETURNING declarations.*),
  revised AS (
    INSERT INTO declaration_revisions (declaration_id, revision, form, photo_ids, submitted_at)
    SELECT id, 1, jsonb_build_object('insuranceNumber', insurance_number, 'fullName', full_name, 'idNumber', id_number, 'idType', id_type,
        'provinceCode', province_code, 'districtCode', district_code, 'wardCode', ward_code, 'street', street, 'phone', phone, 'officeCode', office_code,
        'emailCopy', email_copy, 'emailForNotices', email_for_notices, 'email', email, 'commitmentAccepted', commitment_accepted,
        'dataProcessingAccepted', data_processing_accepted, 'consentVersion', consent_version),
      (SELECT jsonb_object_agg(slot, photos.id) FROM photos WHERE declaration_id = declared.id AND current), submitted_at FROM declared),
  agreed AS (
    INSERT INTO consents (declaration_id, purpose, text_version, accepted_at, evidence)
    SELECT id, purpose, consent_version, submitted_at, 'tick' FROM declared, unnest(ARRAY['commitment', 'data-processing']) AS purpose),
  told AS (
    INSERT INTO messages (id, declaration_id, purpose, issue, channel, recipient, next_attempt_at, expires_at, created_at)
    SELECT $7, id, 'received', 1, 'sms', phone, submitted_at, submitted_at + interval '72 hours', submitted_at FROM declared),
  recorded AS (
    INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, action, from_status, to_status, details, previous_hash, hash)
    SELECT 'declaration', id, 1, submitted_at, 'citizen', 'submit', 'DRAFT', 'SUBMITTED', '{"revision": 1}', '',
      sha256(convert_to(jsonb_build_array('declaration', id, 1, (extract(epoch FROM submitted_at) * 1000000)::bigint, 'citizen', 'submit',
        'DRAFT', 'SUBMITTED', '{"revision": 1}'::jsonb)::text, 'UTF8')) FROM declared),
  tallied AS (
    INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers) SELECT office_code, status, false, due_on, 1 FROM declared),
  compared AS (INSERT INTO comparisons (declaration_id, answered) SELECT id, 1 FROM declared)
  SELECT id, dossier_number, insurance_number, submitted_at, office_code FROM declared`;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const pool = bareDatabase();

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function submit({ url, headers }: IncomingMessage): Promise<Reply> {
  const id = url!.split('/')[3]!;
  const key = String(headers['idempotency-key']);
  const trackingCode = Array.from({ length: 16 }, () => ALPHABET[randomInt(32)]).join('');
  const cipher = createCipheriv('aes-256-gcm', sha256(key), randomBytes(12));
  const sealed = Buffer.concat([
    cipher.update(JSON.stringify({ id, status: 'SUBMITTED', trackingCode })),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const { rows } = await pool.query<Record<string, unknown>>({
    name: 'submit',
    text: SUBMIT,
    values: [id, sha256(headers.authorization!.slice(7)), sha256(key), randomUUID(), sealed, sha256(trackingCode), randomUUID()],
  });
  return rows[0] ? { status: 201, body: { ...rows[0], status: 'SUBMITTED', trackingCode } } : { status: 409, body: {} };
}

serveBare(submit);
