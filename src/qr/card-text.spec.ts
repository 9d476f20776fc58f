import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cardDate, cardName, cardText, hexText } from './card-text.ts';

describe('a date on a card', () => {
  it.each([
    ['15/09/2003', '2003-09-15'],
    ['15092003', '2003-09-15'],
    ['09/2003', '2003-09'],
    ['092003', '2003-09'],
    ['1945', '1945'],
    ['29/02/2024', '2024-02-29'],
  ])('is as exact as the card: %s is %s', (written, date) => {
    expect(cardDate(written)).toBe(date);
  });

  it.each([
    '',
    '-',
    '29/02/2023',
    '31042021',
    '00/09/2003',
    '15/13/2003',
    '132003',
    '15/092003',
    '1509/2003',
    '5/9/2003',
    '150903',
    '0000',
    '1899',
    '2200',
    '15-09-2003',
    '２００３',
  ])('that no calendar has is none: %j', (written) => {
    expect(cardDate(written)).toBeUndefined();
  });

  it('is every day of the calendar, in either writing', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const iso = day.toISOString().slice(0, 10);
        const [year, month, date] = iso.split('-');
        expect(cardDate(`${date}/${month}/${year}`)).toBe(iso);
        expect(cardDate(`${date}${month}${year}`)).toBe(iso);
      }),
    );
  });

  it('is a date or none, whatever is written', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(cardDate(text) ?? '2003').toMatch(/^\d{4}(-\d\d(-\d\d)?)?$/)));
  });
});

describe('a text in hex', () => {
  it('is every text that was put into it', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.startsWith('\ufeff'));
    fc.assert(fc.property(texts, (text) => expect(hexText(Buffer.from(text).toString('hex'))).toBe(text)));
    expect(hexText('C490')).toBe('Đ');
  });

  it.each(['', '-', '4', '4e6', '4g', 'ff', 'c3', 'eda080', 'Nguyễn'])('is none when it is no hex of UTF-8: %j', (hex) => {
    expect(hexText(hex)).toBeUndefined();
  });
});

describe('a text on a card', () => {
  it('is one line in NFC with single spaces', () => {
    expect(cardText('  Số 5 \u00a0 Lê Lợi'.normalize('NFD'))).toBe('Số 5 Lê Lợi');
  });

  it.each(['', ' ', 'a\nb', 'a\u0000', 'a\u202eb', 'a\u2028b'])('is none when it is empty or cannot be printed: %j', (text) => {
    expect(cardText(text)).toBeUndefined();
  });
});

describe('a name on a card', () => {
  it.each(['Nguyễn Thị Minh Ánh', 'NGUYỄN VĂN A', "H'Hen Niê", 'K’Brêu', 'Y-Moan Êban', 'Tí'])('is a name: %s', (name) => {
    expect(cardName(name)).toBe(name);
  });

  it.each(['', '-1', 'An 2', 'https://example.com', 'a/b', '<b>An</b>', 'An\tBình', 'An@example.com'])('is not everything: %j', (text) => {
    expect(cardName(text)).toBeUndefined();
  });
});
