import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Test } from 'supertest';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import type { Method } from '../support/api.ts';

let server: SharedServer;
let world: World;
let records: Records;
let admin: string;
let citizen: Citizen;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  admin = await world.admin();
  citizen = world.stranger();
  await citizen.submits();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

function asks(method: Method, path: string, token = admin): Test {
  return world.api.call(method, `/v1/admin${path}`).auth(token, { type: 'bearer' });
}

async function changes(id: string, patch: object, version = '*', token = admin) {
  return asks('patch', `/staff/${id}`, token)
    .set('If-Match', version === '*' ? '*' : `"${version}"`)
    .send(patch);
}

async function adminNamed(): Promise<{ token: string; id: string }> {
  const { body } = await world.api.post('/_sim/tokens').send({ role: 'admin' }).expect(201);
  return { token: body.accessToken, id: body.staff.id };
}

describe('a new officer', () => {
  const newcomer = { username: 'canbo9.03102', fullName: 'Mai  Thị Cán', role: 'clerk', officeCode: '03102', mayApprove: true };

  it('gets a password that is shown once, opens nothing but its change, and is then the officer’s own', async () => {
    const key = randomUUID();
    const { body: made, headers } = await asks('post', '/staff').set('Idempotency-Key', key).send(newcomer).expect(201);
    expect(made).toMatchObject({ fullName: 'Mai Thị Cán', role: 'clerk', active: true, mustChangePassword: true, version: 1 });
    expect(headers['etag']).toBe('"1"');
    const again = await asks('post', '/staff').set('Idempotency-Key', key).send(newcomer).expect(201);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(made);
    expect(JSON.stringify((await asks('get', `/staff/${made.id}`).expect(200)).body)).not.toContain(made.oneTimePassword);

    const login = (password: string) => world.api.post('/v1/staff/sessions').send({ username: newcomer.username, password });
    const { body: session } = await login(made.oneTimePassword).expect(201);
    expect(session.mustChangePassword).toBe(true);
    const first = (method: Method, path: string) => world.api.call(method, path).auth(session.accessToken, { type: 'bearer' });
    expect((await first('get', '/v1/staff/queues')).body).toMatchObject({ status: 403, code: 'password-change-required' });
    await first('put', '/v1/staff/me/password')
      .send({ currentPassword: made.oneTimePassword, newPassword: 'của riêng tôi thôi' })
      .expect(204);
    await first('get', '/v1/staff/queues').expect(200);
    await login(made.oneTimePassword).expect(401);
    expect((await login('của riêng tôi thôi').expect(201)).body.mustChangePassword).toBe(false);
  });

  it('is refused with every fault at once', async () => {
    const { body } = await asks('post', '/staff').send({ username: 'canbo9.03103', fullName: 'Mai 2', role: 'admin', officeCode: '09999' });
    expect(body).toMatchObject({ status: 422, code: 'validation-failed' });
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      '/fullName bad-name-character',
      '/officeCode bad-format',
      '/officeCode office-unknown',
    ]);
    expect((await asks('post', '/staff').send({ ...newcomer, officeCode: '07904' })).body.errors[0]).toMatchObject({
      code: 'office-closed',
    });
    expect((await asks('post', '/staff').send(newcomer)).body.errors).toMatchObject([{ pointer: '/username', code: 'already-used' }]);
  });
});

describe('a change works on the very next request:', () => {
  it('a supervisor who is a clerk now is refused what only supervisors may', async () => {
    const boss = await world.staff('03102', 'supervisor');
    await boss.calls('get', '/exports/declarations.csv?personal=true').expect(200);
    expect((await changes(boss.staff.id, { role: 'clerk' }, '1')).body).toMatchObject({ role: 'clerk', version: 2 });
    expect((await boss.calls('get', '/exports/declarations.csv?personal=true')).body).toMatchObject({ code: 'forbidden' });
  });

  it('a clerk who has moved loses the old office’s dossiers, and the lease for ever', async () => {
    const { id } = citizen.receipt!;
    const clerk = await world.staff('03102');
    const lease = await clerk.leases(id);
    expect((await changes(clerk.staff.id, { officeCode: '03103' }, '1')).status).toBe(200);
    await clerk.calls('get', `/declarations/${id}`).expect(404);
    const colleague = await world.staff('03102');
    await colleague.leases(id);
    await changes(clerk.staff.id, { officeCode: '03102' }, '2');
    const { body } = await clerk.calls('put', `/declarations/${id}/lease`).set('Lease-Token', lease);
    expect(body).toMatchObject({ status: 409, code: 'dossier-held' });
  });

  it('whoever is deactivated is out, and reactivated has to log in anew', async () => {
    const clerk = await world.staff('03102');
    await changes(clerk.staff.id, { active: false });
    await clerk.calls('get', '/queues').expect(401);
    await changes(clerk.staff.id, { active: true });
    await clerk.calls('get', '/queues').expect(401);
  });

  it('a new password ends every session', async () => {
    const clerk = await world.staff('03102');
    const { body } = await asks('post', `/staff/${clerk.staff.id}/password`).expect(201);
    expect(body.oneTimePassword).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    await clerk.calls('get', '/queues').expect(401);
  });
});

