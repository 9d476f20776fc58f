import { describe, expect, it } from '@jest/globals';
import { PERSONAS } from './registry.personas.ts';
import { SimulatedRegistry } from './simulated-registry.ts';

const registry = new SimulatedRegistry();
const people = PERSONAS.map(({ person }) => person);

describe('the simulated registry', () => {
  it('always holds the guide’s persona', async () => {
    const minh = {
      insuranceNumber: '0397097379',
      fullName: 'Huỳnh Thị Minh',
      dateOfBirth: '1965-04-12',
      sex: 'female',
      idNumber: '031165000123',
      provinceCode: '31',
      phone: '+84352153000',
      diedOn: null,
    };
    expect(await registry.findByInsuranceNumber('0397097379')).toEqual(minh);
    expect(await registry.findByIdNumber('031165000123')).toEqual(minh);
  });

  it('does not know what it does not hold', async () => {
    expect(await registry.findByInsuranceNumber('0000000000')).toBeUndefined();
    expect(await registry.findByIdNumber('__proto__')).toBeUndefined();
  });

  it('finds a passport in small letters', async () => {
    expect((await registry.findByIdNumber('xa1234567'))?.fullName).toBe('Maria Lindberg');
  });

  it('finds people by name and birth date, and in one province when asked', async () => {
    const minh = { fullName: 'huỳnh thị minh', dateOfBirth: '1965-04-12' };
    expect(await registry.search(minh)).toHaveLength(1);
    expect(await registry.search({ ...minh, provinceCode: '31' })).toHaveLength(1);
    expect(await registry.search({ ...minh, provinceCode: '01' })).toEqual([]);
    expect(await registry.search({ ...minh, dateOfBirth: '1965-04-13' })).toEqual([]);
    expect(await registry.search({ fullName: 'Huynh Thi Minh', dateOfBirth: '1965-04-12' })).toHaveLength(1);
  });

  it('tells twins apart by their names', async () => {
    const found = await registry.search({ fullName: 'Đinh Ngọc Lan', dateOfBirth: '2001-04-30' });
    expect(found.map(({ insuranceNumber }) => insuranceNumber)).toEqual(['9210990109']);
  });

  it('does not offer the number of one who died', async () => {
    expect(await registry.search({ fullName: 'Lê Văn Phúc', dateOfBirth: '1938-02-08' })).toEqual([]);
  });
});

describe('the personas', () => {
  it('have keys, insurance numbers and ID numbers of their own', () => {
    for (const values of [PERSONAS.map(({ key }) => key), people.map((p) => p.insuranceNumber), people.map((p) => p.idNumber)]) {
      expect(new Set(values).size).toBe(PERSONAS.length);
    }
  });

  it.each(people)('$fullName has composed letters and numbers of the right form', (person) => {
    expect(person.fullName).toBe(person.fullName.normalize('NFC'));
    expect(person.insuranceNumber).toMatch(/^\d{10}$/);
    expect(person.idNumber).toMatch(/^(\d{12}|\d{9}|[A-Z0-9]{6,12})$/);
    expect(person.phone ?? '+84352153000').toMatch(/^\+84\d{9}$/);
  });

  it.each(people.filter(({ idNumber }) => /^\d{12}$/.test(idNumber)))(
    '$fullName has an ID number that tells sex and birth year',
    (person) => {
      const year = Number(person.dateOfBirth.slice(0, 4));
      const centuryAndSex = 2 * Math.floor((year - 1900) / 100) + (person.sex === 'female' ? 1 : 0);
      expect(person.idNumber.slice(0, 6)).toBe(`0${person.provinceCode}${centuryAndSex}${String(year % 100).padStart(2, '0')}`);
    },
  );
});
