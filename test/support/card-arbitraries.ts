import fc from 'fast-check';

/** What may stand on cards, for tests that must hold for all of them. */
const SYLLABLES = ['Nguyễn', 'Thị', 'Hoà', 'Thuỷ', 'Ước', 'Đỗ', 'Quý', "H'Hen", 'Y-Moan', 'Niê', 'K’Brêu', 'Tí'];
const PARTS = ['Số 5/3A', 'Ngõ 12', 'Đằng Giang', 'Ngô Quyền', 'Hải Phòng', 'Ea Hleo', "M'Đrắk", 'Tổ 2 (khu B)'];

export const cardDigits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

export const cardNames = fc.array(fc.constantFrom(...SYLLABLES), { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));

export const cardAddresses = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(', '));

export const cardSexes = fc.constantFrom('male' as const, 'female' as const);

/** `YYYY-MM-DD`, as exact as registers are: some know the month or the year only. */
export const cardDays = fc
  .tuple(fc.date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true }), fc.constantFrom(4, 7, 10))
  .map(([day, length]) => day.toISOString().slice(0, length));

/** A date as cards write it, day first; a dash where there is none. */
export const asPrinted = (date: string | undefined, separator: string) => date?.split('-').reverse().join(separator) ?? '-';

/** What has no value left out, as JSON would. */
export const withoutGaps = (fields: object) => JSON.parse(JSON.stringify(fields)) as unknown;
