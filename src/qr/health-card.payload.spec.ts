import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asPrinted, cardAddresses, cardDays, cardDigits, cardNames, cardSexes, withoutGaps } from '../../test/support/card-arbitraries.ts';
import { qrSample } from '../../test/support/qr-photos.ts';
import { healthCardOf, type HealthCardFields } from './health-card.payload.ts';

const OLD = qrSample('BHYT_OLD_15');
const NEW = qrSample('BHYT_NEW_10');
const CHILD = qrSample('BHYT_OLD_TE_CHILD');

/** The payload with another value in one field. */
function withField(payload: string, position: number, value: string): string {
  return payload.split('|').with(position, value).join('|');
}

describe('the code of an old health card', () => {
  it('says all that the card says', () => {
    expect(healthCardOf(OLD)).toEqual({
      cardNumber: 'SV4310399900123',
      insuranceNumber: '0399900123',
      fullName: 'Nguyễn Thị Minh Ánh',
      dateOfBirth: '2003-09-15',
      sex: 'female',
      address: 'Số 484 Lạch Tray, Quận Ngô Quyền, Thành phố Hải Phòng',
      hospital: '31 - 011',
      validFrom: '2021-01-01',
      validTo: '2021-12-31',
      issuedOn: '2021-01-05',
      managementNumber: '31020399900123',
      livingArea: '4',
      fiveYearsFrom: '2026-01-01',
      checkString: '15e89ac07ee85170-7102',
    });
  });

  it('says who the parent of a child is', () => {
    expect(healthCardOf(CHILD)).toMatchObject({ fullName: 'Trần Gia Bảo', sex: 'male', parentName: 'Trần Văn Hùng', validTo: undefined });
  });
});

describe('the code of a new health card', () => {
  it('says all that the card says, whatever spaces stand around a field', () => {
    expect(healthCardOf(NEW)).toEqual({
      cardNumber: '0399900123',
      insuranceNumber: '0399900123',
      fullName: 'Nguyễn Thị Minh Ánh',
      dateOfBirth: '2003-09-15',
      sex: 'female',
      hospital: '31 - 011',
      validFrom: '2022-01-01',
      issuedOn: '2022-01-10',
      managementNumber: '31020399900123',
      livingArea: '4',
      fiveYearsFrom: '2026-01-01',
      checkString: '4641c59ff02659c0-1202',
      benefitLevel: '4',
      placeOfIssue: 'Quận Ngô Quyền, Thành phố Hải Phòng',
    });
    expect(healthCardOf(` ${NEW.replaceAll('|', ' | ')}\r\n`)).toEqual(healthCardOf(NEW));
  });
});

describe('the code of any health card', () => {
  const old = fc.record(
    {
      cardNumber: fc
        .tuple(fc.constantFrom('SV', 'TE', 'DN', 'HT'), fc.integer({ min: 1, max: 5 }), cardDigits(12))
        .map((parts) => parts.join('')),
      fullName: cardNames,
      dateOfBirth: cardDays,
      sex: cardSexes,
      address: cardAddresses,
      hospital: fc.constant('31 - 011'),
      validFrom: cardDays,
      validTo: cardDays,
      issuedOn: cardDays,
      managementNumber: cardDigits(14),
      parentName: cardNames,
      livingArea: cardDigits(1),
      fiveYearsFrom: cardDays,
      checkString: fc.constant('15e89ac07ee85170-7102'),
    },
    { requiredKeys: ['cardNumber', 'fullName', 'dateOfBirth'] },
  );
  const recent = fc.tuple(old, cardDigits(10), cardDigits(1), cardAddresses).map(([card, cardNumber, benefitLevel, placeOfIssue]) => {
    return { ...card, cardNumber, benefitLevel, placeOfIssue };
  });

  it('says what the card says: whatever was written is read', () => {
    fc.assert(
      fc.property(fc.oneof(old, recent), fc.constantFrom('', ' '), (card, space) => {
        const insuranceNumber = card.cardNumber.slice(-10);
        const read = healthCardOf(written(card, space));
        expect(read && withoutGaps(read)).toEqual({ ...card, insuranceNumber });
      }),
    );
  });

  function written(card: Partial<HealthCardFields>, space: string): string {
    const hex = (text: string | undefined) => (text === undefined ? '-' : Buffer.from(text).toString('hex'));
    const sex = card.sex === undefined ? '-' : card.sex === 'male' ? '1' : '2';
    const { cardNumber = '', hospital = '-', managementNumber = '-', livingArea = '-', checkString = '-', benefitLevel } = card;
    const day = (date: string | undefined) => space + asPrinted(date, '/');
    const common = [cardNumber, hex(card.fullName), day(card.dateOfBirth), sex, hex(card.address), hospital];
    const periods = [day(card.validFrom), day(card.validTo), day(card.issuedOn), managementNumber, hex(card.parentName), livingArea];
    const ofNewCards = benefitLevel === undefined ? [] : [benefitLevel, hex(card.placeOfIssue)];
    return [...common, ...periods, day(card.fiveYearsFrom), checkString, ...ofNewCards, '$'].join('|');
  }
});

