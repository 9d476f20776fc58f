import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asPrinted, cardAddresses, cardDays, cardDigits, cardNames, cardSexes, withoutGaps } from '../../test/support/card-arbitraries.ts';
import { qrSample } from '../../test/support/qr-photos.ts';
import { citizenCardOf } from './citizen-card.payload.ts';

const CHIP = qrSample('CCCD_CHIP_7');

/** The payload with another value in one field. */
function withField(position: number, value: string): string {
  return CHIP.split('|').with(position, value).join('|');
}

describe('the code of a citizen card', () => {
  it('says all that a chip card of 2021 says', () => {
    expect(citizenCardOf(CHIP)).toEqual({
      idNumber: '031303999123',
      oldIdNumber: '031999123',
      fullName: 'Nguyễn Thị Minh Ánh',
      dateOfBirth: '2003-09-15',
      sex: 'female',
      residence: 'Số 484 Lạch Tray, Đằng Giang, Ngô Quyền, Hải Phòng',
      issuedOn: '2021-06-21',
    });
  });

  it('has no old number for who never had one', () => {
    expect(citizenCardOf(qrSample('CCCD_CHIP_7_NO_CMND'))).toMatchObject({ sex: 'male', oldIdNumber: undefined });
  });

  it('has four more fields since July 2024, which say nothing to us', () => {
    expect(citizenCardOf(qrSample('CAN_CUOC_2024_11'))).toMatchObject({ idNumber: '031303999123', issuedOn: '2024-08-01' });
    expect(citizenCardOf(`${CHIP}|what|ever|may|follow|`)).toEqual(citizenCardOf(CHIP));
  });

  it.each([
    ['1945', '1945'],
    ['091945', '1945-09'],
    ['02091945', '1945-09-02'],
  ])('knows a birth as exactly as the registers: %s', (written, dateOfBirth) => {
    expect(citizenCardOf(withField(3, written))?.dateOfBirth).toBe(dateOfBirth);
  });

  it('says what the card says: whatever was written is read', () => {
    const cards = fc.record(
      {
        idNumber: cardDigits(12),
        oldIdNumber: cardDigits(9),
        fullName: cardNames,
        dateOfBirth: cardDays,
        sex: cardSexes,
        residence: cardAddresses,
        issuedOn: cardDays,
      },
      { requiredKeys: ['idNumber', 'fullName', 'dateOfBirth', 'sex', 'issuedOn'] },
    );
    const later = fc.array(fc.string({ unit: fc.constantFrom(...'aề1 /'), maxLength: 5 }), { maxLength: 4 });
    fc.assert(
      fc.property(cards, later, (card, more) => {
        const { idNumber, oldIdNumber = '', fullName, residence = '' } = card;
        const days = [card.dateOfBirth, card.issuedOn].map((day) => asPrinted(day, ''));
        const sex = card.sex === 'male' ? 'Nam' : 'Nữ';
        const read = citizenCardOf([idNumber, oldIdNumber, fullName, days[0], sex, residence, days[1], ...more].join('|'));
        expect(read && withoutGaps(read)).toEqual(card);
      }),
    );
  });

  it('may end with the residence, and the residence may be empty', () => {
    const six = withField(5, '').split('|').slice(0, 6).join('|');
    expect(citizenCardOf(six)).toMatchObject({ idNumber: '031303999123', residence: undefined, issuedOn: undefined });
  });

  it('is the same in any Unicode spelling, with any line end', () => {
    expect(citizenCardOf(`\ufeff${CHIP.normalize('NFD')}\r\n`)).toEqual(citizenCardOf(CHIP));
    expect(citizenCardOf(withField(4, 'NỮ'))?.sex).toBe('female');
  });
});

describe('what is no code of a citizen card', () => {
  it.each<[string, string]>([
    ['nothing', ''],
    ['a link', 'https://example.com/031303999123|031999123|An|15092003|Nam|x|y'],
    ['a link in the place of the name', withField(2, 'https://example.com')],
    ['a number of eleven digits', withField(0, '03130399912')],
    ['five fields', CHIP.split('|').slice(0, 5).join('|')],
    ['no name', withField(2, '')],
    ['a birth date that no calendar has', withField(3, '31022003')],
    ['no birth date', withField(3, '')],
    ['another word for the sex', withField(4, 'X')],
    ['twelve digits before fields of another kind', '893000123456|a|b|c|d|e|f'],
  ])('is refused as a whole: %s', (_what, payload) => {
    expect(citizenCardOf(payload)).toBeUndefined();
  });

  it('is anything else, and never an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(citizenCardOf(text)).toBeUndefined()));
    const fields = fc.array(fc.oneof(fc.string(), fc.constantFrom(...CHIP.split('|'))), { maxLength: 12 });
    fc.assert(fc.property(fields, (damaged) => expect(() => citizenCardOf(damaged.join('|'))).not.toThrow()));
  });
});
