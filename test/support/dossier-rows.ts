import { foldForSearch } from '../../src/platform/text/vietnamese.ts';

/** The office whose clerks are watched. It has a tenth of all dossiers, or more where that is needed for ten thousand pages of fifty. */
export const BUSY_OFFICE = '03102';
/** Dossiers in ten thousand full pages, and a page more. */
const MANY_PAGES = 500_100;
/** From how many dossiers on the busy office has those pages; it has every second one then. */
export const DOSSIERS_FOR_MANY_PAGES = 1_000_000;

export function busyShare(count: number): number {
  return count < DOSSIERS_FOR_MANY_PAGES ? 0.1 : Math.max(0.1, MANY_PAGES / count);
}

const textArray = (words: string) => `ARRAY['${words.split(' ').join("','")}']`;
const FAMILY_NAMES = 'Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nguyễn Nguyễn Nguyễn Nguyễn';
const MIDDLE_NAMES = 'Văn Thị Hữu Đức Ngọc Minh Thanh Quốc Thị Văn Thị Văn Xuân Kim Hồng Bích Anh Gia Bảo Như';
const GIVEN_NAMES =
  'Minh Anh Hà Hùng Dũng Lan Hoa Hương Thủy Thúy Tuấn Tú Nam Long Sơn Hải Bình An Khánh Linh Trang Thảo Vy My Nhung Phương Quỳnh Ngân Yến Loan Phúc Lộc Thọ Khang Kiên Cường Mạnh Thắng Lợi Đạt';

const pick = (words: string, step: number) =>
  `(${textArray(words)})[1 + (serial * 7919::bigint / ${step} % ${words.split(' ').length})::int]`;

const nameOf = (spelled: (words: string) => string) =>
  [pick(spelled(FAMILY_NAMES), 1), pick(spelled(MIDDLE_NAMES), 20), pick(spelled(GIVEN_NAMES), 400)].join(` || ' ' || `);

/** All came in within so many days, evenly, so that none is old enough to be erased; what waits, within the last 9, so that none expires. */
const DAYS = 300;
const OPEN_DAYS = 9;
/** The end of the process's life, after which photos and messages are kept as long. */
const KEPT_DAYS = 30;

const OPEN = `status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED')`;
const KEPT = `(${OPEN} OR at > now() - interval '${KEPT_DAYS} days')`;

/** An id of version 7 of the instant `at`, another one for each kind of row. */
const idOf = (kind: number) =>
  `(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7${kind.toString(16).padStart(3, '0')}8' || lpad(to_hex(serial), 15, '0'))::uuid`;

const KIND = { declaration: 1, account: 2, received: 3, credentials: 4, portrait: 5, idFront: 6, idBack: 7 } as const;

const OFFICES = `(ARRAY(SELECT code FROM offices WHERE open ORDER BY code))`;

/**
 * So many dossiers of which all is made from their serial, so that each table is filled without asking the others. Rows lie in the order
 * in which they came in, as in life; of those that are not yet dealt with there are two in a hundred, among the newest.
 */
const dossiers = (count: number) => `(
  SELECT serial, at, office, status, extract(year FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS year, ${idOf(KIND.declaration)} AS id
  FROM generate_series(1::bigint, ${count}) AS serial,
    LATERAL (SELECT date_trunc('milliseconds', now() - interval '1 second' - interval '${DAYS} days' * (1 - serial / ${count}.0::float)) AS at) received,
    LATERAL (SELECT CASE WHEN (serial * 7919) % 10000 < ${Math.ceil(busyShare(count) * 10_000)} THEN '${BUSY_OFFICE}'
        ELSE ${OFFICES}[1 + (serial * 31) % cardinality(${OFFICES})] END AS office) place,
    LATERAL (SELECT CASE WHEN at > now() - interval '${OPEN_DAYS} days' AND serial % 100 < 67
        THEN CASE WHEN serial % 100 < 40 THEN 'SUBMITTED' WHEN serial % 100 < 50 THEN 'IN_VERIFICATION' ELSE 'RETURNED' END
        WHEN serial % 100 >= 96 THEN 'REJECTED' WHEN serial % 100 >= 92 THEN 'WITHDRAWN' ELSE 'APPROVED' END AS status) statuses
  ) AS dossier`;

const NUMBER = `lpad(serial::text, greatest(5, length(serial::text)), '0') || '.GD/' || year || '/' || office`;
const INSURANCE_NUMBER = `lpad(serial::text, 10, '0')`;
const ID_NUMBER = `'0310' || lpad(serial::text, 8, '0')`;
const PHONE = `'+8435' || lpad(serial::text, 7, '0')`;
const STREET = 'Số 12 Lạch Tray';
/** Of what is open, six in a hundred are alike, two and two next to each other, and nobody has looked yet; of messages, one in a hundred failed. */
const IS_SUSPECTED = `(serial % 100 IN (3, 4, 33, 34, 63, 64) AND ${OPEN})`;
const HAS_FAILED = `(serial % 100 = 50 AND ${KEPT})`;
const DECIDED = `at + interval '1 day'`;

const FORM = `jsonb_build_object('insuranceNumber', ${INSURANCE_NUMBER}, 'fullName', ${nameOf((words) => words)}, 'idNumber', ${ID_NUMBER},
  'idType', 'cccd', 'provinceCode', '31', 'districtCode', '304', 'wardCode', '11359', 'street', '${STREET}', 'phone', ${PHONE}, 'officeCode', office,
  'emailCopy', false, 'emailForNotices', false, 'email', NULL, 'commitmentAccepted', true, 'dataProcessingAccepted', true, 'consentVersion', '2021-04')`;

