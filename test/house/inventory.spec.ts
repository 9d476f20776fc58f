import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { readJson } from './sources.ts';

interface Component {
  name: string;
  version: string;
  hashes?: { alg: string; content: string }[];
}

interface Copy {
  /** Where it is not the folder's. */
  name?: string;
  version: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
}

const lock = readJson<{ packages: Record<string, Copy> }>('package-lock.json');
const copies = Object.entries(lock.packages)
  .filter(([path]) => path.includes('node_modules/'))
  .map(([path, copy]) => ({ ...copy, folder: path.split('node_modules/').at(-1)! }));

describe('the list of what the application is made of: npm run sbom', () => {
  let bill: { bomFormat: string; components: Component[] };

  beforeAll(async () => {
    const run = promisify(execFile)('npm', ['run', '--silent', 'sbom'], { cwd: packageRoot(), maxBuffer: 64 * 1024 * 1024 });
    bill = JSON.parse((await run).stdout) as typeof bill;
  });

  it('is CycloneDX, needs no network, and names every copy of every package with its SHA-512', () => {
    expect(bill.bomFormat).toBe('CycloneDX');
    const listed = new Map(bill.components.map(({ name, version, hashes = [] }) => [`${name}@${version}`, hashes]));
    expect(copies.length).toBeGreaterThan(200);
    for (const { folder, name = folder, version, integrity } of copies) {
      const content = Buffer.from(integrity!.replace('sha512-', ''), 'base64').toString('hex');
      // npm lists a copy under another folder by the one name or the other.
      const found = listed.get(`${name}@${version}`) ?? listed.get(`${folder}@${version}`);
      expect([name, found]).toEqual([name, [{ alg: 'SHA-512', content }]]);
    }
  });
});

describe('what is installed', () => {
  it('comes from the registry, byte for byte as the lock says: no address, no repository, no folder', () => {
    expect(copies.filter(({ integrity }) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))).toEqual([]);
    expect(copies.filter(({ resolved, link }) => resolved !== undefined || link)).toEqual([]);
  });
});
