import { Injectable } from '@nestjs/common';
import { insertIntents, type IntentRow } from '../messages/outbox.ts';
import { VIETNAM_TIME_ZONE } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import type { Language } from '../platform/language.ts';
import type { IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { KEY_LIFETIME, TAKES_OVER } from '../platform/idempotency/idempotency.ts';
import { DOSSIER_KIND } from './dossier-number.rule.ts';
import { COLUMN_OF_FIELD, FORM_COLUMNS, FORM_FIELD_NAMES, FORM_FIELDS, type DeclarationForm } from './form/declaration-form.ts';

/** A photo that is durable in the store and waits for its row. */
export interface PhotoRow {
  id: string;
  slot: string;
  sha256: Buffer;
  storedBytes: number;
  width: number;
  height: number;
  measures: object;
  perceptualHash: string;
}

/** All that a first submission writes. */
export interface Submission {
  declarationId: string;
  form: DeclarationForm;
  language: Language;
  trackingCodeHash: Buffer;
  registryMatch: string;
  warnings: string[];
  /**
   * The last day on which a decision is in time, by the day of receipt, all `YYYY-MM-DD` in Vietnam: of the day on which the form was checked, and
   * of the next. What is received later still, because the desk moved the clock meanwhile, is given the latest.
   */
  dueOnByDay: Readonly<Record<string, string>>;
  messages: IntentRow[];
  key: IdempotencyKey;
  /** The receipt without what only the database knows, sealed under the idempotency key. */
  sealedAnswer: Buffer;
  /**
   * The one-shot ways bring their photos and the claim they made before the photo work; the draft's way has neither. At the counter an
   * officer of the receiving office has typed it in.
   */
  origin:
    | { way: 'one-shot'; claimId: string; photos: PhotoRow[] }
    | { way: 'counter'; claimId: string; photos: PhotoRow[]; typedById: string }
    | { way: 'draft'; version: number; fingerprint: Buffer; claimId: string; photoIds: Record<string, string> };
}

export interface Numbered {
  dossierNumber: string;
  submittedAt: Date;
}

/**
 * The one statement that turns a declaration into a dossier. Written by hand and not through an ORM, because everything it
 * does must happen at once and hold the office's counter as shortly as possible: one round trip instead of a dozen.
 *
 * Each step feeds the next, so a precondition that fails leaves every later step empty and no number is taken:
 * ready (office open, no account, draft unchanged) → keyed (idempotency key) → numbered (the gapless counter, the last lock)
 * → declared → photos, revision, consents, messages, audit.
 */
@Injectable()
export class SubmissionStore {
  constructor(private readonly database: Database) {}

  /**
   * @returns number and time of receipt; undefined when a precondition did not hold, and then nothing was written
   * @throws a unique violation of `uq_declarations_live_number` when the insurance number has a live dossier
   */
  async submit(submission: Submission): Promise<Numbered | undefined> {
    const { origin, key } = submission;
    const photos = origin.way === 'draft' ? [] : origin.photos;
    const photoIds = origin.way === 'draft' ? origin.photoIds : Object.fromEntries(photos.map(({ slot, id }) => [slot, id]));
    const [row] = await this.database.rows<{ dossier_number: string; submitted_at: Date }>(
      STATEMENT[origin.way],
      [
        submission.declarationId,
        JSON.stringify(rowOfForm(submission.form)),
        submission.trackingCodeHash,
        submission.registryMatch,
        JSON.stringify(submission.warnings),
        JSON.stringify(submission.form),
        JSON.stringify(photoIds),
        JSON.stringify(submission.messages),
        key.scope,
        key.hash,
        submission.sealedAnswer,
        origin.claimId,
        submission.language,
        JSON.stringify(submission.dueOnByDay),
        ...(origin.way === 'draft' ? [origin.version, origin.fingerprint] : [JSON.stringify(photos.map(jsonOfPhoto))]),
        ...(origin.way === 'counter' ? [origin.typedById] : []),
      ],
      `submit_${origin.way}`,
    );
    return row && { dossierNumber: row.dossier_number, submittedAt: row.submitted_at };
  }
}

const FORM_RECORD = FORM_FIELD_NAMES.map(
  (field) => `${COLUMN_OF_FIELD[field]} ${FORM_FIELDS[field].kind === 'tick' ? 'boolean' : 'text'}`,
).join(', ');

/** Finishes the claim that the one-shot ways make before their photo work: only the newest claim may. */
const FINISH_CLAIM = `UPDATE idempotency_keys SET status = 201, answer = $11, declaration_id = $1
    FROM ready WHERE scope = $9 AND key_hash = $10 AND claim_id = $12 AND status IS NULL RETURNING claim_id`;

/** The draft's way needs no claim: taking the key and doing the work are one. */
const TAKE_KEY = `INSERT INTO idempotency_keys (scope, key_hash, fingerprint, claim_id, claimed_until, status, answer, declaration_id, expires_at)
    SELECT $9::bytea, $10::bytea, $16::bytea, $12::uuid, at, 201, $11::bytea, $1::uuid, at + ${KEY_LIFETIME} FROM ready
    ON CONFLICT (scope, key_hash) DO UPDATE SET fingerprint = excluded.fingerprint, claim_id = excluded.claim_id, status = excluded.status,
      claimed_until = excluded.claimed_until, answer = excluded.answer, declaration_id = excluded.declaration_id,
      expires_at = excluded.expires_at
    WHERE ${TAKES_OVER} RETURNING claim_id`;

const KEEP_PHOTOS = `, kept AS (
    INSERT INTO photos (id, declaration_id, slot, sha256, stored_bytes, width, height, measures, perceptual_hash, created_at)
    SELECT photo.id, declared.id, photo.slot, photo.sha256, photo.stored_bytes, photo.width, photo.height, photo.measures,
      photo.perceptual_hash, declared.submitted_at
    FROM declared, jsonb_to_recordset($15::jsonb) AS photo (id uuid, slot text, sha256 bytea, stored_bytes integer, width integer,
      height integer, measures jsonb, perceptual_hash bit(256)))`;

/** What differs at the counter: who typed it is kept, and on record in the citizen's place; the signature on paper stands for the ticks. */
const BY_CITIZEN = { columns: '', values: '', evidence: 'tick', actor: `'citizen', NULL::uuid, NULL`, details: `'{"revision": 1}'::jsonb` };
const BY_OFFICER = {
  columns: ', channel, typed_by_id',
  values: `, 'counter', $16::uuid`,
  evidence: 'signed-form',
  actor: `'staff', $16::uuid, receiving_office_code`,
  details: `'{"revision": 1, "channel": "counter"}'::jsonb`,
};

/** By the instant that also decides the year of the number. */
const DUE_ON = `coalesce($14::jsonb ->> to_char(at AT TIME ZONE '${VIETNAM_TIME_ZONE}', 'YYYY-MM-DD'),
        (SELECT max(due) FROM jsonb_each_text($14::jsonb) AS days (day, due)))::date`;

function statement(way: Submission['origin']['way']): string {
  const draft = way === 'draft';
  const by = way === 'counter' ? BY_OFFICER : BY_CITIZEN;
  return `
  WITH form AS MATERIALIZED (
    SELECT * FROM jsonb_to_record($2::jsonb) AS form (${FORM_RECORD})),
  ready AS MATERIALIZED (
    SELECT domain_now() AS at, office.code AS office_code
    FROM form JOIN offices office ON office.code = form.office_code AND office_is_open(office)
    ${draft ? `JOIN declarations draft ON draft.id = $1 AND draft.status = 'DRAFT' AND draft.version = $15` : ''}
    WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.insurance_number = form.insurance_number)
    ${draft ? 'FOR UPDATE OF draft' : ''}),
  keyed AS (${draft ? TAKE_KEY : FINISH_CLAIM}),
  numbered AS (
    INSERT INTO dossier_counters AS counter (office_code, kind, year, last)
    SELECT office_code, '${DOSSIER_KIND}', extract(year FROM at AT TIME ZONE '${VIETNAM_TIME_ZONE}')::integer, 1 FROM ready, keyed
    ON CONFLICT (office_code, kind, year) DO UPDATE SET last = counter.last + 1
    RETURNING office_code, kind, year, last),
  declared AS (
    INSERT INTO declarations (id, status, revision, ${FORM_COLUMNS}, dossier_number, dossier_kind, dossier_year, dossier_sequence,
      receiving_office_code, submitted_at, status_since, created_at, tracking_code_hash, registry_match, warnings, language, due_on${by.columns})
    SELECT $1::uuid, 'SUBMITTED', 1, ${FORM_COLUMNS.split(', ')
      .map((column) => `form.${column}`)
      .join(', ')},
      lpad(last::text, greatest(5, length(last::text)), '0') || '.' || kind || '/' || year || '/' || numbered.office_code,
      kind, year, last, numbered.office_code, at, at, at, $3::bytea, $4::text, $5::jsonb, $13::text, ${DUE_ON}${by.values}
    FROM numbered, ready, form
    ON CONFLICT (id) DO UPDATE SET status = 'SUBMITTED', revision = 1, version = declarations.version + 1,
      ${FORM_COLUMNS.split(', ')
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')},
      dossier_number = excluded.dossier_number, dossier_kind = excluded.dossier_kind, dossier_year = excluded.dossier_year,
      dossier_sequence = excluded.dossier_sequence, receiving_office_code = excluded.receiving_office_code,
      submitted_at = excluded.submitted_at, status_since = excluded.status_since, tracking_code_hash = excluded.tracking_code_hash,
      registry_match = excluded.registry_match, warnings = excluded.warnings, language = excluded.language,
      due_on = excluded.due_on
    RETURNING id, dossier_number, receiving_office_code, submitted_at, email_copy, email_for_notices, consent_version)
  ${draft ? '' : KEEP_PHOTOS},
  revised AS (
    INSERT INTO declaration_revisions (declaration_id, revision, form, photo_ids, submitted_at)
    SELECT id, 1, $6::jsonb, $7::jsonb, submitted_at FROM declared),
  agreed AS (
    INSERT INTO consents (declaration_id, purpose, text_version, accepted_at, evidence)
    SELECT id, purpose, consent_version, submitted_at, '${by.evidence}'
    FROM declared, LATERAL (VALUES ('commitment', true), ('data-processing', true), ('email-copy', email_copy),
      ('email-for-notices', email_for_notices)) AS asked (purpose, given) WHERE given),
  told AS (${insertIntents('$8')} WHERE EXISTS (SELECT FROM declared)),
  recorded AS (
    INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, actor_id, actor_office_code, action, from_status, to_status,
      details, previous_hash, hash)
    SELECT 'declaration', id, 0, submitted_at, ${by.actor}, 'submit', ${draft ? `'DRAFT'` : 'NULL'}, 'SUBMITTED', ${by.details}, '', ''
    FROM declared)
  SELECT dossier_number, submitted_at FROM declared`;
}

const STATEMENT = { 'one-shot': statement('one-shot'), counter: statement('counter'), draft: statement('draft') } as const;

function rowOfForm(form: DeclarationForm): Record<string, unknown> {
  return Object.fromEntries(FORM_FIELD_NAMES.map((field) => [COLUMN_OF_FIELD[field], form[field]]));
}

/** Buffers do not survive JSON: PostgreSQL reads `\x…` as bytes. */
function jsonOfPhoto({ id, slot, sha256, storedBytes, width, height, measures, perceptualHash }: PhotoRow): object {
  const hash = `\\x${sha256.toString('hex')}`;
  return { id, slot, sha256: hash, stored_bytes: storedBytes, width, height, measures, perceptual_hash: perceptualHash };
}
