import { describe, expect, it } from '@jest/globals';
import { PERSONAS } from '../registry/registry.personas.ts';
import { CAST, stranger } from './cast.ts';

describe('the cast', () => {
  it.each(Object.entries(CAST))('knows %s as the registry does, by a phone of their own', (key, { phone, ...form }) => {
    const known = PERSONAS.find((persona) => persona.key === key)?.person;
    expect(known).toMatchObject({ ...form, phone: phone!.replace(/^0/, '+84'), diedOn: null });
    expect(PERSONAS.filter(({ person }) => person.phone === known?.phone)).toHaveLength(1);
  });

  it('has strangers whom the registry does not know, no two alike', () => {
    const strangers = [0, 1, 99_999].map((serial) => stranger(serial).form);
    for (const field of ['insuranceNumber', 'idNumber', 'phone']) expect(new Set(strangers.map((form) => form[field])).size).toBe(3);
    const numbers = PERSONAS.map(({ person }) => person.insuranceNumber);
    expect(strangers.filter(({ insuranceNumber }) => numbers.includes(insuranceNumber!))).toEqual([]);
  });
});
