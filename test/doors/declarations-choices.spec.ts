import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FormDesk, type FormChanges } from '../support/form-desk.ts';
import { World } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;
let form: FormDesk;
const faultsOf = (changes: FormChanges) => form.faultsOf(changes);
const keptOf = (fields: object) => form.keptOf(fields);

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  form = new FormDesk(server, world);
});
afterAll(async () => {
  await form.close();
  await server.dispose();
});

describe('a receiving office', () => {
  it('may lie anywhere', async () => {
    expect(await keptOf({ provinceCode: '01', districtCode: '001', wardCode: '00001', officeCode: '09601' })).toMatchObject({
      officeCode: '09601',
    });
  });

  it.each([
    ['09999', 'office-unknown'],
    ['3102', 'office-unknown'],
    ['03102 ', 'office-unknown'],
    ["03102'", 'office-unknown'],
    ['０３１０２', 'office-unknown'],
    ['03102;00100', 'too-long'],
    ['07904', 'office-closed'],
    ['', 'required'],
  ])('%j is refused as %s', async (officeCode, code) => expect(await faultsOf({ officeCode })).toEqual([`/officeCode: ${code}`]));
});

describe('a closed office', () => {
  const told = async (officeCode: string) => {
    const { body } = await world.api.post('/v1/drafts').set('Accept-Language', 'en').send({ officeCode }).expect(422);
    return body.errors[0].message as string;
  };

  it('is refused with the one that took over, where one is known', async () => {
    expect(await told('07904')).toContain('[07903] BHXH Thành phố Thủ Đức');
    expect(await told('00404')).toMatch(/no longer receives dossiers/);
  });
});

