import { SIMULATED_PASSWORD } from '../../src/simulator/named-staff.ts';
import { checklistFor, World } from '../support/people.ts';
import { Wizard } from '../support/wizard.ts';

/** So many times, because PostgreSQL keeps a prepared statement's plan from its sixth run on. */
const ROUNDS = 7;

/**
 * What a great many people do every day, over HTTP: send a declaration in one request or by a draft, follow it, be found in a queue and by
 * a search, be approved, log in and look at what is theirs.
 */
export async function walkHotPaths(url: string): Promise<void> {
  const world = new World(url);
  const { body: session } = await world.api
    .post('/v1/staff/sessions')
    .send({ username: 'canbo.03102', password: SIMULATED_PASSWORD })
    .expect(201);
  const asClerk = (method: 'get' | 'post', path: string) =>
    world.api.call(method, `/v1/staff${path}`).auth(String(session.accessToken), { type: 'bearer' });

  for (let round = 0; round < ROUNDS; round++) {
    const citizen = world.stranger();
    await world.api.get('/v1/offices?limit=5').expect(200);
    const { insuranceNumber, idNumber, phone } = citizen.form;
    await world.api.post('/v1/eligibility').send({ insuranceNumber, idNumber, phone }).expect(200);
    const { id, dossierNumber, trackingCode } = await citizen.submits();
    await (await Wizard.isReady(world, await world.plainPhotos())).submits().expect(201);
    await world.api.post('/v1/declarations/tracking').send({ dossierNumber, trackingCode }).expect(200);
    await citizen.own('get');

    for (const queue of ['new', 'mine', 'overdue&sort=due', 'all', 'duplicates', 'failed-messages']) {
      await asClerk('get', `/declarations?queue=${queue}`).expect(200);
    }
    const { body: page } = await asClerk('get', '/declarations?queue=all&limit=10').expect(200);
    await asClerk('get', `/declarations?queue=all&limit=10&cursor=${page.nextCursor}`).expect(200);
    await asClerk('get', '/queues').expect(200);
    for (const q of [dossierNumber, insuranceNumber, idNumber, phone, 'nguyen van', 'zebedaeus'])
      await asClerk('post', '/declarations/search').send({ q }).expect(200);

    const { headers } = await asClerk('get', `/declarations/${id}`).expect(200);
    await asClerk('get', `/declarations/${id}/photos/portrait`).expect(200);
    const { body: lease } = await asClerk('post', `/declarations/${id}/lease`).expect(201);
    await asClerk('post', `/declarations/${id}/approval`)
      .set({ 'Lease-Token': lease.leaseToken, 'If-Match': headers['etag']! })
      .send({ checklist: checklistFor(idNumber!, { registryUnknownConfirmed: true }) })
      .expect(200);

    const currentPassword = await citizen.readsPassword();
    const { body: own } = await citizen.logsIn(currentPassword);
    const bearer = { type: 'bearer' } as const;
    await world.api
      .put('/v1/me/password')
      .auth(own.accessToken, bearer)
      .send({ currentPassword, newPassword: 'Mot-mat-khau-2026' })
      .expect(204);
    await world.api.get('/v1/me').auth(own.accessToken, bearer).expect(200);
    await citizen.logsIn('Mot-mat-khau-2026');
  }
}
