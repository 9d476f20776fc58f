import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { isSpec, readJson, sources } from './sources.ts';

const { floors, forbidden, node, installed } = readJson<{
  floors: Record<string, { atLeast: string; because: string }>;
  forbidden: Record<string, string>;
  node: Record<string, { atLeast: string; because: string }>;
  /** Who loads what: the copy that this package gets is looked at, wherever npm has put it. */
  installed: Record<string, string[]>;
}>('security/floors.json');

const lock = readJson<{ packages: Record<string, { name?: string; version?: string }> }>('package-lock.json');
const manifest = readJson<Record<'dependencies' | 'devDependencies' | 'scripts', Record<string, string>>>('package.json');

/** Every copy that `npm ci` installs, nested ones too. */
const copies = Object.entries(lock.packages)
  .filter(([path]) => path.includes('node_modules/'))
  .map(([path, { name, version }]) => ({ path, name: name ?? path.split('node_modules/').at(-1)!, version: version ?? '' }));

const numbersOf = (version: string) => version.split('-')[0]!.split('.').map(Number);

/** The version of the copy that a package's files get when they name another: the nearest one above them. */
function versionFor(folder: string, name: string): string {
  const path = join(folder, 'node_modules', name, 'package.json');
  if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  if (dirname(folder) === folder) throw new Error(`${name} is not installed`);
  return versionFor(dirname(folder), name);
}

/** Of two versions of three numbers; a pre-release comes before its release. */
function isOlder(version: string, floor: string): boolean {
  const [ours, theirs] = [numbersOf(version), numbersOf(floor)];
  const at = ours.findIndex((number, index) => number !== theirs[index]);
  return at < 0 ? version.includes('-') : ours[at]! < theirs[at]!;
}

describe('the floors of the packages that guard something', () => {
  it.each([
    ['2.4.9', '2.5.0', true],
    ['2.5.0', '2.5.0', false],
    ['10.0.0', '9.9.9', false],
    ['2.5.0-beta.1', '2.5.0', true],
    ['2.5.1-beta.1', '2.5.0', false],
  ])('compare by number: %s under a floor of %s', (version, floor, older) => {
    expect(isOlder(version, floor)).toBe(older);
  });

  it.each(Object.entries(floors))('hold for every copy of %s', (name, { atLeast, because }) => {
    const ours = copies.filter((copy) => copy.name === name);
    expect({ because, copies: ours.length }).not.toEqual({ because, copies: 0 });
    expect(ours.filter(({ version }) => isOlder(version, atLeast))).toEqual([]);
  });

  it.each(Object.entries(installed))('hold for what %s really loads', (name, loaded) => {
    const parent = createRequire(join(packageRoot(), 'package.json')).resolve(`${name}/package.json`);
    const versions = loaded.map((child) => [child, versionFor(dirname(parent), child)] as const);
    expect(versions.filter(([child, version]) => isOlder(version, floors[child]!.atLeast))).toEqual([]);
  });

  it('hold for Node itself', () => {
    const [major] = process.versions.node.split('.');
    const floor = node[major!];
    // A major that is not listed is younger than the list.
    expect(floor ? isOlder(process.versions.node, floor.atLeast) : Number(major) < 24).toBe(false);
  });

  it.each(Object.entries(forbidden))('allow no %s at all', (name) => {
    expect(copies.filter((copy) => copy.name === name)).toEqual([]);
  });
});

/** What is needed though nothing here names it. */
const UNSEEN: Record<string, string> = {
  '@nestjs/platform-express': 'NestFactory loads it by name',
  'reflect-metadata': 'a peer of Nest, TypeORM and class-transformer',
  rxjs: 'a peer of Nest',
  'swagger-ui-dist': '@nestjs/swagger loads it by name, from inside the bundle',
  '@swc/core': 'a peer of @swc/jest',
  '@types/node': 'Node itself',
  typescript: 'the build: tsc',
  'dependency-cruiser': 'run by its path in arrows.spec.ts',
};

describe('package.json', () => {
  const root = readdirSync(packageRoot()).filter((name) => /\.(mjs|cjs)$/.test(name));
  const configurations = root.map((name) => readFileSync(join(packageRoot(), name), 'utf8'));
  const running = sources('src', 'migrations')
    .filter((source) => !isSpec(source))
    .map(({ text }) => text);
  const all = [
    ...sources('src', 'migrations', 'test', 'bench')
      .filter(({ path }) => path !== 'test/house/packages.spec.ts')
      .map(({ text }) => text),
    ...configurations,
  ];
  const names = (texts: string[], name: string) => texts.some((text) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
  const isRun = (name: string) => new RegExp(`(^|\\s)${name}(\\s|$)`).test(Object.values(manifest.scripts).join(' '));
  const packageOf = (name: string) => name.replace('@types/', '');

  it('lists nothing under dependencies that the application does not name', () => {
    const unused = Object.keys(manifest.dependencies).filter((name) => !names(running, name) && !Object.hasOwn(UNSEEN, name));
    expect(unused).toEqual([]);
  });

  it('lists nothing for development that nobody names or runs', () => {
    const listed = Object.keys(manifest.devDependencies);
    expect(listed.filter((name) => !names(all, packageOf(name)) && !isRun(name) && !Object.hasOwn(UNSEEN, name))).toEqual([]);
  });

  it('pins every version', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
});
