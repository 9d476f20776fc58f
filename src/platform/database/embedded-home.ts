import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-error.ts';
import type { Account } from './embedded-processes.ts';

/** Where one embedded PostgreSQL keeps everything, and who runs it. */
export interface EmbeddedHome {
  /** `<dataDir>/postgres` as a real path: 0700, of the same owner as dataDir. */
  directory: string;
  /** The cluster itself: 0700, owned by the account that runs the server. */
  cluster: string;
  /** PostgreSQL's own log: 0600. */
  log: string;
  /** The account that runs the server; undefined when it is the user of this process. */
  account: Account | undefined;
  /** The account that everything but the cluster belongs to; undefined when it is the user of this process. */
  keeper: Account | undefined;
}

/** How PostgreSQL programs are told where the cluster is. They must be started with the cluster as their working directory. */
export function clusterArgument(home: EmbeddedHome, cluster = home.cluster): string {
  // Another user may be unable to walk to the directory (/root, a 0700 home), and opening the parents would expose them. A process
  // may always follow the link to its own working directory, and root has already put it there.
  return home.account ? '/proc/self/cwd' : cluster;
}

export async function prepareHome(dataDir: string): Promise<EmbeddedHome> {
  // One by one: a recursive mkdir gives its mode to every parent it makes.
  await mkdir(dirname(dataDir), { recursive: true });
  const isNew = await makeDirectory(dataDir);
  const root = process.getuid?.() === 0;
  const directory = join(await realpath(dataDir), 'postgres');
  const cluster = join(directory, 'cluster');
  const keeper = root && !isNew ? await ownerOf(dataDir) : undefined;
  if (await makeDirectory(directory)) await handOver(directory, keeper);
  const account = root ? await serverAccount(cluster, dataDir) : undefined;
  if (account && process.platform !== 'linux') {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL cannot be run by root on ${process.platform}: start as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.`,
    );
  }
  return { directory, cluster, log: join(directory, 'server.log'), account, keeper };
}

/** Writes a 0600 file in one step: a reader, or a start after a crash, sees all of it or none. */
export async function writePrivateFile(home: EmbeddedHome, path: string, content: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx', flush: true });
  await handOver(draft, home.keeper);
  await rename(draft, path);
}

export async function handOver(path: string, account: Account | undefined): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
}

export async function exists(path: string): Promise<boolean> {
  return (await ownerOf(path)) !== undefined;
}

async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
    return false;
  }
}

/** PostgreSQL refuses to run as root, so root lends it the account that the data already belongs to, or one without rights. */
async function serverAccount(cluster: string, dataDir: string): Promise<Account> {
  const made = await ownerOf(cluster);
  if (made) return made;
  const accounts = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const keeper = await ownerOf(dataDir);
  // initdb wants a user with a name; a directory mounted into a container may belong to a number that has none.
  const entry =
    accounts.find(([, , uid]) => Number(uid) === keeper?.uid && keeper.uid !== 0) ??
    accounts.find(([name]) => name === 'postgres') ??
    accounts.find(([name]) => name === 'nobody');
  const [, , uid = 65_534, gid = 65_534] = entry ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

async function ownerOf(path: string): Promise<Account | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fault;
  }
}