describe('an officer’s record', () => {
  it('is changed only by who has read it: 428 and 412', async () => {
    const { staff } = await world.staff('03102');
    expect((await asks('patch', `/staff/${staff.id}`).send({ mayApprove: false })).status).toBe(428);
    await changes(staff.id, { mayApprove: false }, '1');
    expect((await changes(staff.id, { mayApprove: true }, '1')).body).toMatchObject({ status: 412, code: 'precondition-failed' });
  });

  it('stays sound as a whole: an admin has no office and approves nothing', async () => {
    const { staff } = await world.staff('03102');
    const { body } = await changes(staff.id, { role: 'admin' });
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/officeCode', '/mayApprove']);
    expect((await changes(staff.id, { role: 'admin', officeCode: null, mayApprove: false })).body).toMatchObject({ role: 'admin' });
    expect((await changes(randomUUID(), { active: false })).status).toBe(404);
  });

  it('keeps who changed what, before and after, and of a name only that it changed', async () => {
    const { staff } = await world.staff('03102', 'supervisor');
    await changes(staff.id, { role: 'clerk', fullName: 'Bùi Văn Mới' });
    const { body } = await asks('get', `/audit?subjectId=${staff.id}&action=change-staff`).expect(200);
    expect(body.items).toMatchObject([
      {
        action: 'change-staff',
        subject: { kind: 'staff', id: staff.id },
        details: { changed: ['fullName', 'role'], before: { role: 'supervisor' }, after: { role: 'clerk' } },
      },
    ]);
    expect(JSON.stringify(body)).not.toContain('Bùi Văn Mới');
  });
});

describe('administrators', () => {
  it('neither demote, deactivate nor re-password themselves', async () => {
    const { token, id } = await adminNamed();
    expect((await changes(id, { active: false }, '*', token)).body).toMatchObject({ status: 409, code: 'not-on-oneself' });
    expect((await asks('post', `/staff/${id}/password`, token)).body).toMatchObject({ status: 409, code: 'not-on-oneself' });
    expect((await changes(id, { fullName: 'Lê Minh Quản Trị' }, '*', token)).status).toBe(200);
  });

  it('who remove each other at the same instant: one stays, ten times in ten', async () => {
    const everybody = `UPDATE staff SET active = true WHERE role = 'admin'`;
    for (let round = 0; round < 10; round++) {
      const [one, other] = [await adminNamed(), await adminNamed()];
      // Nobody else is left; the second of the two statements that would empty the house is refused by the database.
      await records.rows(`UPDATE staff SET active = false WHERE role = 'admin' AND id <> ALL($1)`, [[one.id, other.id]]);
      const answers = await Promise.all([
        changes(other.id, { active: false }, '*', one.token),
        changes(one.id, { active: false }, '*', other.token),
      ]);
      const left = await records.count('staff', `role = 'admin' AND active`);
      expect(left).toBe(1);
      expect(answers.map(({ body, status }) => body.code ?? status).sort()).toEqual([
        200,
        expect.stringMatching(/^(last-admin|unauthenticated)$/),
      ]);
      await records.rows(everybody);
    }
  });

  it('find officers by office, role and name without diacritics, page by page, each once', async () => {
    const { body: all } = await asks('get', '/staff?limit=200').expect(200);
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await asks('get', `/staff?limit=3${cursor && `&cursor=${cursor}`}`).expect(200);
      paged.push(...body.items.map(({ id }: { id: string }) => id));
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(all.items.map(({ id }: { id: string }) => id));
    const found = async (query: string) =>
      (await asks('get', `/staff?${query}`).expect(200)).body.items.map(({ username }: { username: string }) => username);
    expect(await found('q=thu cuc')).toEqual(['canbo.03102']);
    expect(await found('q=Lãnhdao.03')).toEqual([]);
    expect(await found('q=lanhdao.03')).toEqual(['lanhdao.03102']);
    expect(await found("q='):*")).toEqual([]);
    expect(await found('officeCode=03103&role=clerk&q=pham yen&active=true')).toEqual(['canbo.03103']);
    expect((await asks('get', '/staff?cursor=x')).status).toBe(400);
  });
});

describe('the audit trail', () => {
  it('is read by admins alone, newest first, in pages that repeat nothing, without a word that a citizen declared', async () => {
    const clerk = await world.staff('03102');
    await clerk.calls('get', '/queues').expect(200);
    expect((await asks('get', '/audit', clerk.token)).status).toBe(403);
    const steps: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await asks('get', `/audit?subjectKind=declaration&limit=2${cursor && `&cursor=${cursor}`}`).expect(200);
      steps.push(...body.items.map(({ subject, sequence }: { subject: { id: string }; sequence: number }) => `${subject.id} ${sequence}`));
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    const { body: whole } = await asks('get', '/audit?subjectKind=declaration&limit=200').expect(200);
    expect(new Set(steps).size).toBe(steps.length);
    expect(steps).toHaveLength(await records.count('audit_entries', `subject_kind = 'declaration'`));
    const text = JSON.stringify(whole);
    for (const declared of Object.values(citizen.form).filter((value) => value.length > 5)) expect(text).not.toContain(declared);
  });

  it('is narrowed down by day, actor, office, action and subject; and that it was read stands in it', async () => {
    const { body } = await asks('get', `/audit?action=submit&subjectId=${citizen.receipt!.id}&from=2021-02-30`).expect(400);
    expect(body.code).toBe('malformed-request');
    const [submitted] = await records.rows<{ day: string }>(
      `SELECT (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date::text AS day FROM audit_entries WHERE action = 'submit' AND subject_id = $1`,
      [citizen.receipt!.id],
    );
    const { day } = submitted!;
    const query = `action=submit&subjectId=${citizen.receipt!.id}&from=${day}&to=${day}`;
    expect((await asks('get', `/audit?${query}`).expect(200)).body.items).toMatchObject([{ action: 'submit', to: 'SUBMITTED' }]);
    expect((await asks('get', `/audit?to=2020-01-01`).expect(200)).body.items).toEqual([]);
    const readings = await records.rows<{ details: object }>(
      `SELECT details FROM audit_entries WHERE action = 'read-audit' ORDER BY at DESC LIMIT 1`,
    );
    expect(readings).toEqual([{ details: { to: '2020-01-01' } }]);
  });
});
