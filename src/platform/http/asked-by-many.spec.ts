import { describe, expect, it } from '@jest/globals';
import { IsInt, IsOptional, Matches } from 'class-validator';
import { Refusal } from '../refusal.ts';
import { AskedByMany } from './asked-by-many.decorator.ts';
import { InputPipe } from './input.pipe.ts';

@AskedByMany()
class ListQuery {
  @IsOptional()
  @Matches(/^\d{2}$/)
  provinceCode?: string;

  @IsInt()
  limit = 50;
}

class OwnQuery {
  @IsOptional()
  @Matches(/^\d{2}$/)
  provinceCode?: string;
}

const pipe = new InputPipe();
const asks = (value: object, metatype: typeof ListQuery | typeof OwnQuery = ListQuery) =>
  pipe.transform(value, { type: 'query', metatype });

describe('a query that is asked by many', () => {
  it('is checked once for the same letters, and shared', async () => {
    const first = await asks({ provinceCode: '31' });
    expect(first).toBeInstanceOf(ListQuery);
    expect(first).toEqual({ provinceCode: '31', limit: 50 });
    expect(await asks({ provinceCode: '31' })).toBe(first);
    expect(await asks({ provinceCode: '32' })).not.toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it.each([{ provinceCode: 'xx' }, { province: '31' }, JSON.parse('{"__proto__": {"provinceCode": "31"}}') as object])(
    'is refused each time when it is %j',
    async (query) => {
      for (let time = 0; time < 2; time++) await expect(asks(query)).rejects.toThrow(Refusal);
    },
  );

  it('is no other class’s', async () => {
    const own = await asks({ provinceCode: '31' }, OwnQuery);
    expect(own).toBeInstanceOf(OwnQuery);
    expect(await asks({ provinceCode: '31' }, OwnQuery)).not.toBe(own);
  });

  it('is forgotten when very many others are asked', async () => {
    const first = await asks({ provinceCode: '31' });
    for (let limit = 0; limit < 500; limit++) await asks({ limit });
    expect(await asks({ provinceCode: '31' })).not.toBe(first);
  });
});
