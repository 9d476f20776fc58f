import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultsIn } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { World } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;
let keeping: Keeping;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  keeping = new Keeping(server);
});
afterAll(async () => {
  await keeping.close();
  await server.dispose();
});

/** What each helper for people without a login is asked when all is well. */
const GOOD = {
  '/v1/lookups/insurance-number': { fullName: 'Huỳnh Thị Minh', dateOfBirth: '1965-04-12' },
  '/v1/eligibility': { insuranceNumber: '0397097379', idNumber: '031165000123', phone: '0352153000' },
  '/v1/declarations/tracking': { dossierNumber: '49631.GD/2021/03102', trackingCode: '7K2M-9QXV-4TBC-W3HD' },
  '/v1/declarations/tracking-code': { dossierNumber: '49631.GD/2021/03102', phone: '0352153000' },
} as const;
type Helper = keyof typeof GOOD;
const HELPERS = Object.keys(GOOD) as Helper[];

/** Sends it, and sees that it is refused without an echo and without a trace. @returns its faults */
async function faultsOf(helper: Helper, changes: Record<string, unknown>): Promise<string[]> {
  let faults: string[] = [];
  const kept = await keeping.addedBy(async () => {
    const { body, text } = await world.api
      .post(helper)
      .send({ ...GOOD[helper], ...changes })
      .expect(422);
    expect(body.code).toBe('validation-failed');
    for (const value of Object.values(changes)) if (typeof value === 'string' && value.length > 6) expect(text).not.toContain(value);
    faults = faultsIn(body);
  });
  expect(kept).toEqual({});
  return faults.sort();
}

describe('every helper', () => {
  it.each(HELPERS)('%s names all that is missing, and all that it does not know, at once', async (helper) => {
    const fields = Object.keys(GOOD[helper]);
    const nothing = Object.fromEntries(fields.map((field) => [field, undefined]));
    const expected = [...fields.map((field) => `/${field}: required`), '/store: unknown-field'];
    expect(await faultsOf(helper, { ...nothing, store: 'CANARY-7f3a' })).toEqual(expected.sort());
  });

  it.each(HELPERS)('%s takes texts only, of a length that a person writes', async (helper) => {
    for (const field of Object.keys(GOOD[helper])) {
      for (const value of [12, true, [], {}, ['text']])
        expect(await faultsOf(helper, { [field]: value })).toEqual([`/${field}: wrong-type`]);
      expect(await faultsOf(helper, { [field]: '9'.repeat(500) })).toEqual([expect.stringMatching(/: (too-long|bad-format)$/)]);
      expect(await faultsOf(helper, { [field]: 'a\u0000b' })).toEqual([`/${field}: bad-format`]);
    }
  });

  it.each(HELPERS)('%s takes no query, no other body and no other method', async (helper) => {
    await world.api.post(`${helper}?q=1`).send(GOOD[helper]).expect(400);
    await world.api.post(helper).type('text/plain').send('text').expect(415);
    await world.api.post(helper).type('application/json').send('{').expect(400);
    await world.api.get(helper).expect(helper.startsWith('/v1/declarations/') ? 401 : 405);
  });
});

describe('the look-up of a number', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['a day that no calendar has', { dateOfBirth: '1965-02-30' }, '/dateOfBirth: bad-format'],
    ['a day in another order', { dateOfBirth: '12/04/1965' }, '/dateOfBirth: bad-format'],
    ['a name with a digit', { fullName: 'Minh 2 Thị' }, '/fullName: bad-name-character'],
    ['an ID number that nobody has', { idNumber: '999165000123' }, '/idNumber: id-province-unknown'],
    ['a province that does not exist', { provinceCode: '99' }, '/provinceCode: place-unknown'],
  ])('refuses %s', async (_what, changes, fault) => {
    expect(await faultsOf('/v1/lookups/insurance-number', changes)).toEqual([fault]);
  });

  it('takes what is cleared for not given', async () => {
    const wish = { ...GOOD['/v1/lookups/insurance-number'], idNumber: null, provinceCode: '31' };
    const { body } = await world.api.post('/v1/lookups/insurance-number').send(wish).expect(200);
    expect(body.matches).toEqual([expect.objectContaining({ insuranceNumber: '0397****79', provinceCode: '31' })]);
    const elsewhere = await world.api.post('/v1/lookups/insurance-number').send({ ...wish, provinceCode: '01' });
    expect(elsewhere.body.matches).toEqual([]);
  });
});

describe('the question of eligibility', () => {
  it('is refused for what the form would refuse, before a photo is taken', async () => {
    const changes = { insuranceNumber: '039709737', idNumber: '031999', phone: '02253826582' };
    expect(await faultsOf('/v1/eligibility', changes)).toEqual([
      '/idNumber: bad-format',
      '/insuranceNumber: bad-format',
      '/phone: phone-landline',
    ]);
  });

  it('is answered for a passport in small letters', async () => {
    const maria = { insuranceNumber: '7916990098', idNumber: 'xa1234567', phone: '+84 352 153 012' };
    expect((await world.api.post('/v1/eligibility').send(maria).expect(200)).body.result).toBe('eligible');
  });
});
