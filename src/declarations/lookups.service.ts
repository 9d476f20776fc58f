import { Injectable } from '@nestjs/common';
import { PlaceChanges } from '../places/place-changes.ts';
import { Clock, vietnameseDay } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { safeName } from '../platform/http/input.pipe.ts';
import { currentLanguage } from '../platform/http/request-context.ts';
import { validationFailed } from '../platform/refusal.ts';
import { matchWithRegistry, type RegistryMatch } from '../registry/registry-match.ts';
import { REGISTRY_WARNINGS } from '../registry/registry-warnings.ts';
import { Registry, type InsuredPerson } from '../registry/registry.port.ts';
import type { FormField } from './form/declaration-form.ts';
import { FormCheck, type RawForm } from './form/form-check.ts';
import { maskInsuranceNumber } from './rules/insurance-number.rule.ts';
import { accepted, refused, type ValueCheck } from './rules/value-check.ts';

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
    private readonly formCheck: FormCheck,
    private readonly places: PlaceChanges,
  ) {}

  /**
   * Living people of this name and birth date; numbers are masked unless the ID number is known too.
   * @param raw `fullName`, `dateOfBirth` (`YYYY-MM-DD`), and `idNumber`, `provinceCode` where they are known
   * @throws Refusal `validation-failed`, `too-many-attempts`
   */
  async findNumber({ dateOfBirth, ...raw }: RawForm, address: string): Promise<FoundNumber[]> {
    const today = vietnameseDay(await this.clock.now());
    const { fields, faults } = this.judge(raw, ['fullName'], ['idNumber', 'provinceCode'], today);
    const birth = checkDay(dateOfBirth);
    if (faults.length > 0 || !birth.ok)
      throw validationFailed([...faults, ...(birth.ok ? [] : [{ pointer: '/dateOfBirth', code: birth.code }])]);
    await this.limits.count({ limit: 'lookup-by-address', subject: address });
    const { fullName, idNumber, provinceCode } = fields;
    const people = await this.registry.search({ fullName: fullName!, dateOfBirth: birth.value });
    // The registry knows provinces by the codes of 2021; asked and answered is in those of the lists in force.
    const { addresses } = this.formCheck.on(today).rules;
    const named = people.map((person) => ({ ...person, provinceCode: this.places.provinceAmong(addresses, person.provinceCode) }));
    const wanted = provinceCode ? named.filter((person) => person.provinceCode === provinceCode) : named;
    return wanted.map((person) => ({
      insuranceNumber: owns(person, idNumber) ? person.insuranceNumber : maskInsuranceNumber(person.insuranceNumber),
      fullName: person.fullName,
      dateOfBirth: person.dateOfBirth,
      provinceCode: person.provinceCode,
    }));
  }

  /**
   * Tells something only to who knows number *and* ID as the registry has them together; to everybody else `cannot-tell`. What the form
   * would refuse is refused here already.
   * @param raw `insuranceNumber`, `idNumber`, `phone`
   * @throws Refusal `validation-failed`, `too-many-attempts`
   */
  async eligibility(raw: RawForm, address: string): Promise<{ result: Eligibility; advice: string }> {
    const today = vietnameseDay(await this.clock.now());
    const { fields, faults } = this.judge(raw, ['insuranceNumber', 'idNumber', 'phone'], [], today);
    if (faults.length > 0) throw validationFailed(faults);
    const insuranceNumber = fields.insuranceNumber!;
    await this.limits.count({ limit: 'lookup-by-number', subject: insuranceNumber }, { limit: 'lookup-by-address', subject: address });
    const [person, state] = await Promise.all([this.registry.findByInsuranceNumber(insuranceNumber), this.stateOf(insuranceNumber)]);
    if (!person || !owns(person, fields.idNumber)) return { result: 'cannot-tell', advice: ELIGIBILITY['cannot-tell'][currentLanguage()] };
    const match = matchWithRegistry(person, person, today);
    const result = resultOf(state, match);
    const isChild = result === 'data-differs' && match.kind === 'minor';
    const advice = isChild ? REGISTRY_WARNINGS['registers-through-guardian'] : ELIGIBILITY[result];
    return { result, advice: advice[currentLanguage()] };
  }

  /** Fields as the form judges them, all faults at once; any other name is unknown. */
  private judge(raw: RawForm, needed: readonly FormField[], welcome: readonly FormField[], today: string) {
    const foreign = Object.keys(raw).filter((name) => ![...needed, ...welcome].some((field) => field === name));
    const asked = Object.fromEntries(Object.entries(raw).filter(([name]) => !foreign.includes(name)));
    const { fields, faults } = this.formCheck.checkSent(asked, this.formCheck.on(today));
    const missing = needed.filter((field) => asked[field] == null);
    return {
      fields,
      faults: [
        ...foreign.map((name) => ({ pointer: `/${safeName(name)}`, code: 'unknown-field' })),
        ...missing.map((field) => ({ pointer: `/${field}`, code: 'required' })),
        ...faults,
      ],
    };
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

function owns(person: InsuredPerson, idNumber: string | null | undefined): boolean {
  return person.idNumber === idNumber;
}

/** A day of the calendar, `YYYY-MM-DD`. */
function checkDay(raw: unknown): ValueCheck {
  if (raw == null || raw === '') return refused('required');
  if (typeof raw !== 'string') return refused('wrong-type');
  const day = new Date(`${raw}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(raw) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(raw);
  return isDay ? accepted(raw) : refused('bad-format');
}

function resultOf(state: 'account' | 'open' | undefined, match: RegistryMatch): Eligibility {
  if (state === 'account') return 'already-registered';
  if (state === 'open') return 'open-dossier';
  return match.kind === 'match' ? 'eligible' : 'data-differs';
}
