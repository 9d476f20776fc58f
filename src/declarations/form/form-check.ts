import { Injectable, Inject } from '@nestjs/common';
import { OfficesService } from '../../offices/offices.service.ts';
import { PlacesService } from '../../places/places.service.ts';
import { ENV, type Environment } from '../../platform/env.ts';
import { HouseRules } from '../../platform/house-rules.port.ts';
import { safeName } from '../../platform/http/input.pipe.ts';
import { rulesInForce } from '../../platform/process-profile.ts';
import type { Fault } from '../../platform/refusal.ts';
import { CONSENT_VERSIONS, CURRENT_CONSENT_VERSION } from '../consent-texts.ts';
import { checkEmail } from '../rules/email.rule.ts';
import { checkFullName } from '../rules/full-name.rule.ts';
import { checkIdNumber, ID_TYPES, idTypeByShape, type IdType } from '../rules/id-number.rule.ts';
import { checkInsuranceNumber } from '../rules/insurance-number.rule.ts';
import { checkPhone } from '../rules/phone.rule.ts';
import { checkStreet } from '../rules/street.rule.ts';
import { accepted, refused, type ValueCheck } from '../rules/value-check.ts';
import { FORM_FIELDS, FORM_FIELD_NAMES, type DeclarationForm, type FormField } from './declaration-form.ts';

/** What was sent, field by field, before anything is known of it. null means: cleared. */
export type RawForm = Readonly<Record<string, unknown>>;

/** Fields in canonical form; null = cleared. Only fields that were sent, and only sound ones. */
export type CheckedFields = { [Field in FormField]?: DeclarationForm[Field] | null };

/**
 * The rules of the form, all faults at once. The same function judges a draft's fields as they come, a whole form before it is
 * sent, and an amendment.
 */
@Injectable()
export class FormCheck {
  constructor(
    private readonly places: PlacesService,
    private readonly offices: OfficesService,
    private readonly houseRules: HouseRules,
    @Inject(ENV) private readonly env: Pick<Environment, 'processProfile'>,
  ) {}

  /**
   * Judges the fields that were sent, one by one; what is missing is no fault yet.
   * @param today `YYYY-MM-DD` in Vietnam
   * @param namedBefore the kind of paper that was named earlier, for an ID number that comes without one
   */
  checkSent(raw: RawForm, today: string, namedBefore?: IdType | null): { fields: CheckedFields; faults: Fault[] } {
    const faults: Fault[] = [];
    const sound: Partial<Record<FormField, string | boolean | null>> = {};
    for (const [name, value] of Object.entries(raw)) {
      if (!isFormField(name)) faults.push({ pointer: `/${safeName(name)}`, code: 'unknown-field' });
      else {
        const shape = checkShape(name, value);
        if (shape.ok) sound[name] = shape.value;
        else faults.push({ pointer: `/${name}`, code: shape.code });
      }
    }
    const fields: CheckedFields = {};
    const named = sound.idType === undefined ? namedBefore : sound.idType;
    for (const name of FORM_FIELD_NAMES) {
      const value = sound[name];
      if (value === undefined) continue;
      if (value === null || typeof value === 'boolean') Object.assign(fields, { [name]: value });
      else {
        const checked = this.checkText(name, value, named, today);
        if (checked.ok) Object.assign(fields, { [name]: checked.value });
        else faults.push({ pointer: `/${name}`, code: checked.code, ...(checked.text && { text: checked.text }) });
      }
    }
    return { fields, faults: [...faults, ...this.houseRules.formFaults(raw, fields)] };
  }

  /**
   * Judges a whole form: what was sent, and what is missing or does not go together.
   * @returns the complete form, or every fault
   */
  checkWhole(raw: RawForm, today: string): { form: DeclarationForm; faults: [] } | { form?: undefined; faults: Fault[] } {
    const { fields, faults } = this.checkSent(raw, today);
    const blamed = new Set(faults.map(({ pointer }) => pointer));
    const blame = (field: FormField, code: string) => {
      if (blamed.has(`/${field}`)) return;
      blamed.add(`/${field}`);
      faults.push({ pointer: `/${field}`, code });
    };
    for (const field of REQUIRED_FIELDS) if (fields[field] == null) blame(field, 'required');
    for (const { field, code } of this.places.placeFaults(placeCodes(fields))) blame(field, code);
    if ((fields.emailCopy || fields.emailForNotices) && fields.email == null) blame('email', 'required');
    if (fields.commitmentAccepted !== true) blame('commitmentAccepted', 'commitment-required');
    if (fields.dataProcessingAccepted !== true) blame('dataProcessingAccepted', 'consent-required');
    if (faults.length > 0) return { faults };
    return {
      form: {
        ...(fields as DeclarationForm),
        idType: fields.idType ?? idTypeByShape(fields.idNumber!)!,
        wardCode: fields.wardCode ?? null,
        emailCopy: fields.emailCopy ?? false,
        emailForNotices: fields.emailForNotices ?? false,
        email: fields.email ?? null,
        consentVersion: fields.consentVersion ?? CURRENT_CONSENT_VERSION,
      },
      faults: [],
    };
  }

