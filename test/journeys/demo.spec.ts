import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { World } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';

let out: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'bhxh-intake-demo-out-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

async function demo(...options: string[]): Promise<{ status: number; told: string; said: string }> {
  const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'src', 'demo', 'main.js'), '--out', out, ...options], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [told, said, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1))),
  ]);
  return { status, told, said };
}

/** The lines of a quoted text, joined again. */
function quoted(told: string): string {
  return [...told.matchAll(/^ {3}│ ?(.*)$/gm)].map(([, line]) => line).join(' ');
}

/** A whole story in another process, with a server of its own, takes its time on a busy machine. */
const PATIENCE_MS = 400_000;

describe('the demonstration', () => {
  it(
    'starts a server of its own and tells the guide’s story with the guide’s very number, notice and SMS',
    async () => {
      const { status, told, said } = await demo();
      expect({ status, said }).toEqual({ status: 0, said: '' });
      expect(quoted(told)).toContain(
        'BHXH Việt Nam đã nhận tờ khai của mã số 0397097379 với số hồ sơ là 49631.GD/2021/03102. Vui lòng đến cơ quan BHXH gần nhất ' +
          'với giấy tờ tùy thân (CCCD/CMND/Hộ chiếu) để hoàn tất thủ tục. Liên hệ 19009068 để được hỗ trợ.',
      );
      expect(quoted(told)).toMatch(/Ho so 49631\.GD\/2021\/03102 da duoc duyet\. Tai khoan: 0397097379\/Mat khau: \S{8,} Vui long/);
      expect(told).toMatch(/Tài khoản · account +ACTIVE/);
      // eslint-disable-next-line no-control-regex -- colours are for terminals
      expect(told).not.toMatch(/\u001b/);
      expect((await readdir(out)).sort()).toEqual(['idBack.jpg', 'idFront.jpg', 'portrait.jpg', 'to-khai-49631.GD-2021-03102.pdf']);
      expect((await readFile(join(out, 'to-khai-49631.GD-2021-03102.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');
    },
    PATIENCE_MS,
  );

  describe('on a running server', () => {
    let server: TestServer;
    let world: World;
    beforeAll(async () => {
      server = await startServer();
      world = new World(server.url);
    });
    afterAll(() => server.dispose());

    it(
      'leaves clock and counter alone, and takes somebody else where the guide’s persona has a dossier',
      async () => {
        await world.clockIsAt('2022-03-01T02:00:00Z');
        await world.citizen('huynh-thi-minh').submits();
        const { status, told } = await demo('--url', server.url);
        expect(status).toBe(0);
        expect(told).toMatch(/Số hồ sơ · dossier number +00002\.GD\/2022\/03102/);
        expect(told).not.toContain('Huỳnh Thị Minh');
        expect(told).toMatch(/Tài khoản · account +ACTIVE/);
      },
      PATIENCE_MS,
    );

    it('says in a sentence that the guide’s number is taken', async () => {
      await world.clockIsAt('2021-04-20T02:00:00Z');
      await world.counterIsAt(49_630);
      await world.stranger().submits();
      const { status, said } = await demo('--url', server.url, '--guide');
      expect(status).toBe(1);
      expect(said).toContain('the number 49631.GD/2021/03102 is taken on this server');
    });
  });

  it('says in a sentence that nobody is there', async () => {
    const { status, said } = await demo('--url', 'http://127.0.0.1:9');
    expect(status).toBe(1);
    expect(said).toContain('nobody answered at http://127.0.0.1:9');
    expect(said).not.toContain('    at ');
  });
});
