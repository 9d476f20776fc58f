import type { Dice } from './dice.ts';

/** Whom the photos are of: what stands on the papers. Always an invented person. */
export interface PhotoPersona {
  readonly fullName: string;
  readonly idNumber: string;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth: string;
  readonly sex: 'male' | 'female';
  /** Permanent residence in one line, without unit words, as chip cards print it. */
  readonly residence?: string;
  /** The nine digits of the card before the chip card. */
  readonly oldIdNumber?: string;
}

const FAMILY_NAMES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Ngô'];
const MIDDLE_NAMES = ['Thị', 'Văn', 'Minh', 'Thanh', 'Ngọc', 'Quốc', 'Thu', 'Đức'];
const GIVEN_NAMES = ['Huỳnh', 'Ước', 'Hằng', 'Khuê', 'Thảo', 'Dũng', 'Tuyết', 'Bảo', 'Quỳnh', 'Lộc'];
const MENS_MIDDLE_NAMES = ['Văn', 'Quốc', 'Đức'];

/** Somebody for a seed without a persona. The number begins with 000, which is no province's: it can be nobody's. */
export function inventedPersona(dice: Dice): PhotoPersona {
  const day = [dice.whole(1950, 2003), dice.whole(1, 12), dice.whole(1, 28)].map((part) => String(part).padStart(2, '0')).join('-');
  const middleName = dice.pick(MIDDLE_NAMES);
  return {
    fullName: [dice.pick(FAMILY_NAMES), middleName, dice.pick(GIVEN_NAMES)].join(' '),
    idNumber: `000${String(dice.whole(0, 999_999_999)).padStart(9, '0')}`,
    dateOfBirth: day,
    sex: MENS_MIDDLE_NAMES.includes(middleName) ? 'male' : 'female',
  };
}

/** `YYYY-MM-DD` as it is written in Vietnam. */
export function vietnameseDate(day: string): string {
  return day.split('-').reverse().join('/');
}
