import { expect, it } from '@jest/globals';
import { MAGIC_VALUES } from '../magic/magic-values.ts';
import { inventedPhone } from './personas.service.ts';

it('nobody who is only somebody has a phone that does something', () => {
  const magic = new Set(MAGIC_VALUES.filter(({ field }) => field === 'phone').map(({ value }) => value));
  const invented = Array.from({ length: 5_000 }, (_, serial) => `0${inventedPhone(serial)}`);
  expect(magic.size).toBeGreaterThan(5);
  expect(invented.filter((phone) => magic.has(phone))).toEqual([]);
});
