import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { World, type Photos } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

let server: SharedServer;
let world: World;
let records: Records;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  photos = await smallPhotos();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(() => world.reset());

async function numberOf(changes: Record<string, string> = {}): Promise<string> {
  return (await world.stranger(changes).submits({ photos })).dossierNumber;
}

async function continuity(): Promise<Record<string, unknown>[]> {
  const { body } = await world.api.get('/_sim/counters/continuity').expect(200);
  return body.counters;
}

describe('the number of a dossier', () => {
  it('begins at 00001 for each office and year, and goes up by one', async () => {
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    expect([await numberOf(), await numberOf({ officeCode: '03103' }), await numberOf()]).toEqual([
      '00001.GD/2021/03102',
      '00001.GD/2021/03103',
      '00002.GD/2021/03102',
    ]);
  });

  it('has the year of Vietnam, where it begins seven hours before it does in Greenwich', async () => {
    await world.clockIsAt('2026-12-31T16:59:59.999Z', true);
    await world.counterIsAt(7, 2026);
    expect(await numberOf()).toBe('00008.GD/2026/03102');
    await world.clockIsAt('2026-12-31T17:00:00.000Z', true);
    expect([await numberOf(), await numberOf()]).toEqual(['00001.GD/2027/03102', '00002.GD/2027/03102']);
    const rows = await records.rows<{ dossier_number: string; submitted_at: Date }>(
      'SELECT dossier_number, submitted_at FROM declarations ORDER BY dossier_year, dossier_sequence',
    );
    expect(rows.map(({ dossier_number, submitted_at }) => [dossier_number, submitted_at.toISOString()])).toEqual([
      ['00008.GD/2026/03102', '2026-12-31T16:59:59.999Z'],
      ['00001.GD/2027/03102', '2026-12-31T17:00:00.000Z'],
      ['00002.GD/2027/03102', '2026-12-31T17:00:00.000Z'],
    ]);
  });

  it('stays in the order of each year when the clock steps back over New Year', async () => {
    await world.clockIsAt('2026-12-31T17:00:01Z', true);
    const first = await numberOf();
    await records.clockIsAt('2026-12-31T16:59:59Z');
    const second = await numberOf();
    await world.clockIsAt('2026-12-31T17:00:02Z', true);
    expect([first, second, await numberOf()]).toEqual(['00001.GD/2027/03102', '00001.GD/2026/03102', '00002.GD/2027/03102']);
  });

  it('grows past its five digits', async () => {
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    await world.counterIsAt(99_998);
    expect([await numberOf(), await numberOf(), await numberOf()]).toEqual([
      '99999.GD/2021/03102',
      '100000.GD/2021/03102',
      '100001.GD/2021/03102',
    ]);
  });

  it('is not used up by a declaration that is refused', async () => {
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    const citizen = world.stranger();
    await citizen.submits({ photos });
    for (const form of [{ ...citizen.form, officeCode: '99999' }, citizen.form])
      expect((await citizen.sends({ photos, form })).status).toBeGreaterThan(400);
    expect(await numberOf()).toBe('00002.GD/2021/03102');
  });

  it('stays used when the declaration is taken back', async () => {
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    const citizen = world.stranger();
    await citizen.submits({ photos });
    expect((await citizen.own('post', '/withdrawal')).body).toMatchObject({ status: 'WITHDRAWN', dossierNumber: '00001.GD/2021/03102' });
    expect((await citizen.submits({ photos })).dossierNumber).toBe('00002.GD/2021/03102');
  });
});

describe('two hundred declarations at one instant to one office', () => {
  /** Drafts that are as good as the one whose photos they are given: two hundred times three photos would only test the photo gate. */
  async function readyDrafts(count: number): Promise<Wizard[]> {
    const model = await Wizard.isReady(world, photos, {});
    const wizards: Wizard[] = [];
    while (wizards.length < count) {
      const lot = Array.from({ length: 10 }, () => Wizard.begins(world, world.stranger().fields));
      wizards.push(...(await Promise.all(lot)));
    }
    await records.rows(
      `INSERT INTO photos (id, declaration_id, slot, sha256, stored_bytes, width, height, measures, created_at)
       SELECT gen_random_uuid(), draft, slot, sha256, stored_bytes, width, height, measures, created_at
       FROM photos CROSS JOIN unnest($2::uuid[]) AS draft WHERE declaration_id = $1`,
      [model.id, wizards.map(({ id }) => id)],
    );
    return wizards;
  }

  /** As phones do: whoever is told to come again comes with the same key. */
  async function insists(wizard: Wizard, key = randomUUID()) {
    for (;;) {
      const answer = await wizard.submits(key);
      if (answer.status !== 503) return answer;
    }
  }

  it('get two hundred consecutive numbers', async () => {
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    await world.counterIsAt(49_630);
    const wizards = await readyDrafts(200);

    const answers = await Promise.all(wizards.map((wizard) => insists(wizard)));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const numbers = answers.map(({ body }) => body.dossierNumber as string).sort();
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => `${49_631 + index}.GD/2021/03102`));
    expect(await continuity()).toEqual([
      expect.objectContaining({ officeCode: '03102', year: 2021, last: 49_830, issued: 200, gaps: [], continuous: true }),
    ]);
    expect(await records.count('audit_entries', `action = 'submit' AND to_status = 'SUBMITTED'`)).toBe(200);
    expect(await records.count('declaration_revisions')).toBe(200);
  });
});
