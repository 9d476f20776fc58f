import { Injectable } from '@nestjs/common';
import { Clock, vietnameseDay } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { currentLanguage } from '../platform/http/request-context.ts';
import { matchWithRegistry, type RegistryMatch } from '../registry/registry-match.ts';
import { REGISTRY_WARNINGS } from '../registry/registry-warnings.ts';
import { Registry, type InsuredPerson } from '../registry/registry.port.ts';
import { maskInsuranceNumber } from './rules/insurance-number.rule.ts';

export interface FoundNumber {
  insuranceNumber: string;
  fullName: string;
  dateOfBirth: string;
  provinceCode: string;
}

/** What a citizen can be told before a byte of photo is sent. */
export const ELIGIBILITY = {
  eligible: { vi: 'Quý vị có thể gửi tờ khai.', en: 'You can send the declaration.' },
  'already-registered': {
    vi: 'Mã số BHXH này đã có tài khoản. Vui lòng dùng chức năng lấy lại mật khẩu.',
    en: 'This insurance number has an account. Please recover the password.',
  },
  'open-dossier': {
    vi: 'Đã có tờ khai đang xử lý. Vui lòng đến cơ quan BHXH với giấy tờ tùy thân bản chính.',
    en: 'A declaration is being processed. Please visit a BHXH office with your original identity paper.',
  },
  'unknown-number': {
    vi: 'Chưa tìm thấy mã số BHXH này. Vui lòng kiểm tra lại; vẫn có thể gửi tờ khai.',
    en: 'This insurance number was not found. Please check it; the declaration can still be sent.',
  },
  'data-differs': {
    vi: 'Thông tin khác với cơ sở dữ liệu BHXH. Vui lòng nộp tờ khai TK1-TS để điều chỉnh.',
    en: 'The data differs from the BHXH database. Please file form TK1-TS to correct it.',
  },
  'cannot-tell': {
    vi: 'Không thể xác nhận với thông tin đã nhập. Quý vị vẫn có thể gửi tờ khai.',
    en: 'Nothing can be said from what was entered. You can still send the declaration.',
  },
} as const satisfies Record<string, { vi: string; en: string }>;

export type Eligibility = keyof typeof ELIGIBILITY;

/** Helps to fill in the form from the registry, and tells nobody what is not theirs. */
@Injectable()
export class LookupsService {
  constructor(
    private readonly registry: Registry,
    private readonly database: Database,
    private readonly limits: AttemptLimits,
    private readonly clock: Clock,
  ) {}

  /** Living people of this name and birth date; numbers are masked unless the ID number is known too. */
  async findNumber(
    wish: { fullName: string; dateOfBirth: string; idNumber?: string; provinceCode?: string },
    address: string,
  ): Promise<FoundNumber[]> {
    await this.limits.count({ limit: 'lookup-by-address', subject: address });
    const people = await this.registry.search(wish);
    return people.map((person) => ({
      insuranceNumber: owns(person, wish.idNumber) ? person.insuranceNumber : maskInsuranceNumber(person.insuranceNumber),
      fullName: person.fullName,
      dateOfBirth: person.dateOfBirth,
      provinceCode: person.provinceCode,
    }));
  }

  /** Tells something only to who knows number *and* ID as the registry has them together; to everybody else `cannot-tell`. */
  async eligibility(
    wish: { insuranceNumber: string; idNumber: string },
    address: string,
  ): Promise<{ result: Eligibility; advice: string }> {
    await this.limits.count({ limit: 'lookup-by-number', subject: wish.insuranceNumber }, { limit: 'lookup-by-address', subject: address });
    const [person, state] = await Promise.all([
      this.registry.findByInsuranceNumber(wish.insuranceNumber),
      this.stateOf(wish.insuranceNumber),
    ]);
    if (!person || !owns(person, wish.idNumber)) return { result: 'cannot-tell', advice: ELIGIBILITY['cannot-tell'][currentLanguage()] };
    const match = await this.matchOf(person);
    const result = resultOf(state, match);
    const isChild = result === 'data-differs' && match.kind === 'minor';
    const advice = isChild ? REGISTRY_WARNINGS['registers-through-guardian'] : ELIGIBILITY[result];
    return { result, advice: advice[currentLanguage()] };
  }

  private async matchOf(person: InsuredPerson): Promise<RegistryMatch> {
    return matchWithRegistry(person, person, vietnameseDay(await this.clock.now()));
  }

  private async stateOf(insuranceNumber: string): Promise<'account' | 'open' | undefined> {
    const [row] = await this.database.rows<{ state: 'account' | 'open' | null }>(
      `SELECT CASE WHEN EXISTS (SELECT FROM accounts WHERE insurance_number = $1) THEN 'account'
         WHEN EXISTS (SELECT FROM declarations WHERE insurance_number = $1 AND status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED')) THEN 'open' END AS state`,
      [insuranceNumber],
      'eligibility',
    );
    return row?.state ?? undefined;
  }
}

function owns(person: InsuredPerson | undefined, idNumber: string | undefined): boolean {
  return person !== undefined && idNumber !== undefined && person.idNumber === idNumber.trim().toUpperCase();
}

function resultOf(state: 'account' | 'open' | undefined, match: RegistryMatch): Eligibility {
  if (state === 'account') return 'already-registered';
  if (state === 'open') return 'open-dossier';
  return match.kind === 'match' ? 'eligible' : 'data-differs';
}
