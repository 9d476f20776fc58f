import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;
let records: Records;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

const tracking = (dossierNumber: string, trackingCode: string) =>
  world.api.post('/v1/declarations/tracking').send({ dossierNumber, trackingCode });

describe('tracking without login', () => {
  let citizen: Citizen;

  beforeAll(async () => {
    await world.clockIsAt('2021-04-19T02:00:00Z');
    citizen = world.citizen('nguyen-thi-minh-anh');
    await citizen.submits();
  });

  it('tells where the dossier stands and by when a decision is owed, and nothing personal', async () => {
    const { dossierNumber, trackingCode } = citizen.receipt!;
    const { body } = await tracking(dossierNumber, trackingCode.toLowerCase().replaceAll('-', ' ')).expect(200);
    expect(body).toMatchObject({ status: 'SUBMITTED', office: { code: '03102' }, expectedBy: '2021-04-23' });
    for (const own of [citizen.form['fullName']!, citizen.form['insuranceNumber']!, citizen.form['idNumber']!, '352153001']) {
      expect(JSON.stringify(body)).not.toContain(own);
    }
  });

  it('is explained by the mail of the receipt, which has the number and never the code', async () => {
    const asking = world.stranger({ emailCopy: 'true', email: 'tra-cuu@example.com' });
    const { dossierNumber, trackingCode } = await asking.submits();
    const { id } = await world.message({ template: 'declaration-copy', dossierNumber });
    const { html } = await PostalMime.parse((await world.api.get(`/_sim/messages/${id}/raw`).buffer().expect(200)).text);
    for (const told of [dossierNumber, 'mã tra cứu', 'tracking code']) expect(html).toContain(told);
    expect(html).not.toContain(trackingCode);
  });

  it('answers a wrong number and a wrong code alike', async () => {
    const { dossierNumber, trackingCode } = citizen.receipt!;
    const wrong = await Promise.all([
      tracking(dossierNumber, '0000-0000-0000-0000'),
      tracking('99999.GD/2021/03102', trackingCode),
      tracking('no number at all', trackingCode),
      tracking(dossierNumber, 'no code'),
    ]);
    const bodies = wrong.map(({ status, body }) => ({ status, ...body, instance: undefined }));
    expect(bodies[0]).toMatchObject({ status: 404, code: 'not-found' });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  it('sends a new code to the declared phone only, three times a day, and kills the old one', async () => {
    const { dossierNumber, trackingCode: old } = citizen.receipt!;
    const renew = (phone: string) => world.api.post('/v1/declarations/tracking-code').send({ dossierNumber, phone }).expect(202);
    await renew('0901999999');
    await renew(citizen.form['phone']!);
    const { fields, text } = await world.message({ template: 'tracking-code', dossierNumber });
    expect(text).toMatch(/^[\x20-\x7e]{1,160}$/);
    await tracking(dossierNumber, old).expect(404);
    await tracking(dossierNumber, fields['trackingCode']!).expect(200);
    expect(await world.messages({ template: 'tracking-code' })).toHaveLength(1);
    citizen.receipt!.trackingCode = fields['trackingCode']!;

    const codes = [old, fields['trackingCode']!];
    for (const nth of [2, 3]) {
      await renew(citizen.form['phone']!);
      codes.push(await newCode(nth));
      expect(await standing(codes)).toEqual([...codes.slice(1).map(() => 404), 200]);
    }
    await renew(citizen.form['phone']!);
    expect(await standing(codes)).toEqual([404, 404, 404, 200]);
    await world.timePasses('P1D');
    await renew(citizen.form['phone']!);
    codes.push(await newCode(4));
    expect(await standing(codes)).toEqual([404, 404, 404, 404, 200]);
    // Renewals of one dossier wait for each other, so the one too many would be on record before the last one.
    const renewed = `subject_id = $1 AND action = 'renew-tracking-code'`;
    expect(await records.count('audit_entries', renewed, [citizen.receipt!.id])).toBe(4);
    citizen.receipt!.trackingCode = codes.at(-1)!;

    async function newCode(nth: number): Promise<string> {
      for (;;) {
        const sent = await world.messages({ template: 'tracking-code', dossierNumber });
        if (sent.length === nth) return (sent[0]!['fields'] as { trackingCode: string }).trackingCode;
      }
    }
    async function standing(known: string[]): Promise<number[]> {
      return Promise.all(known.map(async (code) => (await tracking(dossierNumber, code)).status));
    }
  });
});

describe('help with the form', () => {
  it('finds a number by name and birth date, masked unless the ID number is known too', async () => {
    const wish = { fullName: 'huỳnh  thị minh', dateOfBirth: '1965-04-12' };
    const masked = await world.api.post('/v1/lookups/insurance-number').send(wish).expect(200);
    expect(masked.body.matches).toEqual([expect.objectContaining({ insuranceNumber: '0397****79', fullName: 'Huỳnh Thị Minh' })]);
    const full = await world.api
      .post('/v1/lookups/insurance-number')
      .send({ ...wish, idNumber: '031165000123' })
      .expect(200);
    expect(full.body.matches[0].insuranceNumber).toBe('0397097379');
    const guessed = await world.api
      .post('/v1/lookups/insurance-number')
      .send({ ...wish, idNumber: '031165000124' })
      .expect(200);
    expect(guessed.body).toEqual(masked.body);
    const nobody = await world.api
      .post('/v1/lookups/insurance-number')
      .send({ ...wish, dateOfBirth: '1966-04-12' })
      .expect(200);
    expect(nobody.body.matches).toEqual([]);
  });

  it('tells who knows number and ID how they stand, and everybody else that it cannot tell', async () => {
    const ask = async (insuranceNumber: string, idNumber: string) => {
      const { body } = await world.api.post('/v1/eligibility').send({ insuranceNumber, idNumber, phone: '0352153000' }).expect(200);
      return body.result as string;
    };
    expect(await ask('0397097379', '031165000123')).toBe('eligible');
    expect(await ask('0397097379', '031165000124')).toBe('cannot-tell');
    expect(await ask('7912345678', '031165000123')).toBe('cannot-tell');
    expect(await ask('0110990021', '001038999021')).toBe('data-differs');
    expect(await ask('0399900123', '031303999123')).toBe('open-dossier');

    const child = { insuranceNumber: '3199900456', idNumber: '031217999456', phone: '0352153000' };
    const { body } = await world.api.post('/v1/eligibility').set('Accept-Language', 'en').send(child).expect(200);
    expect(body).toMatchObject({ result: 'data-differs', advice: expect.stringContaining('parent or guardian') });
  });
});

describe('recovery of a forgotten password', () => {
  let citizen: Citizen;
  const forgets = (insuranceNumber: string) => world.api.post('/v1/password-resets').send({ insuranceNumber }).expect(202);
  const confirms = (insuranceNumber: string, otp: string, newPassword = 'Đường về nhà rất xa') =>
    world.api.post('/v1/password-resets/confirmation').send({ insuranceNumber, otp, newPassword });

  beforeAll(async () => {
    citizen = world.citizen('huynh-thi-minh');
    await citizen.submits();
    const clerk = await world.staff();
    await clerk.approves(citizen);
    await citizen.readsPassword();
  });

  it('sets a new password by the one-time password of the SMS, once', async () => {
    const number = citizen.form['insuranceNumber']!;
    await forgets(number);
    const { fields, text, to } = await world.message({ template: 'password-reset' });
    expect(to).toBe('+84352153000');
    expect(text).toMatch(/^[\x20-\x7e]{1,160}$/);
    await confirms(number, fields['otp']!, 'ngắn').expect(422);
    await confirms(number, fields['otp']!).expect(204);
    await confirms(number, fields['otp']!, 'Một mật khẩu khác').expect(401);
    const { insuranceNumber, idNumber, phone } = citizen.form;
    const { body: standing } = await world.api.post('/v1/eligibility').send({ insuranceNumber, idNumber, phone }).expect(200);
    expect(standing.result).toBe('already-registered');
    const session = await citizen.logsIn('Đường về nhà rất xa');
    expect(session).toMatchObject({ status: 201, body: { mustChangePassword: false } });
  });

  it('answers an unknown account as a known one, and sends nothing', async () => {
    const before = await world.messages({ template: 'password-reset' });
    await forgets('7999999999');
    const known = await confirms(citizen.form['insuranceNumber']!, '000000');
    const unknown = await confirms('7999999999', '000000');
    expect({ ...unknown.body, instance: undefined }).toEqual({ ...known.body, instance: undefined });
    expect(unknown.status).toBe(401);
    expect(await world.messages({ template: 'password-reset' })).toHaveLength(before.length);
  });

  /** Asks for a one-time password and reads it. */
  const receives = async (number: string): Promise<string> => {
    const before = (await world.messages({ template: 'password-reset' })).length;
    await forgets(number);
    await world.api.get('/_sim/await?template=password-reset&timeout=20').expect(200);
    const arrived = async (): Promise<Record<string, unknown>[]> => {
      const all = await world.messages({ template: 'password-reset' });
      return all.length > before ? all : arrived();
    };
    return ((await arrived())[0]!['fields'] as { otp: string }).otp;
  };

  it('lets a one-time password die when the next one is asked for', async () => {
    const number = citizen.form['insuranceNumber']!;
    const [first, second] = [await receives(number), await receives(number)];
    await confirms(number, first, 'Một mật khẩu nữa vậy').expect(401);
    await confirms(number, second, 'Một mật khẩu nữa vậy').expect(204);
  });

  it('lets a one-time password die after five minutes', async () => {
    const number = citizen.form['insuranceNumber']!;
    const otp = await receives(number);
    await world.timePasses('PT5M');
    await confirms(number, otp, 'Lại một mật khẩu nữa').expect(401);
  });
});
