import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';

let server: SharedServer;
let world: World;
let clerk: Officer;
let citizen: Citizen;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bhxh-intake-file-'));
  server = await sharedServer();
  world = new World(server.url);
  await world.clockIsAt('2021-04-20T02:00:00Z', true);
  clerk = await world.staff('03102');
  citizen = world.citizen();
  await citizen.submits({ photos: await smallPhotos() });
  await world.timePasses('PT1S');
  expect((await clerk.approves(citizen, {})).status).toBe(200);
});
afterAll(async () => {
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

const path = () => `/declarations/${citizen.receipt!.id}/file`;

/** What `npm run audit:check` says of a file. */
async function checked(content: string): Promise<{ status: number; said: string }> {
  const file = join(folder, 'dossier.json');
  await writeFile(file, content);
  const command = join(packageRoot(), 'dist', 'src', 'audit', 'check-file.command.js');
  return promisify(execFile)(process.execPath, [command, file]).then(
    ({ stdout }) => ({ status: 0, said: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ status: code, said: stdout + stderr }),
  );
}

describe('a dossier’s file', () => {
  it('holds history with hashes, messages and photos’ hashes, and can be checked without the service', async () => {
    const { body, headers } = await clerk.calls('get', path()).expect(200);
    expect(headers['content-disposition']).toBe(`attachment; filename="ho-so-${citizen.receipt!.id}.json"`);
    expect(body.dossier).toMatchObject({ dossierNumber: citizen.receipt!.dossierNumber, status: 'APPROVED' });
    expect(body.messages.map(({ purpose }: { purpose: string }) => purpose)).toEqual(['received', 'credentials']);
    expect(body.photos).toHaveLength(3);
    const { status, said } = await checked(JSON.stringify(body));
    expect([status, said]).toEqual([
      0,
      `${body.entries.length} entries of dossier ${citizen.receipt!.id} checked: all as they were written.\n`,
    ]);
  });

  it('altered by one character is found out, and the entry is named', async () => {
    const { text } = await clerk.calls('get', path()).buffer().expect(200);
    const altered = await checked(text.replace('\\"approve\\"', '\\"apprOve\\"'));
    expect(altered.status).toBe(1);
    expect(altered.said).toMatch(/entry \d was altered/);
    expect(await checked('{"no": "file"}')).toEqual({ status: 2, said: expect.stringContaining('not the file of a dossier') });
  });

  it('holds nothing that was declared, and its download is on record', async () => {
    const { text } = await clerk.calls('get', path()).buffer().expect(200);
    for (const value of ['Huỳnh Thị Minh', '0397097379', '031165000123', '352153000', 'Lạch Tray']) expect(text).not.toContain(value);
    const { body } = await clerk.calls('get', `/declarations/${citizen.receipt!.id}/history`).expect(200);
    expect(body.items.at(-1)).toMatchObject({ action: 'download-file', actor: { name: clerk.staff.fullName } });
  });

  it('is nobody’s elsewhere', async () => {
    await (await world.staff('03103')).calls('get', path()).expect(404);
  });
});
