import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { apiOf } from '../support/api.ts';
import { startServer, type TestServer } from '../support/server.ts';

const PASSWORD = 'một mật khẩu đủ dài';

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ environment: { SIMULATOR_DESK: 'off' } });
});
afterAll(() => server.dispose());

async function staff(options: string, password = PASSWORD): Promise<{ status: number; told: string; said: string }> {
  const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'src', 'staff', 'staff.command.js'), ...options.split(' ')], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: server.database.requestUrl,
      DATABASE_OWNER_URL: server.database.ownerUrl,
      DATA_DIR: server.dataDir,
      SIMULATOR_DESK: 'off',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // The command may have refused before it asked for a password.
  child.stdin.on('error', () => undefined).end(`${password}\n`);
  const [told, said, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1))),
  ]);
  return { status, told, said };
}

/** Another process loads the whole service for each of these, which takes its time on a busy machine. */
describe('npm run staff -- create', () => {
  it('makes an officer who can log in at once, and refuses the same name a second time', async () => {
    const clerk = 'create --username canbo1 --full-name Mai --role clerk --office 03102 --may-approve';
    const logIn = (password: string) => apiOf(server.url).post('/v1/staff/sessions').send({ username: 'canbo1', password });
    expect(await staff(clerk)).toEqual({ status: 0, told: 'canbo1 can log in: clerk of office 03102, may approve.\n', said: '' });
    const session = await logIn(PASSWORD).expect(201);
    expect(session.body.staff).toMatchObject({ fullName: 'Mai', role: 'clerk', officeCode: '03102', mayApprove: true });

    expect(await staff(clerk, 'another good password')).toEqual({ status: 1, told: '', said: 'Somebody is called canbo1 already.\n' });
    await logIn('another good password').expect(401);
  });

  it('makes the first administrator, who makes the first officer', async () => {
    expect(await staff('create --username quantri1 --full-name Mai --role admin')).toMatchObject({ status: 0, said: '' });
    const api = apiOf(server.url);
    const { body: session } = await api.post('/v1/staff/sessions').send({ username: 'quantri1', password: PASSWORD }).expect(201);
    const newcomer = { username: 'lanhdao1', fullName: 'Bùi Văn Đầu', role: 'supervisor', officeCode: '03102', mayApprove: true };
    const { body: made } = await api.post('/v1/admin/staff').auth(session.accessToken, { type: 'bearer' }).send(newcomer).expect(201);
    await api.post('/v1/staff/sessions').send({ username: 'lanhdao1', password: made.oneTimePassword }).expect(201);
  });

  it.each([
    [
      'an office that does not exist',
      'create --username canbo2 --full-name Mai --role clerk --office 09999',
      PASSWORD,
      'There is no office 09999.',
    ],
    [
      'a password of eleven characters',
      'create --username mai --full-name Mai --role admin',
      'a'.repeat(11),
      'The password needs 12 to 128 characters.',
    ],
    [
      'a password that everybody knows',
      'create --username mai --full-name Mai --role admin',
      'password-2026',
      'This password is too common, or holds a word that is easily guessed (VssID, BHXH, mã số).',
    ],
    [
      'a password that is the username',
      'create --username quantri.hp --full-name Mai --role admin',
      'QuanTri.HP-mua-thu',
      'The password must not contain one’s own phone, ID number or username.',
    ],
  ])('refuses %s in one sentence', async (_what, options, password, sentence) => {
    expect(await staff(options, password)).toEqual({ status: 1, told: '', said: `${sentence}\n` });
  });

  it('explains itself to whoever does not know its options', async () => {
    const { status, said } = await staff('create');
    expect(status).toBe(2);
    expect(said).toContain('--role needs one of clerk, supervisor, admin.');
    expect(said).toMatch(/^npm run staff -- create --username/m);
  });
});
