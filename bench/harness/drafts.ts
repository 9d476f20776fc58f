import pg from 'pg';
import { smallPhotos } from '../../test/support/small-photos.ts';
import type { Town } from './town.ts';

/** The n-th draft's id. */
export function draftId(serial: number): string {
  return `01900000-0000-7000-8000-${serial.toString(16).padStart(12, '0')}`;
}

/** The token that opens the n-th draft. */
export function draftToken(serial: number): string {
  return `draft-of-the-bench-${serial}`;
}

const DRAFT_ID = `('01900000-0000-7000-8000-' || lpad(to_hex(serial), 12, '0'))::uuid`;

/** Of another person each, so that no two stand in each other's way; as many offices as are wanted, in turn. */
const DRAFTS = `
  INSERT INTO declarations SELECT (jsonb_populate_record(source, jsonb_build_object('id', ${DRAFT_ID},
    'insurance_number', (6000000000 + serial)::text, 'id_number', '0790' || lpad(serial::text, 8, '0'), 'phone', '+8435' || lpad(serial::text, 7, '0'),
    'office_code', chosen.codes[1 + serial % cardinality(chosen.codes)],
    'draft_token_hash', sha256(('draft-of-the-bench-' || serial)::bytea)))).*
  FROM declarations source, generate_series($2::int, $3::int) AS serial,
    (SELECT array_agg(code) AS codes FROM (SELECT code FROM offices WHERE open ORDER BY code LIMIT $4) open) chosen
  WHERE id = $1`;

const PHOTOS = `
  INSERT INTO photos SELECT (jsonb_populate_record(source, jsonb_build_object('id', gen_random_uuid(), 'declaration_id', ${DRAFT_ID},
    'perceptual_hash', ('x' || encode(sha256((serial || slot)::bytea), 'hex'))::bit(256), 'sha256', sha256((serial || slot)::bytea)))).*
  FROM photos source, generate_series($2::int, $3::int) AS serial WHERE declaration_id = $1`;

/** Whole drafts, the first one by the API and the others copied from it as the owner of the tables: no file lies behind their photos. */
export class Drafts {
  private made = 0;

  private constructor(
    private readonly owner: pg.Pool,
    private readonly source: string,
  ) {}

  static async in(town: Town, url: string): Promise<Drafts> {
    const created = await call<{ id: string; draftToken: string }>(`${url}/v1/drafts`, 'POST', JSON.stringify(FIELDS), {
      'Content-Type': 'application/json',
    });
    const authorization = `Bearer ${created.draftToken}`;
    for (const [slot, photo] of Object.entries(await smallPhotos())) {
      const form = new FormData();
      form.set('file', new Blob([new Uint8Array(photo)]), `${slot}.jpg`);
      await call(`${url}/v1/drafts/${created.id}/photos/${slot}`, 'PUT', form, { authorization });
    }
    return new Drafts(town.owner, created.id);
  }

  /** So many further ones, spread over so many offices. @returns the serial number of the first */
  async make(count: number, offices: number): Promise<number> {
    const from = this.made;
    this.made += count;
    await this.owner.query(DRAFTS, [this.source, from, this.made - 1, offices]);
    await this.owner.query(PHOTOS, [this.source, from, this.made - 1]);
    return from;
  }
}

const FIELDS = {
  ...{ insuranceNumber: '6999999999', fullName: 'Nguyễn Văn Người Lạ', idNumber: '079090000001', phone: '0352999999' },
  ...{ provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12 Lạch Tray', officeCode: '03102' },
  ...{ commitmentAccepted: true, dataProcessingAccepted: true },
};

async function call<Answer>(url: string, method: string, body: string | FormData, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} → ${response.status} ${text}`);
  return JSON.parse(text) as Answer;
}

/**
 * What comes after a submission waits: its messages for an hour, its comparison for ever. So a turn measures the submission alone; what
 * follows is measured where it is the subject.
 */
export async function holdWhatFollows(owner: pg.Pool): Promise<void> {
  await owner.query(`
    CREATE FUNCTION bench_later() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.next_attempt_at := NEW.next_attempt_at + interval '1 hour'; RETURN NEW; END $$;
    CREATE TRIGGER bench_later BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION bench_later();
    CREATE FUNCTION bench_compared() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.answered := NEW.asked; RETURN NEW; END $$;
    CREATE TRIGGER bench_compared BEFORE INSERT ON comparisons FOR EACH ROW EXECUTE FUNCTION bench_compared();`);
}

export async function letWhatFollows(owner: pg.Pool): Promise<void> {
  await owner.query(`
    DROP TRIGGER bench_later ON messages; DROP FUNCTION bench_later();
    DROP TRIGGER bench_compared ON comparisons; DROP FUNCTION bench_compared();`);
}
