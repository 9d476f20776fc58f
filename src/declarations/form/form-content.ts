import { CURRENT_CONSENT_VERSION } from '../consent-texts.ts';
import { checkEmail } from '../rules/email.rule.ts';
import { checkFullName } from '../rules/full-name.rule.ts';
import { checkIdNumber, ID_TYPES, idTypeByShape } from '../rules/id-number.rule.ts';
import { checkInsuranceNumber } from '../rules/insurance-number.rule.ts';
import { checkPhone } from '../rules/phone.rule.ts';
import { checkStreet } from '../rules/street.rule.ts';
import type { ValueCheck } from '../rules/value-check.ts';
import type { RawForm } from './form-check.ts';

/** No birth year lies after it: the spelling of a number does not depend on the day. */
const END_OF_TIME = '9999-12-31';

/**
 * What a form says, whatever the day, the rules in force and the list of offices make of it: two spellings of one value are the same, and what
 * is in no canonical form stays as it was sent. Of a sound form it is what `FormCheck.checkWhole` returns.
 */
export function contentOf(raw: RawForm): Record<string, unknown> {
  const said: Record<string, unknown> = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, typeof value === 'string' ? spelled(name, value, raw) : value]),
  );
  return {
    ...said,
    idType: said.idType ?? (typeof said.idNumber === 'string' ? idTypeByShape(said.idNumber) : undefined),
    districtCode: said.districtCode ?? null,
    wardCode: said.wardCode ?? null,
    emailCopy: said.emailCopy ?? false,
    emailForNotices: said.emailForNotices ?? false,
    email: said.email ?? null,
    consentVersion: said.consentVersion ?? CURRENT_CONSENT_VERSION,
  };
}

/** An empty text that may be left out is left out. */
function spelled(name: string, text: string, { idType }: RawForm): string | null {
  switch (name) {
    case 'insuranceNumber':
      return canonical(checkInsuranceNumber(text), text);
    case 'fullName':
      return canonical(checkFullName(text), text);
    case 'street':
      return canonical(checkStreet(text), text);
    case 'phone':
      return canonical(checkPhone(text), text);
    case 'email':
      return text === '' ? null : canonical(checkEmail(text), text);
    case 'idNumber': {
      const named = ID_TYPES.find((type) => type === idType);
      const checked = checkIdNumber(text, { ...(named && { idType: named }), today: END_OF_TIME });
      return checked.ok ? checked.value.idNumber : text;
    }
    case 'idType':
    case 'districtCode':
    case 'wardCode':
      return text === '' ? null : text;
    default:
      return text;
  }
}

function canonical(checked: ValueCheck, text: string): string {
  return checked.ok ? checked.value : text;
}
