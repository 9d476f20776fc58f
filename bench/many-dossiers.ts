import pg from 'pg';
import { foldForSearch } from '../src/platform/text/vietnamese.ts';

/** The office whose clerks are watched. It has a tenth of all dossiers. */
export const BUSY_OFFICE = '03102';

/** Shares of the dossiers, in thousandths: an office has few that wait, and many years of those that are done. */
const STATUS = `CASE WHEN serial % 1000 < 12 THEN 'SUBMITTED' WHEN serial % 1000 < 15 THEN 'IN_VERIFICATION'
  WHEN serial % 1000 < 20 THEN 'RETURNED' WHEN serial % 1000 < 60 THEN 'REJECTED' WHEN serial % 1000 < 100 THEN 'WITHDRAWN' ELSE 'APPROVED' END`;

const textArray = (words: string) => `ARRAY['${words.split(' ').join("','")}']`;
const FAMILY_NAMES = 'Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nguyễn Nguyễn Nguyễn Nguyễn';
const MIDDLE_NAMES = 'Văn Thị Hữu Đức Ngọc Minh Thanh Quốc Thị Văn Thị Văn Xuân Kim Hồng Bích Anh Gia Bảo Như';
const GIVEN_NAMES =
  'Minh Anh Hà Hùng Dũng Lan Hoa Hương Thủy Thúy Tuấn Tú Nam Long Sơn Hải Bình An Khánh Linh Trang Thảo Vy My Nhung Phương Quỳnh Ngân Yến Loan Phúc Lộc Thọ Khang Kiên Cường Mạnh Thắng Lợi Đạt';

const pick = (words: string, step: number) =>
  `(${textArray(words)})[1 + (serial * 7919::bigint / ${step} % ${words.split(' ').length})::int]`;

const nameOf = (spelled: (words: string) => string) =>
  [pick(spelled(FAMILY_NAMES), 1), pick(spelled(MIDDLE_NAMES), 20), pick(spelled(GIVEN_NAMES), 400)].join(` || ' ' || `);

/** All within the last 300 days, so that no dossier is old enough to be erased; what waits, within the last 9, so that none expires. */
const DOSSIERS = `
  INSERT INTO declarations (id, status, revision, insurance_number, full_name, id_number, id_type, province_code, district_code, ward_code, street,
    phone, office_code, commitment_accepted, data_processing_accepted, consent_version, dossier_number, dossier_kind, dossier_year,
    dossier_sequence, receiving_office_code, submitted_at, status_since, created_at, tracking_code_hash, registry_match, warnings, due_on,
    overdue_noticed_at)
  SELECT gen_random_uuid(), status, 1, lpad(serial::text, 10, '0'),
    ${nameOf((words) => words)},
    '0310' || lpad(serial::text, 8, '0'), 'cccd', '31', '304', '11359', 'Số 12 Lạch Tray', '+8435' || lpad(serial::text, 7, '0'), office, true, true,
    '2021-04', lpad(serial::text, greatest(5, length(serial::text)), '0') || '.GD/' || year || '/' || office, 'GD', year, serial, office, at, at, at,
    '\\x00', 'match', '[]', (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 5, at
  FROM generate_series(1, $1::int) AS serial,
    LATERAL (SELECT ${STATUS} AS status) statuses,
    LATERAL (SELECT CASE WHEN (serial / 1000) % 10 = 0 THEN '${BUSY_OFFICE}' ELSE offices.codes[1 + (serial / 7) % cardinality(offices.codes)] END AS office
      FROM (SELECT array_agg(code ORDER BY code) AS codes FROM offices WHERE open) offices) place,
    LATERAL (SELECT date_trunc('milliseconds', now() - interval '1 second' * ((serial * 7919::bigint)
      % CASE WHEN status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED') THEN 9 * 86400 ELSE 300 * 86400 END)) AS at) received,
    LATERAL (SELECT extract(year FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS year) numbered`;

/** One in a thousand: of a hundred messages one fails, and they are kept until thirty days after the end of what lasts three hundred here. */
const FAILED_MESSAGES = `
  INSERT INTO messages (id, declaration_id, purpose, issue, channel, recipient, state, attempts, next_attempt_at, expires_at, created_at, finished_at)
  SELECT gen_random_uuid(), id, 'received', 1, 'sms', '+8435****000', 'permanent-failure', 1, submitted_at, submitted_at, submitted_at, submitted_at
  FROM declarations WHERE dossier_sequence % 1000 = 500`;

/** All have been compared. Their birth years are spread as people's are, which those within these ID numbers are not. */
const COMPARED = `
  INSERT INTO comparisons (declaration_id, answered, name, birth_year)
  SELECT id, 1, ${nameOf(foldForSearch)}, 1950 + (serial % 55)::int
  FROM (SELECT id, dossier_sequence AS serial FROM declarations) made
  ON CONFLICT (declaration_id) DO UPDATE SET answered = 1, name = excluded.name, birth_year = excluded.birth_year`;

/** Of those whose photos are still kept: what is open, and what ended within the last thirty days. No file lies behind them. */
const PORTRAITS = `
  INSERT INTO photos (id, declaration_id, slot, sha256, stored_bytes, width, height, measures, perceptual_hash, created_at)
  SELECT gen_random_uuid(), id, 'portrait', sha256(dossier_number::bytea), 1, 900, 1200, '{}',
    ('x' || encode(sha256(('likeness of ' || dossier_number)::bytea), 'hex'))::bit(256), submitted_at
  FROM declarations WHERE status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED') OR status_since > now() - interval '30 days'`;

/** Two in a thousand are alike, and nobody has looked yet. */
const PAIRS = `
  INSERT INTO duplicate_pairs (first_id, second_id, signs, found_at)
  SELECT least(one.id, other.id), greatest(one.id, other.id), '{same-phone}', one.submitted_at
  FROM declarations one JOIN declarations other ON other.dossier_sequence = one.dossier_sequence + 1 WHERE one.dossier_sequence % 1000 = 3`;

const SUM_UP = `
  WITH gone AS (DELETE FROM queue_tallies RETURNING *)
  INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers)
  SELECT office_code, status, transferred, due_on, sum(dossiers) FROM gone GROUP BY 1, 2, 3, 4`;

/** Fills an empty database, as its owner, with so many invented dossiers. */
export async function makeDossiers(ownerUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Together, so that a service that runs already finds nothing to compare.
    await client.query('BEGIN');
    await client.query(DOSSIERS, [count]);
    await client.query(COMPARED);
    await client.query('COMMIT');
    await client.query(PORTRAITS);
    await client.query(PAIRS);
    await client.query(FAILED_MESSAGES);
    await client.query(SUM_UP);
    await client.query('VACUUM ANALYZE declarations');
    await client.query('VACUUM ANALYZE messages');
    await client.query('VACUUM ANALYZE comparisons');
    await client.query('VACUUM ANALYZE duplicate_pairs');
    await client.query('VACUUM ANALYZE photos');
    await client.query('VACUUM ANALYZE queue_tallies');
  } finally {
    await client.end();
  }
}
