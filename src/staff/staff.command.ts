import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from '../data-source.ts';
import { migrate } from '../migrate.ts';
import { OfficesModule } from '../offices/offices.module.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { EmbeddedPostgresError } from '../platform/database/embedded-error.ts';
import { livingOwner } from '../platform/database/embedded-owner.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded-postgres.ts';
import { BadEnvironment, readEnvironment, type Environment } from '../platform/env.ts';
import { NestLog } from '../platform/log.ts';
import { passwordErrors, passwordFaults, STAFF_PASSWORD } from '../platform/password-policy.rule.ts';
import { PlatformModule } from '../platform/platform.module.ts';
import { Refusal } from '../platform/refusal.ts';
import { openKeyring } from '../platform/secrets.ts';
import { BadArguments, readNewcomer } from './staff-arguments.ts';
import { StaffModule } from './staff.module.ts';
import { StaffService, type NewStaff } from './staff.service.ts';

const USAGE = `npm run staff -- create --username NAME --full-name "HỌ VÀ TÊN" --role clerk|supervisor|admin [--office 03102] [--may-approve]

  Clerks and supervisors belong to an office, admins to none; only clerks and supervisors may be named for approving.
  The password is asked for, or read from standard input: one line of ${STAFF_PASSWORD.least} to ${STAFF_PASSWORD.most} characters,
  no common one, and without the username, VssID, BHXH or mã số in it.
  The database is that of the service's own configuration (DATABASE_URL, or the embedded one in DATA_DIR while the service is stopped).
`;

/** What a person should be told, in one sentence. */
class CommandRefused extends Error {}

try {
  const newcomer = readNewcomer(process.argv.slice(2));
  const environment = readEnvironment();
  const password = await readPassword(newcomer.username);
  await inService(environment, (service) => create(service, { ...newcomer, password, simulated: false }));
  const { username, role, officeCode, mayApprove } = newcomer;
  process.stdout.write(
    `${username} can log in: ${role}${officeCode ? ` of office ${officeCode}` : ''}${mayApprove ? ', may approve' : ''}.\n`,
  );
} catch (fault) {
  process.stderr.write(`${sentencesOf(fault)}\n`);
  if (fault instanceof BadArguments) process.stderr.write(`\n${USAGE}`);
  process.exitCode = fault instanceof BadArguments ? 2 : 1;
}

function sentencesOf(fault: unknown): string {
  const { message, code } = fault as NodeJS.ErrnoException;
  const ours = [CommandRefused, BadArguments, BadEnvironment, EmbeddedPostgresError].some((kind) => fault instanceof kind);
  return ours ? message : `Nobody was created: ${message || code || 'unknown fault'}`;
}

/** From a terminal twice and unseen, else the first line of standard input. */
async function readPassword(username: string): Promise<string> {
  const { stdin, stderr } = process;
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: unseen, terminal: stdin.isTTY });
  const ask = async (question: string) => {
    stderr.write(question);
    const answer = await lines.question('');
    stderr.write('\n');
    return answer;
  };
  try {
    if (!stdin.isTTY) return checkedPassword(await firstLine(lines), username);
    const password = checkedPassword(await ask('Password: '), username);
    if ((await ask('Once more: ')) !== password) throw new CommandRefused('The two are not the same.');
    return password;
  } finally {
    lines.close();
  }
}

async function firstLine(lines: Interface): Promise<string> {
  for await (const line of lines) return line;
  return '';
}

function checkedPassword(password: string, username: string): string {
  const faults = passwordFaults(password, STAFF_PASSWORD, { personal: [username] });
  if (faults.includes('too-short') || faults.includes('too-long')) {
    throw new CommandRefused(`The password needs ${STAFF_PASSWORD.least} to ${STAFF_PASSWORD.most} characters.`);
  }
  const [error] = passwordErrors('/password', faults, STAFF_PASSWORD);
  if (error) throw new CommandRefused(error.text!.en);
  return password;
}

async function create(service: INestApplicationContext, newcomer: NewStaff): Promise<void> {
  const { username, officeCode } = newcomer;
  if (officeCode !== null && !service.get(OfficesService).findOffice(officeCode)) {
    throw new CommandRefused(`There is no office ${officeCode}.`);
  }
  try {
    await service.get(StaffService).create(newcomer);
  } catch (fault) {
    // Everything else that the service could refuse has been checked above.
    if (fault instanceof Refusal && fault.code === 'validation-failed') throw new CommandRefused(`Somebody is called ${username} already.`);
    throw fault;
  }
}

/** The rooms that making an officer needs, over the service's own database, which is brought up to date as at any start. */
async function inService(environment: Environment, work: (service: INestApplicationContext) => Promise<void>): Promise<void> {
  const { database, stop } = await openDatabase(environment);
  try {
    await migrate({ ...database, markForSimulator: environment.desk.on });
    @Module({
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions(database.requestUrl, { poolSize: 2 }), retryAttempts: 1 }),
        PlatformModule.with(environment, await openKeyring(environment)),
        OfficesModule,
        StaffModule,
      ],
    })
    class StaffCommandModule {}
    const service = await NestFactory.createApplicationContext(StaffCommandModule, { logger: new NestLog(), abortOnError: false });
    try {
      await work(service);
    } finally {
      await service.close();
    }
  } finally {
    await stop();
  }
}

interface OpenDatabase {
  database: { ownerUrl: string; requestUrl: string };
  stop: () => Promise<void>;
}

async function openDatabase({ databaseUrl, databaseOwnerUrl, dataDir }: Environment): Promise<OpenDatabase> {
  if (databaseUrl) return { database: { requestUrl: databaseUrl, ownerUrl: databaseOwnerUrl ?? databaseUrl }, stop: async () => undefined };
  const owner = await livingOwner(join(dataDir, 'postgres'));
  if (owner) {
    throw new CommandRefused(
      `The service (process ${owner.pid}) holds the database in ${dataDir}: stop it, run this command again, then start it.`,
    );
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log: (message) => process.stderr.write(`${message}\n`) });
  return { database: embedded, stop: () => embedded.stop() };
}
