import { createCipheriv, createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import busboy from 'busboy';
import sharp from 'sharp';
import { bareDatabase, serveBare, type Reply } from './bare-http.ts';

/**
 * A whole declaration in one request with the least code that leaves the same rows and files: the parts are hashed while they come, each
 * photo is decoded, turned upright, made at most 2000 pixels long, encoded anew without metadata, encrypted and made durable; one prepared
 * statement writes the rows.
 *
 * Left out: the form's rules, the photos' (blank, dark, blurred, glare: nothing is measured, and no perceptual hash taken), the claim of the
 * key before the photo work, limits, the spool (each body is in memory from its first byte on), replays, problem documents.
 */
const SUBMIT = `
  WITH form AS MATERIALIZED (SELECT * FROM jsonb_populate_record(NULL::declarations, $2::jsonb)),
  ready AS MATERIALIZED (
    SELECT domain_now() AS at, form.office_code FROM form JOIN offices ON offices.code = form.office_code AND offices.open
    WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.insurance_number = form.insurance_number)),
  keyed AS (
    INSERT INTO idempotency_keys (scope, key_hash, fingerprint, claim_id, claimed_until, status, answer, declaration_id, expires_at)
    SELECT $3, $3, $3, $4, at, 201, $5, $1, at + interval '24 hours' FROM ready ON CONFLICT DO NOTHING RETURNING claim_id),
  numbered AS (
    INSERT INTO dossier_counters AS counter (office_code, kind, year, last)
    SELECT office_code, 'GD', extract(year FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::integer, 1 FROM ready, keyed
    ON CONFLICT (office_code, kind, year) DO UPDATE SET last = counter.last + 1 RETURNING office_code, year, last),
  declared AS (
    INSERT INTO declarations (id, status, revision, insurance_number, full_name, id_number, id_type, province_code, district_code, ward_code, street, phone,
      office_code, commitment_accepted, data_processing_accepted, consent_version, dossier_number, dossier_kind, dossier_year, dossier_sequence,
      receiving_office_code, submitted_at, status_since, created_at, tracking_code_hash, registry_match, warnings, language, due_on)
    SELECT $1, 'SUBMITTED', 1, insurance_number, full_name, id_number, 'cccd', province_code, district_code, ward_code, street, phone, form.office_code,
      commitment_accepted, data_processing_accepted, '2021-04', lpad(last::text, greatest(5, length(last::text)), '0') || '.GD/' || year || '/' || form.office_code,
      'GD', year, last, form.office_code, at, at, at, $6, 'unknown-number', '[]', 'vi', (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 5
    FROM form, ready, numbered RETURNING *),
  kept AS (
    INSERT INTO photos (id, declaration_id, slot, sha256, stored_bytes, width, height, measures, created_at)
    SELECT photo.id, $1, slot, sha256, stored_bytes, width, height, '{}', submitted_at FROM declared,
      jsonb_to_recordset($8::jsonb) AS photo (id uuid, slot text, sha256 bytea, stored_bytes integer, width integer, height integer)),
  revised AS (
    INSERT INTO declaration_revisions (declaration_id, revision, form, photo_ids, submitted_at) SELECT id, 1, $2::jsonb, $8::jsonb, submitted_at FROM declared),
  agreed AS (
    INSERT INTO consents (declaration_id, purpose, text_version, accepted_at, evidence)
    SELECT id, purpose, consent_version, submitted_at, 'tick' FROM declared, unnest(ARRAY['commitment', 'data-processing']) AS purpose),
  told AS (
    INSERT INTO messages (id, declaration_id, purpose, issue, channel, recipient, next_attempt_at, expires_at, created_at)
    SELECT $7, id, 'received', 1, 'sms', phone, submitted_at, submitted_at + interval '72 hours', submitted_at FROM declared),
  recorded AS (
    INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, action, to_status, details, previous_hash, hash)
    SELECT 'declaration', id, 1, submitted_at, 'citizen', 'submit', 'SUBMITTED', '{"revision": 1}', '',
      sha256(convert_to(jsonb_build_array('declaration', id, 1, (extract(epoch FROM submitted_at) * 1000000)::bigint, 'citizen', 'submit',
        'SUBMITTED', '{"revision": 1}'::jsonb)::text, 'UTF8')) FROM declared),
  tallied AS (
    INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers) SELECT office_code, status, false, due_on, 1 FROM declared),
  compared AS (INSERT INTO comparisons (declaration_id, answered) SELECT id, 1 FROM declared)
  SELECT id, dossier_number, insurance_number, submitted_at, office_code FROM declared`;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const KEY = randomBytes(32);
const DIRECTORY = process.env.DIRECTORY!;
mkdirSync(DIRECTORY, { recursive: true });
sharp.cache(false);
sharp.concurrency(1);
const pool = bareDatabase();

interface Part {
  readonly slot: string;
  readonly sha256: Buffer;
  readonly bytes: Buffer;
}

async function partsOf(request: IncomingMessage): Promise<{ fields: Record<string, string | boolean>; parts: Part[] }> {
  const fields: Record<string, string | boolean> = {};
  const parts: Part[] = [];
  const parser = busboy({ headers: request.headers, limits: { fileSize: 10 * 1024 * 1024, files: 3 } });
  parser.on('field', (name, value) => (fields[name.replace(/[A-Z]/g, '_$&').toLowerCase()] = value === 'true' ? true : value));
  parser.on('file', (slot, content) => {
    const hash = createHash('sha256');
    const pieces: Buffer[] = [];
    content.on('data', (piece: Buffer) => {
      hash.update(piece);
      pieces.push(piece);
    });
    content.on('end', () => parts.push({ slot, sha256: hash.digest(), bytes: Buffer.concat(pieces) }));
  });
  await new Promise((resolve, reject) => {
    parser.on('close', resolve);
    parser.on('error', reject);
    request.pipe(parser);
  });
  return { fields, parts };
}

async function keep({ slot, sha256, bytes }: Part): Promise<object> {
  const { data, info } = await sharp(bytes, { failOn: 'warning' })
    .autoOrient()
    .resize({ width: 2000, height: 2000, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: 85, optimiseCoding: false })
    .toBuffer({ resolveWithObject: true });
  const id = randomUUID();
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', KEY, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
  const path = join(DIRECTORY, id);
  const file = await open(`${path}.tmp`, 'wx', 0o600);
  await file.writeFile(sealed);
  await file.sync();
  await file.close();
  await rename(`${path}.tmp`, path);
  const folder = await open(DIRECTORY, 'r');
  await folder.sync();
  await folder.close();
  return { id, slot, sha256: `\\x${sha256.toString('hex')}`, stored_bytes: sealed.length, width: info.width, height: info.height };
}

async function submit(request: IncomingMessage): Promise<Reply> {
  const key = createHash('sha256').update(String(request.headers['idempotency-key'])).digest();
  const { fields, parts } = await partsOf(request);
  const photos = await Promise.all(parts.map(keep));
  const trackingCode = Array.from({ length: 16 }, () => ALPHABET[randomInt(32)]).join('');
  const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));
  const sealed = Buffer.concat([cipher.update(JSON.stringify({ status: 'SUBMITTED', trackingCode })), cipher.final(), cipher.getAuthTag()]);
  const codeHash = createHash('sha256').update(trackingCode).digest();
  const { rows } = await pool.query<Record<string, unknown>>({
    name: 'submit',
    text: SUBMIT,
    values: [randomUUID(), JSON.stringify(fields), key, randomUUID(), sealed, codeHash, randomUUID(), JSON.stringify(photos)],
  });
  return rows[0] ? { status: 201, body: { ...rows[0], status: 'SUBMITTED', trackingCode } } : { status: 409, body: {} };
}

serveBare(submit);
