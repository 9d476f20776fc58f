import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkFullName } from '../../src/declarations/rules/full-name.rule.ts';
import { foldForSearch } from '../../src/platform/text/vietnamese.ts';
import { Bench } from './bench.ts';

const LETTERS =
  'abcdefghijklmnopqrstuvwxyzđàảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵčĕĭñŏŭƀäåæçëîïøöœßšûüÿŵŷžąćęłńśźżďěňřťůĺľŕőűāēģīķļņūėįų';
const letter = fc.constantFrom(...LETTERS, ...LETTERS.toUpperCase(), 'ê̆', 'Ô̆', "a'h", 'a’h', 'y-m');
const names = fc
  .array(fc.array(letter, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 5 })
  .map((words) => checkFullName(words.map((word) => word.join('')).join(' ')))
  .filter((checked) => checked.ok)
  .map((checked) => (checked.ok ? checked.value : ''));

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('the words by which a name is found', () => {
  it('are those of the search, whatever name may be declared', async () => {
    const some = fc.sample(names, 2_000);
    const { rows } = await bench.request.query<{ name: string; terms: string[] }>(
      `SELECT name, tsvector_to_array(name_terms('03102', name)) AS terms FROM unnest($1::text[]) AS name`,
      [some],
    );
    const expected = rows.map(({ name }) => [...new Set(foldForSearch(name).split(' '))].map((word) => `03102:${word}`).sort());
    expect(rows.map(({ terms }) => terms.sort())).toEqual(expected);
  });
});
