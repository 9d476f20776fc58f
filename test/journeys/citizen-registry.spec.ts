import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World, type FormFields, type Officer, type Photos } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';

let server: SharedServer;
let world: World;
let clerk: Officer;
let photos: Photos;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  await world.clockIsAt('2021-04-20T02:00:00Z');
  [clerk, photos] = await Promise.all([world.staff(), smallPhotos()]);
});
afterAll(() => server.dispose());

/** What the clerk is shown of a dossier. */
async function factsOf(id: string) {
  const { registry, staffWarnings } = (await clerk.opens(id)).dossier as unknown as {
    registry: { match: string; differences: string[]; advice: string | null; person: { fullName: string } | null };
    staffWarnings: { code: string; message: string }[];
  };
  return { registry, staffWarnings };
}

describe('a declaration, as soon as it is sent, is held against the registry', () => {
  const differs = 'data-differs-from-registry';
  it.each<[string, string, FormFields, string[], string, string[]]>([
    ['all as the registry has it', 'huynh-thi-minh', {}, [], 'match', []],
    ['the name in capitals, without the same place of the tone', 'nguyen-thuy', { fullName: 'NGUYỄN THỊ THỦY' }, [], 'match', []],
    ['another name', 'bui-thi-sen', { fullName: 'Bùi Thị Súng' }, [differs], 'differs', ['fullName']],
    ['another ID number', 'ti', { idNumber: '045072999055' }, [differs], 'differs', ['idNumber']],
    ['other diacritics', 'vu-thi-hoa', { fullName: 'Vũ Thị Hóa' }, [differs], 'differs-in-diacritics', ['fullName-diacritics']],
    ['an owner who has died', 'le-van-phuc', {}, [differs], 'deceased', []],
    ['an owner of three years', 'tran-gia-bao', {}, ['registers-through-guardian'], 'minor', []],
  ])('%s', async (_what, key, changes, warnings, match, differences) => {
    const citizen = world.citizen(key, changes);
    const { id, warnings: told } = await citizen.submits({ photos });
    expect(told.map(({ code }) => code).filter((code) => code !== 'office-far-from-address')).toEqual(warnings);
    const { registry } = await factsOf(id);
    expect(registry).toMatchObject({ match, differences });
    expect(registry.person).not.toBeNull();
    expect(registry.advice === null).toBe(match === 'match');
  });

  it('and a number that it does not hold', async () => {
    const { id, warnings } = await world.stranger().submits({ photos });
    expect(warnings.map(({ code }) => code)).toEqual(['number-unknown-to-registry']);
    expect((await factsOf(id)).registry).toMatchObject({ match: 'unknown-number', person: null });
  });

  it('which tells the citizen what to do, and nothing that the registry holds', async () => {
    const { warnings } = await world.citizen('maria-lindberg', { fullName: 'Maria Lind' }).submits({ photos });
    const told = JSON.stringify(warnings);
    expect(told).toContain('TK1-TS');
    for (const held of ['Lindberg', 'XA1234567', '1986']) expect(told).not.toContain(held);
  });
});

describe('what concerns other people', () => {
  it('is for staff only: a phone that another account uses, without a word of whose', async () => {
    const [lan, lien] = [world.citizen('dinh-ngoc-lan'), world.citizen('dinh-ngoc-lien')];
    await lan.submits({ photos });
    const before = await lien.submits({ photos });
    expect((await factsOf(before.id)).staffWarnings).toEqual([]);
    expect((await clerk.approves(lan)).status).toBe(200);

    const { staffWarnings } = await factsOf(before.id);
    expect(staffWarnings.map(({ code }) => code)).toEqual(['phone-used-by-another-account']);
    expect(JSON.stringify(staffWarnings)).not.toMatch(/Lan|9210990109/);
    expect((await factsOf(lan.receipt!.id)).staffWarnings).toEqual([]);
    for (const { text } of [await lien.own('get'), await lien.own('get', '/history')]) expect(text).not.toContain('another-account');
    expect(JSON.stringify(before)).not.toContain('another-account');
    expect((await clerk.approves(lien)).status).toBe(200);
  });
});