  private checkText(name: FormField, text: string, namedIdType: unknown, today: string): ValueCheck<string | null> {
    switch (name) {
      case 'insuranceNumber':
        return checkInsuranceNumber(text);
      case 'fullName':
        return checkFullName(text);
      case 'idNumber':
        return this.checkIdPaper(text, namedIdType, today);
      case 'idType':
        return text === '' ? accepted(null) : this.acceptsIdType(text, today) ? accepted(text) : refused('bad-format');
      case 'provinceCode':
        return known(text, this.places.findProvince(text) !== undefined);
      case 'districtCode':
        return known(text, this.places.findDistrict(text) !== undefined);
      case 'wardCode':
        return text === '' ? accepted(null) : known(text, this.places.findWard(text) !== undefined);
      case 'street':
        return checkStreet(text);
      case 'phone':
        return checkPhone(text);
      case 'officeCode': {
        if (text === '') return refused('required');
        const fault = this.offices.officeFault(text);
        return fault ? refused(fault.code, fault.text) : accepted(text);
      }
      case 'email':
        return text === '' ? accepted(null) : checkEmail(text);
      case 'consentVersion':
        return CONSENT_VERSIONS.includes(text) ? accepted(text) : refused('bad-format');
      case 'emailCopy':
      case 'emailForNotices':
      case 'commitmentAccepted':
      case 'dataProcessingAccepted':
        return refused('wrong-type');
    }
  }

  /** The kind of paper follows from its number unless it was named: a name once given is never replaced by the shape. */
  private checkIdPaper(text: string, named: unknown, today: string): ValueCheck {
    const checked = checkIdNumber(text, { idType: ID_TYPES.find((type) => type === named), today });
    if (!checked.ok) return checked;
    return this.acceptsIdType(checked.value.idType, today) ? accepted(checked.value.idNumber) : refused('bad-format');
  }

  private acceptsIdType(text: string, today: string): text is IdType {
    return (rulesInForce(this.env, today).idTypes as readonly string[]).includes(text);
  }
}

const REQUIRED_FIELDS = [
  'insuranceNumber',
  'fullName',
  'idNumber',
  'provinceCode',
  'districtCode',
  'street',
  'phone',
  'officeCode',
] as const satisfies readonly FormField[];

function isFormField(name: string): name is FormField {
  return Object.hasOwn(FORM_FIELDS, name);
}

function checkShape(name: FormField, value: unknown): ValueCheck<string | boolean | null> {
  if (value === null) return accepted(null);
  const field = FORM_FIELDS[name];
  if (field.kind === 'tick') return typeof value === 'boolean' ? accepted(value) : refused('wrong-type');
  if (typeof value !== 'string') return refused('wrong-type');
  return value.length <= field.most ? accepted(value) : refused('too-long');
}

function known(code: string, isKnown: boolean): ValueCheck {
  if (code === '') return refused('required');
  return isKnown ? accepted(code) : refused('place-unknown');
}

function placeCodes({ provinceCode, districtCode, wardCode }: CheckedFields) {
  return { provinceCode: provinceCode ?? undefined, districtCode: districtCode ?? undefined, wardCode: wardCode ?? undefined };
}

/** In multipart, ticks are exactly `true` or `false`; anything else stays text and is judged as the wrong type. */
export function ticksOfMultipart(fields: Readonly<Record<string, string>>): RawForm {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => {
      const isTick = isFormField(name) && FORM_FIELDS[name].kind === 'tick';
      return [name, isTick && (text === 'true' || text === 'false') ? text === 'true' : text];
    }),
  );
}
