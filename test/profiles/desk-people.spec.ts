import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROCESS_PROFILES } from '../../src/platform/process-profile.ts';
import { PERSONAS } from '../../src/registry/registry.personas.ts';
import { inventPeople } from '../../src/registry/invented-people.ts';
import { JOURNEYS } from '../../src/simulator/journeys/journeys.ts';
import { MAGIC_VALUES } from '../../src/simulator/magic/magic-values.ts';
import { perhapsReal } from '../../src/simulator/synthetic/synthetic-data.ts';
import { inventedPerson } from '../../src/testing/cast.ts';
import { startIntake, type Intake } from '../../src/testing/start-intake.ts';
import type { JourneyName, Workspace } from '../../src/testing/workspace.ts';
import { faultsIn, UNSEEN_PHOTOS } from '../support/form-desk.ts';
import { Citizen, World } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';

const STRANGERS = 100_000;

/** Takes nothing that could be a real person's. */
let server: TestServer;
let intake: Intake;

beforeAll(async () => {
  server = await startServer({ environment: { SYNTHETIC_DATA_ONLY: 'on' } });
  intake = await startIntake({ url: server.url });
});
afterAll(() => server.dispose());

describe('strangers', () => {
  const people = Array.from({ length: STRANGERS }, (_none, serial) => inventedPerson(serial));
  const all = (field: string) => new Set(people.map((person) => person[field]!));

  it('have numbers that were set aside for invented people, each their own', () => {
    const sent = people.map(({ phone, ...person }) => ({ ...person, phone: phone!.replace(/^0/, '+84') }));
    expect(sent.filter((person) => perhapsReal(person).length > 0)).toEqual([]);
    expect([all('insuranceNumber').size, all('idNumber').size]).toEqual([STRANGERS, STRANGERS]);
    expect(() => inventedPerson(STRANGERS)).toThrow('room for 100000 strangers');
  });

  it('have nobody else’s numbers, and no phone that does something', () => {
    const others = [...PERSONAS.map(({ person }) => person), ...inventPeople(2021, 1_000)];
    const theirs = others.flatMap(({ insuranceNumber, idNumber, phone }) => [insuranceNumber, idNumber, phone?.replace('+84', '0')]);
    const numbers = new Set([...all('insuranceNumber'), ...all('idNumber'), ...all('phone')]);
    expect([...theirs, ...MAGIC_VALUES.map(({ value }) => value)].filter((value) => numbers.has(value!))).toEqual([]);
  });
});

async function specimen(ws: Workspace) {
  const [portrait, idFront, idBack] = await Promise.all([ws.photos('portrait'), ws.photos('idFront'), ws.photos('idBack')]);
  return { portrait, idFront, idBack };
}

describe.each(PROCESS_PROFILES)('in profile %s', (profile) => {
  it('everybody whom the kit sends is received: who fits, and then strangers', async () => {
    const ws = await intake.workspace({ profile });
    const photos = await specimen(ws);
    const warnings = [];
    for (let turn = 0; turn < PERSONAS.length; turn++) warnings.push((await ws.citizen().submits({ photos })).warnings);
    warnings.push((await ws.stranger().submits({ photos })).warnings);
    expect(warnings[0]).toEqual([expect.objectContaining({ code: 'office-far-from-address' })]);
    expect(warnings.slice(1, 3)).toEqual([[], []]);
    expect(warnings.slice(-2)).toEqual([1, 2].map(() => [expect.objectContaining({ code: 'number-unknown-to-registry' })]));
    await ws.remove();
  });

  it('what a persona writes is in order, but for a paper that is none any more', async () => {
    const ws = await intake.workspace({ profile });
    const world = new World(ws.url);
    const { body } = await world.api.get('/_sim/personas').expect(200);
    const told = [];
    for (const { form } of body.items) {
      const citizen = new Citizen(world, { ...form, commitmentAccepted: 'true', dataProcessingAccepted: 'true' });
      const answer = (await citizen.sends({ photos: UNSEEN_PHOTOS })).body;
      told.push({ paper: form.idType, said: answer.code === 'photo-rejected' ? 'taken' : faultsIn(answer).join() });
    }
    const expected = (paper: string) => (profile === '2025-07' && paper === 'cmnd' ? '/idNumber: bad-format,/idType: bad-format' : 'taken');
    expect(told).toEqual(told.map(({ paper }) => ({ paper, said: expected(paper) })));
    expect(told.map(({ paper }) => paper)).toEqual(expect.arrayContaining(['cccd', 'cmnd', 'passport']));
    await ws.remove();
  });

  it('every journey leads where it says', async () => {
    const ws = await intake.workspace({ profile });
    const led = [];
    for (const { name } of JOURNEYS) led.push([name, (await ws.journey(name as JourneyName)).status]);
    expect(led).toEqual(JOURNEYS.map(({ name, ends }) => [name, ends]));
    await ws.remove();
  });
});

it('an address is that of the day on which it is written', async () => {
  const ws = await intake.workspace({ profile: 'by-date' });
  await ws.clock.set('2025-06-30T16:59:00Z', { frozen: true });
  expect(await ws.stranger().form()).toMatchObject({ provinceCode: '31', districtCode: '304' });
  await ws.clock.advance('PT1M');
  const photos = await specimen(ws);
  expect((await ws.stranger().submits({ photos })).warnings.map(({ code }) => code)).toEqual(['number-unknown-to-registry']);
  await ws.remove();
});
