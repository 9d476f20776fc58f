import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byWeight, DUPLICATE_SIGN_CODES, signsBetween, type Compared, type DuplicateSign } from './duplicate-signs.rule.ts';

let serial = 0;

/** Somebody who has nothing in common with anybody but for what is given. */
function person(given: Partial<Compared> = {}): Compared {
  const own = String(++serial).padStart(4, '0');
  return {
    insuranceNumber: `790000${own}`,
    idNumber: `07909000${own}`,
    phone: `+8490100${own}`,
    name: `nguoi la ${own}`,
    birthDate: null,
    birthYear: 1990,
    photos: ['portrait', 'idFront', 'idBack'].map((slot) => ({ slot, sha256: `${slot} of ${own}`, perceptualHash: hash(serial * 40) })),
    ...given,
  };
}

/** Signs that alternate, but for the first so many. */
function hash(changed: number): string {
  return Array.from({ length: 256 }, (_, at) => String((at + (at < changed % 257 ? 1 : 0)) % 2)).join('');
}

const portrait = (sha256: string, perceptualHash: string | null) => ({ photos: [{ slot: 'portrait', sha256, perceptualHash }] });

describe('two dossiers', () => {
  it.each<[rule: string, one: Partial<Compared>, other: Partial<Compared>, signs: DuplicateSign[]]>([
    ['of strangers have nothing in common', {}, {}, []],
    ['on one insurance number and two papers are alike', { insuranceNumber: '1' }, { insuranceNumber: '1' }, ['same-insurance-number']],
    ['on one paper and two insurance numbers are alike', { idNumber: '1' }, { idNumber: '1' }, ['same-id-number']],
    [
      'on both are one person’s two attempts, and no duplicates',
      { insuranceNumber: '1', idNumber: '2', phone: '3' },
      { insuranceNumber: '1', idNumber: '2', phone: '3' },
      [],
    ],
    ['with one phone are alike', { phone: '1' }, { phone: '1' }, ['same-phone']],
    [
      'with one file are alike, whatever slot it is in',
      { photos: [{ slot: 'idFront', sha256: 'x', perceptualHash: null }] },
      { photos: [{ slot: 'idBack', sha256: 'x', perceptualHash: null }] },
      ['same-photo'],
    ],
    ['with the very same portrait have the same photo, not a similar one', portrait('x', hash(0)), portrait('x', hash(0)), ['same-photo']],
    ['with nearly the same portrait are alike', portrait('x', hash(0)), portrait('y', hash(12)), ['similar-photo']],
    ['with portraits a little less near are not', portrait('x', hash(0)), portrait('y', hash(13)), []],
    ['with portraits of which one is older than such hashes are not', portrait('x', hash(0)), portrait('y', null), []],
    [
      'with nearly the same card are not: cards of one kind share their print',
      { photos: [{ slot: 'idFront', sha256: 'x', perceptualHash: hash(0) }] },
      { photos: [{ slot: 'idFront', sha256: 'y', perceptualHash: hash(0) }] },
      [],
    ],
    [
      'of one name and birth date are alike',
      { name: 'a', birthDate: '1990-01-02' },
      { name: 'a', birthDate: '1990-01-02' },
      ['similar-person'],
    ],
    ['of one name and year are alike when no date is known', { name: 'a' }, { name: 'a' }, ['similar-person']],
    ['of one name and year are alike when one date is known', { name: 'a', birthDate: '1990-01-02' }, { name: 'a' }, ['similar-person']],
    [
      'of one name and year are not when both dates are known and differ',
      { name: 'a', birthDate: '1990-01-02' },
      { name: 'a', birthDate: '1990-02-01' },
      [],
    ],
    ['of one name and no known birth are not', { name: 'a', birthYear: null }, { name: 'a', birthYear: null }, []],
    ['of one birth date and two names are not', { birthDate: '1990-01-02' }, { birthDate: '1990-01-02' }, []],
  ])('%s', (_rule, one, other, signs) => {
    const [first, second] = [person(one), person(other)];
    expect(signsBetween(first, second)).toEqual(signs);
    expect(signsBetween(second, first)).toEqual(signs);
  });

  it('have their signs named with the most telling one first', () => {
    expect(signsBetween(person({ phone: '1', idNumber: '2', name: 'a' }), person({ phone: '1', idNumber: '2', name: 'a' }))).toEqual([
      'same-id-number',
      'similar-person',
      'same-phone',
    ]);
  });
});

describe('findings', () => {
  const signs = fc.subarray(DUPLICATE_SIGN_CODES, { minLength: 1 });

  it('with a more telling sign come first, and with as telling a one those with more', () => {
    fc.assert(
      fc.property(signs, signs, (one, other) => {
        const [first, second] = [one, other].map((found) => DUPLICATE_SIGN_CODES.indexOf(found[0]!));
        if (first === second) expect(Math.sign(byWeight(one, other))).toBe(Math.sign(other.length - one.length));
        else expect(Math.sign(byWeight(one, other))).toBe(Math.sign(first! - second!));
      }),
    );
  });
});
