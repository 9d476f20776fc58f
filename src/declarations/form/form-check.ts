import { Injectable } from '@nestjs/common';
import { OfficesService } from '../../offices/offices.service.ts';
import { PlaceSets, tiersOfSent, type AddressPlaces, type PlaceCodes } from '../../places/place-sets.ts';
import { vietnameseDay } from '../../platform/clock.ts';
import type { ProfileRules } from '../../platform/dated-rules.ts';
import { HouseRules } from '../../platform/house-rules.port.ts';
import { safeName } from '../../platform/http/input.pipe.ts';
import { ProcessRules } from '../../platform/process-rules.ts';
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

/** The day of the judgement, `YYYY-MM-DD` in Vietnam, and the rules that are judged by. */
export interface Judgement {
  readonly today: string;
  readonly rules: ProfileRules;
  /** Whether a field stands as it was received, beyond its citizen's reach: it was judged then, and is not judged again. */
  readonly isSettled?: (field: FormField) => boolean;
}

/**
 * The rules of the form, all faults at once. The same function judges a draft's fields as they come, a whole form before it is
 * sent, and an amendment.
 */
@Injectable()
export class FormCheck {
  constructor(
    private readonly places: PlaceSets,
    private readonly offices: OfficesService,
    private readonly rules: ProcessRules,
    private readonly houseRules: HouseRules,
  ) {}

  /** By the rules in force. @param today `YYYY-MM-DD` in Vietnam */
  on(today: string): Judgement {
    return { today, rules: this.rules.on(today) };
  }

  /**
   * By the rules under which a dossier was received: whoever mends a returned part is not asked for another paper or another address [D].
   * @param isSettled what nobody can mend and is therefore not judged again, such as an office that has closed meanwhile; nothing by default
   */
  asReceived(
    dossier: { submitted_at: Date | null; district_code: string | null; now: Date },
    isSettled: (field: FormField) => boolean = () => false,
  ): Judgement {
    const rules = this.rules.on(vietnameseDay(dossier.submitted_at ?? dossier.now));
    const addresses = tiersOfSent({ districtCode: dossier.district_code });
    return { today: vietnameseDay(dossier.now), rules: { ...rules, addresses }, isSettled };
  }

  /**
   * Judges the fields that were sent, one by one; what is missing is no fault yet.
   * @param namedBefore the kind of paper that was named earlier, for an ID number that comes without one
   */
  checkSent(raw: RawForm, judgement: Judgement, namedBefore?: IdType | null): { fields: CheckedFields; faults: Fault[] } {
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
      if (value === null || typeof value === 'boolean' || judgement.isSettled?.(name)) Object.assign(fields, { [name]: value });
      else {
        const checked = this.checkText(name, value, named, judgement);
        if (checked.ok) Object.assign(fields, { [name]: checked.value });
        else faults.push({ pointer: `/${name}`, code: checked.code, ...(checked.text && { text: checked.text }) });
      }
    }
    const ofTheHouse = this.houseRules.formFaults(raw, fields).filter(({ pointer }) => {
      const name = pointer.slice(1);
      return !(isFormField(name) && judgement.isSettled?.(name));
    });
    return { fields, faults: [...faults, ...ofTheHouse] };
  }

  /**
   * Judges a whole form: what was sent, and what is missing or does not go together.
   * @returns the complete form, or every fault
   */
  checkWhole(raw: RawForm, judgement: Judgement): { form: DeclarationForm; faults: [] } | { form?: undefined; faults: Fault[] } {
    const { fields, faults } = this.checkSent(raw, judgement);
    const places = this.places.of(judgement.rules.addresses);
    const blamed = new Set(faults.map(({ pointer }) => pointer));
    const blame = (field: FormField, code: string) => {
      if (blamed.has(`/${field}`) || judgement.isSettled?.(field)) return;
      blamed.add(`/${field}`);
      faults.push({ pointer: `/${field}`, code });
    };
    for (const field of requiredFields(places)) if (fields[field] == null) blame(field, 'required');
    for (const { field, code } of places.placeFaults(placeCodes(fields))) blame(field, code);
    if ((fields.emailCopy || fields.emailForNotices) && fields.email == null) blame('email', 'required');
    if (fields.commitmentAccepted !== true) blame('commitmentAccepted', 'commitment-required');
    if (fields.dataProcessingAccepted !== true) blame('dataProcessingAccepted', 'consent-required');
    if (faults.length > 0) return { faults };
    return {
      form: {
        ...(fields as DeclarationForm),
        idType: fields.idType ?? idTypeByShape(fields.idNumber!)!,
        districtCode: fields.districtCode ?? null,
        wardCode: fields.wardCode ?? null,
        emailCopy: fields.emailCopy ?? false,
        emailForNotices: fields.emailForNotices ?? false,
        email: fields.email ?? null,
        consentVersion: fields.consentVersion ?? CURRENT_CONSENT_VERSION,
      },
      faults: [],
    };
  }

  private checkText(name: FormField, text: string, namedIdType: unknown, judgement: Judgement): ValueCheck<string | null> {
    switch (name) {
      case 'insuranceNumber':
        return checkInsuranceNumber(text);
      case 'fullName':
        return checkFullName(text);
      case 'idNumber':
        return checkIdPaper(text, namedIdType, judgement);
      case 'idType':
        return text === '' ? accepted(null) : acceptsIdType(text, judgement) ? accepted(text) : refused('bad-format');
      case 'provinceCode':
      case 'districtCode':
      case 'wardCode':
        return checkPlace(name, text, this.places.of(judgement.rules.addresses));
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
}

/** The kind of paper follows from its number unless it was named: a name once given is never replaced by the shape. */
function checkIdPaper(text: string, named: unknown, judgement: Judgement): ValueCheck {
  const checked = checkIdNumber(text, { idType: ID_TYPES.find((type) => type === named), today: judgement.today });
  if (!checked.ok) return checked;
  return acceptsIdType(checked.value.idType, judgement) ? accepted(checked.value.idNumber) : refused('bad-format');
}

function acceptsIdType(text: string, { rules }: Judgement): text is IdType {
  return (rules.idTypes as readonly string[]).includes(text);
}

/** An empty code is an absent one. */
function checkPlace(field: keyof PlaceCodes, code: string, places: AddressPlaces): ValueCheck<string | null> {
  if (code === '') return places.alwaysNeeded.includes(field) ? refused('required') : accepted(null);
  const fault = places.codeFault(field, code);
  return fault ? refused(fault.code) : accepted(code);
}

function requiredFields(places: AddressPlaces): FormField[] {
  return ['insuranceNumber', 'fullName', 'idNumber', ...places.alwaysNeeded, 'street', 'phone', 'officeCode'];
}

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