describe('an identity paper', () => {
  it.each([
    ['a citizen card with a leading zero', { idNumber: '031165000123' }, { idNumber: '031165000123', idType: null }],
    ['an old identity card', { idNumber: '012345678' }, { idNumber: '012345678' }],
    ['a passport in small letters', { idNumber: 'c1234567' }, { idNumber: 'C1234567' }],
    ['a foreign passport', { idNumber: 'XY99A1234' }, { idNumber: 'XY99A1234' }],
    [
      'a passport of digits, where its owner says so',
      { idNumber: '123456789', idType: 'passport' },
      { idNumber: '123456789', idType: 'passport' },
    ],
    ['a kind that is left empty', { idNumber: '012345678', idType: '' }, { idNumber: '012345678', idType: null }],
  ])('may be %s', async (_, fields, kept) => expect(await keptOf(fields)).toMatchObject(kept));

  it.each([
    ['of eleven digits', { idNumber: '03116500012' }, '/idNumber: bad-format'],
    ['of thirteen digits', { idNumber: '0311650001234' }, '/idNumber: bad-format'],
    ['of ten digits', { idNumber: '0123456789' }, '/idNumber: bad-format'],
    ['with a space at its end', { idNumber: '031165000123 ' }, '/idNumber: bad-format'],
    ['in full-width digits', { idNumber: '０３１１６５０００１２３' }, '/idNumber: bad-format'],
    ['of a province that never was', { idNumber: '032165000123' }, '/idNumber: id-province-unknown'],
    ['of somebody yet to be born', { idNumber: '031399000123' }, '/idNumber: id-birth-year-future'],
    ['of a kind that has another shape', { idNumber: '031165000123', idType: 'cmnd' }, '/idNumber: bad-format'],
    ['of a citizen card that is a passport', { idNumber: 'C1234567', idType: 'cccd' }, '/idNumber: bad-format'],
    ['of a kind that nobody knows', { idType: 'driving-licence' }, '/idType: bad-format'],
    ['that is missing', { idNumber: undefined }, '/idNumber: required'],
  ])('%s is refused', async (_, changes, fault) => expect(await faultsOf(changes)).toEqual([fault]));

  it('has a back that is needed, unless it is a passport', async () => {
    const sends = (changes: FormChanges) =>
      world
        .citizen()
        .sends({ form: form.formWith({ ...changes, phone: '113' }), photos: { portrait: Buffer.from('x'), idFront: Buffer.from('y') } });
    const pointers = async (changes: FormChanges) =>
      ((await sends(changes)).body.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(await pointers({ idNumber: '031165000123' })).toEqual(['/idBack', '/phone']);
    expect(await pointers({ idNumber: '012345678' })).toEqual(['/idBack', '/phone']);
    expect(await pointers({ idNumber: 'C1234567' })).toEqual(['/phone']);
    expect(await pointers({ idNumber: 'C1234567', idType: '' })).toEqual(['/phone']);
    expect(await pointers({ idNumber: '123456789', idType: 'passport' })).toEqual(['/phone']);
  });
});

describe('an address', () => {
  const island = { provinceCode: '31', districtCode: '318' };

  it.each([
    ['an unknown province', { provinceCode: '32' }, ['/provinceCode: place-unknown']],
    ['an unknown district', { districtCode: '999' }, ['/districtCode: place-unknown']],
    ['an unknown ward', { wardCode: '99999' }, ['/wardCode: place-unknown']],
    ['a district of another province', { districtCode: '001', wardCode: '00001' }, ['/districtCode: place-mismatch']],
    ['a ward of another district', { wardCode: '00001' }, ['/wardCode: place-mismatch']],
    ['no ward where there are wards', { wardCode: undefined }, ['/wardCode: required']],
    ['an empty ward where there are wards', { wardCode: '' }, ['/wardCode: required']],
    ['a ward on an island that has none', { ...island, wardCode: '11359' }, ['/wardCode: place-mismatch']],
    ['no street', { street: ' ' }, ['/street: required']],
    ['a street of two lines', { street: 'Số 5\nLạch Tray' }, ['/street: bad-format']],
    ['a street whose letters were lost on the way', { street: 'S\ufffd 5' }, ['/street: bad-format']],
    ['a street of ten thousand letters', { street: 'đ'.repeat(10_000) }, ['/street: too-long']],
  ])('with %s is refused', async (_, changes, faults) => expect(await faultsOf(changes)).toEqual(faults));

  it('needs no ward on the five islands that have none', async () => {
    for (const wardCode of [undefined, ''])
      expect(await faultsOf({ ...island, wardCode, phone: '113' })).toEqual(['/phone: phone-not-mobile']);
  });

  it('may hold what would be code elsewhere, kept as the text it is', async () => {
    for (const street of [
      'Tổ 3 (cũ), ngõ 5/7 - nhà 2.1',
      "'; DROP TABLE declarations;--",
      '<script>alert(1)</script>',
      '{{7*7}}',
      '=1+1',
    ]) {
      expect(await keptOf({ street })).toMatchObject({ street });
    }
  });
});

describe('ticks and consents', () => {
  it.each([
    ['commitmentAccepted', 'false', 'commitment-required'],
    ['commitmentAccepted', undefined, 'commitment-required'],
    ['dataProcessingAccepted', 'false', 'consent-required'],
    ['dataProcessingAccepted', undefined, 'consent-required'],
    ...['TRUE', '1', 'on', 'yes', ' true', ''].map((text) => ['emailCopy', text, 'wrong-type']),
    ['commitmentAccepted', 'True', 'wrong-type'],
    ['consentVersion', '1999-01', 'bad-format'],
    ['consentVersion', '', 'bad-format'],
  ])('%s = %j is refused as %s', async (tick, text, code) => expect(await faultsOf({ [tick!]: text })).toEqual([`/${tick}: ${code}`]));

  it('are off until somebody sets them', async () => {
    expect(await keptOf({})).toMatchObject({
      emailCopy: false,
      emailForNotices: false,
      commitmentAccepted: false,
      dataProcessingAccepted: false,
      email: null,
    });
  });
});

describe('a field', () => {
  const TEXTS = ['insuranceNumber', 'fullName', 'idNumber', 'idType', 'provinceCode', 'districtCode', 'wardCode', 'street', 'phone'];
  const OTHERS = ['officeCode', 'email', 'consentVersion'];
  const TICKS = ['emailCopy', 'emailForNotices', 'commitmentAccepted', 'dataProcessingAccepted'];

  it.each([...TEXTS, ...OTHERS])('%s is text, and of no other type', async (name) => {
    for (const value of [[], ['x'], {}, { $gt: '' }, 1, 0, true, false]) {
      expect(await keptOf({ [name]: value })).toEqual({ refused: [`/${name}: wrong-type`] });
    }
  });

  it.each(TICKS)('%s is true or false, and of no other type', async (name) => {
    for (const value of ['true', '', 1, 0, [], {}]) expect(await keptOf({ [name]: value })).toEqual({ refused: [`/${name}: wrong-type`] });
  });

  it.each([
    ...['status', 'dossierNumber', 'officeId', 'approvedBy', 'submittedAt', 'id', 'version', 'trackingCode', 'revision', 'warnings'],
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'fullname', 'insurance_number', '__defineGetter__'],
  ])('that the form does not have is refused: %s', async (name) => {
    expect(await faultsOf({ ...Object.fromEntries([[name, 'APPROVED']]) })).toEqual([`/${name}: unknown-field`]);
    expect(await keptOf(JSON.parse(`{"${name}": "APPROVED"}`))).toEqual({ refused: [`/${name}: unknown-field`] });
  });

  it.each(['phone[]', 'phone[0]', 'a[b]', 'a'.repeat(33) + '[x]'.repeat(10), 'constructor[prototype][x]', 'ph\u00f6ne', '<b>'])(
    'whose name is %j is refused, and the name not repeated',
    async (name) => {
      expect(await faultsOf({ [name]: 'x' })).toEqual(['/?: unknown-field']);
      expect(await keptOf({ [name]: 'x' })).toEqual({ refused: ['/?: unknown-field'] });
    },
  );

  it('of objects cannot poison what comes later', async () => {
    const { body } = await world.api
      .post('/v1/drafts')
      .set('Content-Type', 'application/json')
      .send('{"__proto__": {"isAdmin": true}}')
      .expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/__proto__', code: 'unknown-field' })]);
    expect(await keptOf({ fullName: 'Lê Văn An' })).not.toHaveProperty('isAdmin');
  });
});
