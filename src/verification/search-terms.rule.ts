import { parseDossierNumber } from '../declarations/dossier-number.rule.ts';
import { checkInsuranceNumber } from '../declarations/rules/insurance-number.rule.ts';
import { checkPhone } from '../declarations/rules/phone.rule.ts';
import { foldForSearch } from '../platform/text/vietnamese.ts';

/** What an officer may have meant; a text of digits may be several things at once. */
export interface SearchTerms {
  readonly dossierNumber?: string;
  readonly insuranceNumber?: string;
  readonly idNumber?: string;
  /** E.164. */
  readonly phone?: string;
  /** Words of a name without diacritics, of which the last may be only begun. */
  readonly words?: readonly string[];
}

const SEPARATORS = /[\s.-]/g;
/** Of every kind of paper: at least one digit, so that it is no name. */
const ID_NUMBER = /^(?=.*\d)[A-Z0-9]{6,12}$/;
const NO_PART_OF_A_NAME = /[^a-z'-]/g;
const MOST_WORDS = 12;

/**
 * Reads what was typed into the search as numbers in any spelling (`0352 153 000`, `49631.gd/2021/03102`), else as a name without
 * diacritics [D]. Empty when it can be neither.
 */
export function readSearch(text: string): SearchTerms {
  const typed = text.trim().toUpperCase();
  if (parseDossierNumber(typed)) return { dossierNumber: typed };
  if (!/\d/.test(typed)) return wordsOf(text);
  const compact = typed.replace(SEPARATORS, '');
  const phone = checkPhone(typed);
  return {
    ...(checkInsuranceNumber(compact).ok && { insuranceNumber: compact }),
    ...(ID_NUMBER.test(compact) && { idNumber: compact }),
    ...(phone.ok && { phone: phone.value }),
  };
}

function wordsOf(text: string): SearchTerms {
  const words = foldForSearch(text)
    .split(' ')
    .map((word) => word.replace(NO_PART_OF_A_NAME, ''))
    .filter((word) => /[a-z]/.test(word))
    .slice(0, MOST_WORDS);
  return words.length > 0 ? { words } : {};
}
