import { describe, expect, it } from '@jest/globals';
import { inventPeople } from './invented-people.ts';
import { PERSONAS } from './registry.personas.ts';
import { SimulatedRegistry } from './simulated-registry.ts';

const registry = new SimulatedRegistry({ registrySeed: 2021 });
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

  it('finds people by name and birth date', async () => {
    const minh = { fullName: 'huỳnh thị minh', dateOfBirth: '1965-04-12' };
    expect(await registry.search(minh)).toHaveLength(1);
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

describe('the invented people of the registry', () => {
  const invented = inventPeople(2021, 1000);
  const everybody = [...people, ...invented];

  it('are found as the personas are', async () => {
    const [living] = invented.filter(({ diedOn }) => diedOn === null);
    expect(await registry.findByInsuranceNumber(living!.insuranceNumber)).toEqual(living);
    expect(await registry.search(living!)).toContainEqual(living);
  });

  it('are the same for the same seed, however many are asked for, and others for another seed', () => {
    expect(inventPeople(2021, 1000)).toEqual(invented);
    expect(inventPeople(2021, 10)).toEqual(invented.slice(0, 10));
    const others = new Set(inventPeople(2022, 1000).map(({ fullName, dateOfBirth }) => fullName + dateOfBirth));
    expect(invented.filter(({ fullName, dateOfBirth }) => others.has(fullName + dateOfBirth)).length).toBeLessThan(20);
  });

  it('share no number with each other or a persona, and have no phone that might be somebody’s', () => {
    for (const kind of ['insuranceNumber', 'idNumber'] as const) {
      expect(new Set(everybody.map((person) => person[kind])).size).toBe(everybody.length);
    }
    expect(invented.filter(({ phone }) => phone !== null)).toEqual([]);
  });

  it('have names, numbers and dates that a declaration may hold, of every province, sex and age', () => {
    for (const { fullName, insuranceNumber, idNumber, dateOfBirth } of invented) {
      expect(fullName).toMatch(/^\p{Lu}\p{Ll}+( \p{Lu}\p{Ll}+){2}$/u);
      expect([insuranceNumber, idNumber].join(' ')).toMatch(/^\d{10} \d{12}$/);
      expect(new Date(dateOfBirth).toISOString().slice(0, 10)).toBe(dateOfBirth);
    }
    expect(new Set(invented.map(({ provinceCode }) => provinceCode)).size).toBe(63);
    expect(new Set(invented.map(({ sex }) => sex)).size).toBe(2);
    expect(invented.filter(({ diedOn }) => diedOn !== null).length).toBeGreaterThan(5);
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

  it.each([...people, ...inventPeople(7, 30)].filter(({ idNumber }) => /^\d{12}$/.test(idNumber)))(
    '$fullName has an ID number that tells sex and birth year',
    (person) => {
      const year = Number(person.dateOfBirth.slice(0, 4));
      const centuryAndSex = 2 * Math.floor((year - 1900) / 100) + (person.sex === 'female' ? 1 : 0);
      expect(person.idNumber.slice(0, 6)).toBe(`0${person.provinceCode}${centuryAndSex}${String(year % 100).padStart(2, '0')}`);
    },
  );
});
