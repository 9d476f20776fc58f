import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ServerBinaries } from './embedded-binaries.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';
import { clusterArgument, exists, handOver, writePrivateFile, type EmbeddedHome } from './embedded-home.ts';
import { runProgram, type ProgramResult } from './embedded-processes.ts';
import { stopServer } from './embedded-server.ts';

/** Made at the first start and never shown: whoever may read the file may have the database. */
export interface ClusterPasswords {
  superuser: string;
  owner: string;
  request: string;
}

const OWNER = 'intake_owner';
const REQUEST = 'intake_request';
const DATABASE = 'intake';

/** Makes the cluster if there is none, and makes sure that the passwords on disk are those of the cluster. */
export async function prepareCluster(
  home: EmbeddedHome,
  binaries: ServerBinaries,
  options: { durable: boolean; log: (message: string) => void },
): Promise<ClusterPasswords> {
  const found = await passwordsOf(home);
  const passwords = found ?? newPasswords();
  if (!found) await writePrivateFile(home, passwordFile(home.directory), JSON.stringify(passwords));

  const major = await readFile(join(home.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (major === undefined && !(await exists(home.cluster))) {
    options.log(`making a new database in ${home.cluster}`);
    await makeCluster(home, binaries, passwords, options.durable);
  } else if (major?.trim() !== binaries.major) {
    throw new EmbeddedPostgresError(
      `${home.cluster} holds a database of PostgreSQL ${major?.trim() ?? '(unknown version)'}, but this is PostgreSQL ${binaries.major}: move it away, or use it with the release it was made with.`,
    );
  } else if (!found) {
    options.log('the file of database passwords was missing: new passwords are set');
    await changeCluster(home, home.cluster, binaries, passwordStatements(passwords));
  }
  return passwords;
}

/** Connection URLs of a running cluster, by role. The superuser's is for tests and repair; the application never uses it. */
export function clusterUrls(passwords: ClusterPasswords, port: number): { ownerUrl: string; requestUrl: string; superuserUrl: string } {
  const url = (role: string, password: string) => `postgres://${role}:${password}@127.0.0.1:${port}/${DATABASE}`;
  return {
    ownerUrl: url(OWNER, passwords.owner),
    requestUrl: url(REQUEST, passwords.request),
    superuserUrl: url('postgres', passwords.superuser),
  };
}

export async function passwordsOf(home: Pick<EmbeddedHome, 'directory'>): Promise<ClusterPasswords | undefined> {
  const text = await readFile(passwordFile(home.directory), 'utf8').catch((fault: NodeJS.ErrnoException) => {
    if (fault.code !== 'ENOENT') throw fault;
  });
  return text === undefined ? undefined : (JSON.parse(text) as ClusterPasswords);
}

/** All or nothing: a start killed half-way leaves `cluster.new`, which the next one throws away. */
async function makeCluster(home: EmbeddedHome, binaries: ServerBinaries, passwords: ClusterPasswords, durable: boolean): Promise<void> {
  const draft = `${home.cluster}.new`;
  await stopServer(draft);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await handOver(draft, home.account);

  const made = await runProgram(
    binaries.initdb,
    [
      ...['-D', clusterArgument(home, draft), '--username=postgres'],
      // The same letters, upper and lower case on every system, whatever LANG says or leaves unsaid; else it may become SQL_ASCII.
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      // Passwords are set below and pg_hba.conf is written by us: until then nobody gets in.
      ...['--auth=reject', '--no-instructions'],
      ...(durable ? [] : ['--no-sync']),
    ],
    { cwd: draft, account: home.account },
  );
  if (made.status !== 0) throw failure('initdb', made);

  await writeFile(join(draft, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n');
  await changeCluster(home, draft, binaries, [
    `CREATE ROLE ${OWNER} LOGIN`,
    `CREATE ROLE ${REQUEST} LOGIN`,
    ...passwordStatements(passwords),
    `CREATE DATABASE ${DATABASE} OWNER ${OWNER}`,
    `REVOKE ALL ON DATABASE ${DATABASE}, postgres, template1 FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${DATABASE} TO ${REQUEST}`,
  ]);
  await rename(draft, home.cluster);
  if (durable) await flushDirectory(dirname(home.cluster));
}

/** Runs statements without a network: PostgreSQL's single-user mode, one statement a line. */
async function changeCluster(home: EmbeddedHome, cluster: string, binaries: ServerBinaries, statements: string[]): Promise<void> {
  const quiet = ['log_min_messages=error', 'log_min_error_statement=panic', 'exit_on_error=on', 'unix_socket_directories='];
  const changed = await runProgram(
    binaries.postgres,
    ['--single', '-D', clusterArgument(home, cluster), ...quiet.flatMap((setting) => ['-c', setting]), 'postgres'],
    { cwd: cluster, account: home.account, input: statements.map((statement) => `${statement};\n`).join('') },
  );
  if (changed.status !== 0) throw failure('postgres --single', changed);
}

function passwordStatements({ superuser, owner, request }: ClusterPasswords): string[] {
  return Object.entries({ postgres: superuser, [OWNER]: owner, [REQUEST]: request }).map(
    ([role, password]) => `ALTER ROLE ${role} PASSWORD '${password}'`,
  );
}

/** Letters, digits, `-` and `_` only: safe in a URL and in a literal of SQL. */
function newPasswords(): ClusterPasswords {
  const password = () => randomBytes(24).toString('base64url');
  return { superuser: password(), owner: password(), request: password() };
}

function passwordFile(directory: string): string {
  return join(directory, 'passwords.json');
}

function failure(program: string, { status, stderr }: ProgramResult): EmbeddedPostgresError {
  const words = stderr
    .trim()
    .split('\n')
    .filter((line) => /error|FATAL|PANIC/.test(line));
  const reason = words.join(' ') || stderr.trim().split('\n').at(-1) || `status ${status}`;
  return new EmbeddedPostgresError(`The database could not be made (${program}: ${reason}).`);
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}
