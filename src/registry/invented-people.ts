import { createHash } from 'node:crypto';
import type { InsuredPerson } from './registry.port.ts';

const PROVINCES = (
  '01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45 46 48 ' +
  '49 51 52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93 94 95 96'
).split(' ');
const FAMILIES = 'Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai Trịnh Lâm'.split(' ');
const NAMES = {
  male: {
    middle: ['Văn', 'Đức', 'Hữu', 'Minh', 'Quang', 'Công', 'Xuân', 'Ngọc'],
    given: 'An Bình Cường Dũng Hải Hoà Hùng Khánh Long Nam Phong Quân Sơn Thắng Tuấn Việt'.split(' '),
  },
  female: {
    middle: ['Thị', 'Ngọc', 'Thu', 'Minh', 'Thanh', 'Kim', 'Hoài', 'Diệu'],
    given: 'Anh Chi Dung Giang Hà Hạnh Hoa Hương Lan Linh Mai Nga Phương Thảo Thuỷ Yến'.split(' '),
  },
} as const;

const [FIRST_YEAR, YEARS] = [1935, 80] as const;
/** One in so many has died. */
const ONE_DEAD_IN = 50;

/**
 * So many invented people, each different in numbers, the same for the same seed; the first of a longer list are those of a shorter one.
 * They have no phone: whatever number was made up might be somebody's. [D]
 *
 * @param count at most 1000
 */
export function inventPeople(seed: number, count: number): InsuredPerson[] {
  return Array.from({ length: count }, (_none, serial) => inventPerson(seed, serial));
}

function inventPerson(seed: number, serial: number): InsuredPerson {
  const chance = createHash('sha256').update(`person ${serial} of seed ${seed}`).digest();
  let at = 0;
  const below = (most: number) => chance.readUInt16BE(2 * at++) % most;
  const oneOf = <T>(choices: readonly T[]) => choices[below(choices.length)]!;

  const provinceCode = oneOf(PROVINCES);
  const sex = oneOf(['male', 'female'] as const);
  const { middle, given } = NAMES[sex];
  const year = FIRST_YEAR + below(YEARS);
  const centuryAndSex = 2 * Math.floor((year - 1900) / 100) + (sex === 'female' ? 1 : 0);
  const own = 998_000 + serial;
  return {
    insuranceNumber: `${provinceCode}98${own}`,
    fullName: `${oneOf(FAMILIES)} ${oneOf(middle)} ${oneOf(given)}`,
    dateOfBirth: `${year}-${twoDigits(1 + below(12))}-${twoDigits(1 + below(28))}`,
    sex,
    idNumber: `0${provinceCode}${centuryAndSex}${twoDigits(year % 100)}${own}`,
    provinceCode,
    phone: null,
    diedOn: below(ONE_DEAD_IN) === 0 ? `2020-${twoDigits(1 + below(12))}-${twoDigits(1 + below(28))}` : null,
  };
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