/** What stands in each table, by table: the statement that fills it. Nobody's hash here continues another; no file lies behind a photo. */
export function rowsOf(count: number): Readonly<Record<string, string>> {
  const from = `FROM ${dossiers(count)}`;
  return {
    declarations: `
      INSERT INTO declarations (id, status, revision, insurance_number, full_name, id_number, id_type, province_code, district_code, ward_code,
        street, phone, office_code, commitment_accepted, data_processing_accepted, consent_version, dossier_number, dossier_kind, dossier_year,
        dossier_sequence, receiving_office_code, submitted_at, status_since, created_at, tracking_code_hash, registry_match, warnings, due_on,
        overdue_noticed_at, message_failed, duplicate_suspected)
      SELECT id, status, 1, ${INSURANCE_NUMBER}, ${nameOf((words) => words)}, ${ID_NUMBER}, 'cccd', '31', '304', '11359',
        '${STREET}', ${PHONE}, office, true, true, '2021-04', ${NUMBER}, 'GD', year,
        serial, office, at, CASE WHEN ${OPEN} THEN at ELSE least(now(), ${DECIDED}) END, at, sha256(int8send(serial)), 'match', '[]', (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 5,
        at, ${HAS_FAILED}, ${IS_SUSPECTED}
      ${from}`,
    audit_entries: `
      INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, actor_office_code, action, from_status, to_status, details,
        previous_hash, hash)
      SELECT 'declaration', id, step, dossier.at + (step - 1) * interval '8 hours', CASE step WHEN 1 THEN 'citizen' ELSE 'staff' END,
        CASE WHEN step > 1 THEN office END, CASE step WHEN 1 THEN 'submit' WHEN 2 THEN 'view' ELSE lower(status) END,
        CASE step WHEN 3 THEN 'IN_VERIFICATION' END, CASE step WHEN 1 THEN 'SUBMITTED' WHEN 3 THEN status END,
        CASE step WHEN 1 THEN '{"revision": 1}'::jsonb ELSE '{}'::jsonb END,
        CASE step WHEN 1 THEN '\\x' ELSE sha256(int8send(serial * 4 + step - 1)) END, sha256(int8send(serial * 4 + step))
      ${from}, generate_series(1, CASE WHEN ${OPEN} THEN 1 ELSE 3 END) AS step`,
    declaration_revisions: `
      INSERT INTO declaration_revisions (declaration_id, revision, form, photo_ids, submitted_at)
      SELECT id, 1, ${FORM}, jsonb_build_object('portrait', ${idOf(KIND.portrait)}, 'idFront', ${idOf(KIND.idFront)}, 'idBack', ${idOf(KIND.idBack)}), at
      ${from}`,
    accounts: `
      INSERT INTO accounts (id, insurance_number, declaration_id, state, password_hash, must_change_password, first_used_at, created_at)
      SELECT ${idOf(KIND.account)}, ${INSURANCE_NUMBER}, id, 'ACTIVE', '$argon2id$v=19$m=19456,t=2,p=1$' || repeat('x', 66), false, ${DECIDED}, ${DECIDED}
      ${from} WHERE status = 'APPROVED'`,
    consents: `
      INSERT INTO consents (declaration_id, purpose, text_version, accepted_at)
      SELECT id, purpose, '2021-04', at ${from}, unnest('{commitment,data-processing}'::text[]) AS purpose`,
    comparisons: `
      INSERT INTO comparisons (declaration_id, answered, name, birth_year)
      SELECT id, 1, ${nameOf(foldForSearch)}, 1950 + (serial % 55)::int ${from}`,
    photos: `
      INSERT INTO photos (id, declaration_id, slot, sha256, stored_bytes, width, height, measures, perceptual_hash, created_at)
      SELECT CASE slot WHEN 'portrait' THEN ${idOf(KIND.portrait)} WHEN 'idFront' THEN ${idOf(KIND.idFront)} ELSE ${idOf(KIND.idBack)} END, id, slot,
        sha256(convert_to(slot || serial, 'UTF8')), 1, 900, 1200, '{}', ('x' || encode(sha256(convert_to('likeness ' || slot || serial, 'UTF8')), 'hex'))::bit(256), at
      ${from}, unnest('{portrait,idFront,idBack}'::text[]) AS slot WHERE ${KEPT}`,
    messages: `
      INSERT INTO messages (id, declaration_id, purpose, issue, channel, recipient, state, attempts, next_attempt_at, expires_at, created_at, finished_at)
      SELECT CASE purpose WHEN 'received' THEN ${idOf(KIND.received)} ELSE ${idOf(KIND.credentials)} END, id, purpose, 1, 'sms', '+8435****000',
        CASE WHEN ${HAS_FAILED} AND purpose = 'received' THEN 'permanent-failure' ELSE 'sent' END, 1, at, at, at, at
      ${from}, unnest('{received,credentials}'::text[]) AS purpose WHERE ${KEPT} AND (purpose = 'received' OR status = 'APPROVED')`,
    duplicate_pairs: `
      INSERT INTO duplicate_pairs (first_id, second_id, signs, found_at)
      SELECT min(id::text)::uuid, max(id::text)::uuid, '{same-phone}', min(at) ${from} WHERE ${IS_SUSPECTED} GROUP BY serial / 10 HAVING count(*) = 2`,
    queue_tallies: `
      INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers)
      SELECT office, status, false, CASE WHEN status <> 'RETURNED' AND ${OPEN} THEN (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 5 END, count(*)
      ${from} GROUP BY 1, 2, 4`,
    dossier_counters: `
      INSERT INTO dossier_counters (office_code, kind, year, last) SELECT code, 'GD', year, ${count}
      FROM offices, (SELECT DISTINCT extract(year FROM (now() + span * interval '1 day') AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS year
        FROM unnest('{0, -${DAYS}}'::int[]) AS span) years`,
  };
}
