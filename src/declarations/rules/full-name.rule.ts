import { foldSpaces, toNfc } from '../../platform/text/vietnamese.ts';
import { accepted, refused, type ValueCheck } from './value-check.ts';

/** Code points after normalising [D]. */
const MOST_CHARACTERS = 100;

/** The Vietnamese alphabet with its tones, and f j w z, which minority and foreign names use. */
const VIETNAMESE = 'abcdefghijklmnopqrstuvwxyzđàảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ';
/** Letters that the scripts of Ê Đê, Gia Rai, Ba Na and their neighbours add; ê̆ ô̆ ơ̆ ư̆ exist only as a letter and U+0306. */
const HIGHLAND = 'čĕĭñŏŭƀ';
/**
 * Letters on the passports of foreign residents [D]: those of western and central Europe, the Baltic countries among it, that no Vietnamese
 * letter can be taken for. The eth of Iceland is not among them.
 */
const EUROPEAN = 'äåæçëîïøöœßšûüÿŵŷž' + 'ąćęłńśźż' + 'ďěňřťů' + 'ĺľŕőű' + 'āēģīķļņū' + 'ėįų';

/**
 * One letter of a name, in NFC, from a closed list [D]: what merely resembles a letter is not on it. Ð (U+00D0) and Ɖ (U+0189) stand
 * for no Đ, ǎ (U+01CE) for no ă, nor do ı, full-width and mathematical letters or Cyrillic pass.
 */
const LETTER = `(?:[${inBothCases(VIETNAMESE + HIGHLAND + EUROPEAN)}]|[${inBothCases('êôơư')}]\\u0306)`;

/** Words of letters, joined within by single hyphens or apostrophes; an apostrophe may also end a word (`K' Brêu`). */
const WORD = `${LETTER}+(?:['’\\-]${LETTER}+)*['’]?`;
const NAME = new RegExp(`^${WORD}(?: ${WORD})*$`, 'u');

/**
 * A person's full name, as the identity paper writes it.
 *
 * Accepted: real Vietnamese names in any Unicode spelling [S], minority names with hyphen and either apostrophe (H'Hen Niê, K’Brêu,
 * Y-Moan Êban) [S], one-word names, any case. Normalised: to NFC; runs of spaces, no-break and ideographic spaces to one space;
 * the apostrophes ‘ and ʼ that keyboards produce to ’. Case and the choice between ' and ’ stay the person's own: names are
 * compared without regard to them.
 *
 * Faults: `required` for nothing but spaces, `too-long` above 100 characters, `bad-name-character` for digits, other scripts,
 * look-alike letters, invisible, bidirectional and control characters (line breaks and tabs too), and stray punctuation.
 */
export function checkFullName(raw: string): ValueCheck {
  const name = foldSpaces(toNfc(raw)).replace(/[\u2018\u02bc]/gu, '’');
  if (name === '') return refused('required');
  if ([...name].length > MOST_CHARACTERS) return refused('too-long');
  return NAME.test(name) ? accepted(name) : refused('bad-name-character');
}

function inBothCases(letters: string): string {
  return letters + letters.toUpperCase();
}
