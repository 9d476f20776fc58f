import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FAULTS, type FaultCode } from '../../src/platform/http/fault-catalogue.ts';
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

describe('a form with faults', () => {
  it('is told all of them at once, photos included', async () => {
    const response = await world.citizen().sends({ form: { emailCopy: 'true', phone: '02253826582', hobby: 'chess' }, photos: {} });
    expect(response.status).toBe(422);
    const told = response.body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer}: ${code}`);
    expect(told.sort()).toEqual([
      '/commitmentAccepted: commitment-required',
      '/dataProcessingAccepted: consent-required',
      '/districtCode: required',
      '/email: required',
      '/fullName: required',
      '/hobby: unknown-field',
      '/idBack: photo-missing',
      '/idFront: photo-missing',
      '/idNumber: required',
      '/insuranceNumber: required',
      '/officeCode: required',
      '/phone: phone-landline',
      '/portrait: photo-missing',
      '/provinceCode: required',
      '/street: required',
      '/wardCode: required',
    ]);
  });

  it.each([
    ['vi', undefined],
    ['vi', 'fr, de;q=0.5'],
    ['en', 'en'],
    ['en', 'en-GB,en;q=0.9,vi;q=0.1'],
  ] as const)('is told in %s for Accept-Language: %s', async (language, wish) => {
    const call = world.api.post('/v1/drafts').send({ phone: '02253826582', email: 'a@x.vn, b@x.vn' });
    if (wish) void call.set('Accept-Language', wish);
    const { body, headers } = await call.expect(422);
    expect(headers['content-language']).toBe(language);
    expect(body.title).toBe({ vi: 'Thông tin chưa hợp lệ', en: 'Validation failed' }[language]);
    const text = (code: FaultCode) => FAULTS[code][language];
    expect(body.errors).toEqual([
      { pointer: '/phone', code: 'phone-landline', message: text('phone-landline') },
      { pointer: '/email', code: 'email-not-single', message: text('email-not-single') },
    ]);
  });
});

describe('a name', () => {
  it.each([
    ['composed', 'Nguyễn Thị Huỳnh', 'Nguyễn Thị Huỳnh'],
    ['decomposed', 'Nguyễn Thị Huỳnh'.normalize('NFD'), 'Nguyễn Thị Huỳnh'],
    ['as Windows-1258 spells it', 'Nguyê\u0303n Thi\u0323 Huy\u0300nh', 'Nguyễn Thị Huỳnh'],
    ['with Đ and horned letters', 'Đỗ Ước', 'Đỗ Ước'],
    ['with the tone on the second vowel', 'Trần Hoà', 'Trần Hoà'],
    ['with the tone on the first vowel', 'Trần Hòa', 'Trần Hòa'],
    ['of a minority, with an apostrophe', "H'Hen Niê", "H'Hen Niê"],
    ['of a minority, with a curly apostrophe', 'K’Brêu', 'K’Brêu'],
    ['of a minority, with a hyphen', 'Y-Moan Êban', 'Y-Moan Êban'],
    ['of one word', 'Tí', 'Tí'],
    ['of sixty letters', 'Tôn Nữ '.repeat(9).trim(), 'Tôn Nữ '.repeat(9).trim()],
    ['with spaces of every kind', '  Lê\u00a0\u00a0Văn \u3000 An ', 'Lê Văn An'],
    ['in lower case', 'lê văn an', 'lê văn an'],
    ['that a computer would take for nothing', 'Null', 'Null'],
  ])('%s is accepted and kept composed', async (_, sent, kept) => {
    expect(await keptOf({ fullName: sent })).toMatchObject({ fullName: kept });
  });

  it.each([
    ['a line break and a header', 'Minh\r\nBcc: x@y.example'],
    ['a line separator', 'Minh\u2028An'],
    ['an escape sequence', 'Minh\u001b[31m'],
    ['a zero-width space', 'Lê\u200bVăn An'],
    ['a right-to-left override', 'Lê \u202eVăn An'],
    ['a soft hyphen', 'Lê Văn\u00ad An'],
    ['the Icelandic Ð in place of Đ', 'Ðỗ Văn An'],
    ['the African Ɖ in place of Đ', 'Ɖỗ Văn An'],
    ['a Cyrillic letter in place of a Latin one', 'Lê Vаn An'],
    ['full-width letters', 'Ｌê Văn An'],
    ['digits', 'Lê Văn An 2'],
    ['an emoji', 'Lê Văn An 🙂'],
    ['SQL', "'; DROP TABLE declarations;--"],
    ['a LIKE pattern', "%' OR 1=1"],
    ['an operator as JSON', '{"$gt":""}'],
    ['a template', '{{7*7}}'],
    ['a placeholder', '${7*7}'],
    ['markup', '<script>alert(1)</script>'],
    ['a number', '0'],
    ['brackets', '[]'],
  ])('with %s is refused', async (_, fullName) => {
    expect(await faultsOf({ fullName })).toEqual(['/fullName: bad-name-character']);
  });

  it.each([
    ['ten thousand letters', 'Lê '.repeat(3334), 'too-long'],
    ['one letter more than a hundred', 'ê'.repeat(101), 'too-long'],
    ['nothing but spaces', ' \u00a0 ', 'required'],
  ])('of %s is refused', async (_, fullName, code) => {
    expect(await faultsOf({ fullName })).toEqual([`/fullName: ${code}`]);
  });
});

describe('an insurance number', () => {
  it('may begin with any digits, zero too', async () => {
    expect(await keptOf({ insuranceNumber: '0000000001' })).toMatchObject({ insuranceNumber: '0000000001' });
  });

  it.each(['039709737', '03970973790', '0397097379 ', ' 0397097379', '３９７０９７３７９０', '0397o97379', '0397-097-379', '+397097379'])(
    'is ten digits and nothing else, not %j',
    async (insuranceNumber) => expect(await faultsOf({ insuranceNumber })).toEqual(['/insuranceNumber: bad-format']),
  );
});

describe('a phone number', () => {
  it.each(['0352153000', '+84352153000', '84 352 153 000', '0352.153.000', '0352-153-000', '01652153000', ' 0352 153 000 '])(
    '%j is kept as +84352153000',
    async (phone) => expect(await keptOf({ phone })).toMatchObject({ phone: '+84352153000' }),
  );

  it.each([
    ['0123', 'phone-not-mobile'],
    ['113', 'phone-not-mobile'],
    ['19009068', 'phone-not-mobile'],
    ['+84352153000123', 'phone-not-mobile'],
    ['+12025550123', 'phone-not-mobile'],
    ['02253826582', 'phone-landline'],
    ['+84 225 382 6582', 'phone-landline'],
    ['0352153\n0999', 'bad-format'],
    ["035-2153'--", 'bad-format'],
    ['０３５２１５３０００', 'bad-format'],
    ['0352153000;0352153001', 'bad-format'],
    [' ', 'required'],
  ])('%j is refused as %s', async (phone, code) => expect(await faultsOf({ phone })).toEqual([`/phone: ${code}`]));
});

describe('an e-mail address', () => {
  it.each([
    ['a@x.vn, evil@z.example', 'email-not-single'],
    ['a@x.vn\r\nBcc: e@z.example', 'email-not-single'],
    ['a@x.vn <e@z.example>', 'email-not-single'],
    ['"e@z x"@x.vn', 'email-not-single'],
    ['g: a@x.vn,b@z.example;', 'email-not-single'],
    ['a@x.vn(e@z.example)', 'email-not-single'],
    ['a@x.vn e@z.example', 'email-not-single'],
    ['a@x.vn;e@z.example', 'email-not-single'],
    ['@x', 'bad-format'],
    ['a@', 'bad-format'],
    ['a@b', 'bad-format'],
    ['a@[127.0.0.1]', 'bad-format'],
    ['a@localhost', 'bad-format'],
    ['＠x.vn', 'bad-format'],
  ])('%j is refused', async (email, code) => expect(await faultsOf({ email, emailCopy: 'true' })).toEqual([`/email: ${code}`]));

  it('has at most 254 characters', async () => {
    for (const email of [`${'a'.repeat(250)}@x.vn`, 'a'.repeat(10_000)]) {
      expect(await faultsOf({ email, emailCopy: 'true' })).toEqual(['/email: too-long']);
    }
  });

  it.each(['emailCopy', 'emailForNotices'])('is needed as soon as %s is ticked', async (tick) => {
    expect(await faultsOf({ [tick]: 'true' })).toEqual(['/email: required']);
    expect(await faultsOf({ [tick]: 'true', email: '' })).toEqual(['/email: required']);
  });
});