describe('a field of a health card', () => {
  it('may be open but for number, name and birth', () => {
    const bare = NEW.split('|').map((field, position) => (position > 2 && position < 16 ? '-' : field));
    expect(healthCardOf(bare.join('|'))).toEqual({
      cardNumber: '0399900123',
      insuranceNumber: '0399900123',
      fullName: 'Nguyễn Thị Minh Ánh',
      dateOfBirth: '2003-09-15',
    });
  });

  it('may know the year of birth only', () => {
    expect(healthCardOf(withField(OLD, 2, '1945'))?.dateOfBirth).toBe('1945');
  });

  it('is no management number in any shape but that of fourteen digits, and the rest of the card still counts', () => {
    expect(healthCardOf(withField(OLD, 9, '3102'))).toMatchObject({ insuranceNumber: '0399900123', managementNumber: undefined });
  });
});

describe('what is no code of a health card', () => {
  it.each<[string, string]>([
    ['nothing', ''],
    ['a link', 'https://example.com/?q=a|b|c'],
    ['one that is cut', OLD.slice(0, -2)],
    ['one with a field too many', OLD.replace('|$', '|-|$')],
    ['one without its end', withField(OLD, 14, '-')],
    ['one with a number of nine digits', withField(NEW, 0, '039990012')],
    ['one with a benefit that does not exist', withField(OLD, 0, 'SV9310399900123')],
    ['one with full-width digits', withField(NEW, 0, '０３９９９００１２３')],
    ['one whose name is plain text', withField(OLD, 1, 'Nguyễn Thị Minh Ánh')],
    ['one whose name is half a byte short', withField(OLD, 1, OLD.split('|')[1]!.slice(0, -1))],
    ['one whose name is no UTF-8', withField(OLD, 1, 'c328')],
    ['one whose name is a link', withField(OLD, 1, Buffer.from('https://example.com').toString('hex'))],
    ['one without a name', withField(OLD, 1, '-')],
    ['one without a birth date', withField(OLD, 2, '-')],
    ['one with a date that is none', withField(OLD, 6, '31/02/2021')],
    ['one with a third sex digit', withField(OLD, 3, '3')],
    ['one with an address that is no hex', withField(OLD, 4, 'zz')],
  ])('is refused as a whole: %s', (_what, payload) => {
    expect(healthCardOf(payload)).toBeUndefined();
  });

  it('is anything else, and never an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(healthCardOf(text)).toBeUndefined()));
    const fields = fc.array(fc.oneof(fc.string(), fc.constantFrom(...OLD.split('|'))), { minLength: 14, maxLength: 18 });
    fc.assert(fc.property(fields, (damaged) => expect(() => healthCardOf(damaged.join('|'))).not.toThrow()));
  });
});
