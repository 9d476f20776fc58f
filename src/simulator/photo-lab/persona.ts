import type { Dice } from './dice.ts';

/** Whom the photos are of: what stands on the card. Always an invented person. */
export interface PhotoPersona {
  readonly fullName: string;
  readonly idNumber: string;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth: string;
  readonly address?: string;
}

const FAMILY_NAMES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Ngô'];
const MIDDLE_NAMES = ['Thị', 'Văn', 'Minh', 'Thanh', 'Ngọc', 'Quốc', 'Thu', 'Đức'];
const GIVEN_NAMES = ['Huỳnh', 'Ước', 'Hằng', 'Khuê', 'Thảo', 'Dũng', 'Tuyết', 'Bảo', 'Quỳnh', 'Lộc'];

/** Somebody for a seed without a persona. The number begins with 000, which is no province's: it can be nobody's. */
export function inventedPersona(dice: Dice): PhotoPersona {
  const day = [dice.whole(1950, 2003), dice.whole(1, 12), dice.whole(1, 28)].map((part) => String(part).padStart(2, '0')).join('-');
  return {
    fullName: [dice.pick(FAMILY_NAMES), dice.pick(MIDDLE_NAMES), dice.pick(GIVEN_NAMES)].join(' '),
    idNumber: `000${String(dice.whole(0, 999_999_999)).padStart(9, '0')}`,
    dateOfBirth: day,
  };
}

/** `YYYY-MM-DD` as it is written in Vietnam. */
export function vietnameseDate(day: string): string {
  return day.split('-').reverse().join('/');
}
