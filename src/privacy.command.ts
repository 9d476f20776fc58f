import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { Audit } from './audit/audit.service.ts';
import { existingDatabaseOf } from './database-place.ts';
import { dataSourceOptions } from './data-source.ts';
import { Erasure, type ErasureSubject, type FoundDossier } from './personal-data/erasure.ts';
import { erasureVerdict, type ErasureVerdict } from './personal-data/erasure.rule.ts';
import { PersonExports } from './personal-data/export.ts';
import { whoSaw } from './personal-data/views.ts';
import type { Shredding } from './photos/shredding.ts';
import { Database } from './platform/database/database.ts';
import { EmbeddedPostgresError } from './platform/database/embedded-error.ts';
import { BadEnvironment, readEnvironment, type Environment } from './platform/env.ts';
import { photoReaderOf, shreddingOf } from './service-photos.ts';

const USAGE = `npm run privacy -- views --dossier 00001.GD/2026/03102
npm run --silent privacy -- export (--dossier 00001.GD/2026/03102 | --person) > person.json
npm run privacy -- erase (--dossier 00001.GD/2026/03102 | --person) [--with-account] [--yes]
npm run privacy -- apply-ledger

  views         who saw the dossier, when, and what of it
  export        everything that is kept about the person of the dossier, pictures included, as JSON; it is on record that it was handed out
  erase         erases what was declared, with photos, messages and notes; says what it would do, and does it with --yes. An open dossier must
                be withdrawn first; an account goes only with --with-account.
  apply-ledger  removes what the shred ledger names, as every start of the service does: to look, after a restore, before it is started
  --silent keeps npm's own lines out of the file.
  --person reads two lines from standard input, the insurance number and the ID number, and means all dossiers and drafts that carry both.
  The database is that of the service's own configuration (DATABASE_OWNER_URL, or the embedded one in DATA_DIR); the service may be running.
  Exit status 0 done, or would be · 1 something cannot be erased, or there is nothing · 2 wrong usage, or it could not be done.
`;

class BadUsage extends Error {}

// Whoever reads it may have seen enough (`| head`).
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 2));

/**
 * `npm run privacy -- …`, for the operator: whoever may ask has been identified by somebody before (docs/privacy.md). But for an export it prints
 * numbers of dossiers, and of people only officers.
 */
try {
  const { positionals, values } = readArguments();
  const [what, ...more] = positionals;
  if (more.length > 0) throw new BadUsage('one thing at a time');
  if (what === 'views') process.exitCode = await views(dossierOf(values));
  else if (what === 'export') process.exitCode = await exportPerson(await subjectOf(values));
  else if (what === 'erase') process.exitCode = await erase(await subjectOf(values), values);
  else if (what === 'apply-ledger') process.exitCode = await applyLedger();
  else throw new BadUsage('say what to do: views, export, erase or apply-ledger');
} catch (fault) {
  const { message, code } = fault as NodeJS.ErrnoException;
  const ours = [BadUsage, BadEnvironment, EmbeddedPostgresError].some((kind) => fault instanceof kind);
  process.stderr.write(`${ours ? message : `It could not be done: ${message || code}`}\n`);
  if (fault instanceof BadUsage) process.stderr.write(`\n${USAGE}`);
  process.exitCode = 2;
}

interface Values {
  readonly dossier?: string | undefined;
  readonly person?: boolean | undefined;
  readonly 'with-account'?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

function readArguments(): { positionals: string[]; values: Values } {
  try {
    const options = {
      dossier: { type: 'string' },
      person: { type: 'boolean' },
      'with-account': { type: 'boolean' },
      yes: { type: 'boolean' },
    } as const;
    return parseArgs({ allowPositionals: true, options });
  } catch (fault) {
    throw new BadUsage((fault as Error).message);
  }
}

function dossierOf({ dossier }: Values): string {
  if (!dossier) throw new BadUsage('--dossier is needed');
  return dossier;
}

/** Numbers of people come in by standard input: a command line stays in the shell's history, and shows in the list of processes. */
async function subjectOf(values: Values): Promise<ErasureSubject> {
  if ((values.dossier !== undefined) === (values.person === true)) throw new BadUsage('either --dossier or --person');
  if (values.dossier !== undefined) return { dossierNumber: values.dossier };
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) if (line.trim() !== '') lines.push(line.trim());
  const [insuranceNumber, idNumber, ...more] = lines;
  if (!insuranceNumber || !idNumber || more.length > 0) throw new BadUsage('--person reads two lines: insurance number, ID number');
  return { insuranceNumber, idNumber };
}

async function views(dossierNumber: string): Promise<number> {
  const seen = await withService(({ database }) => whoSaw(database, dossierNumber));
  for (const { at, action, details, username, fullName, office } of seen) {
    const of = ['slot', 'size', 'revision'].flatMap((name) => (name in details ? [String(details[name])] : [])).join(' ');
    process.stdout.write(
      `${at.toISOString()}  ${action}${of && ` ${of}`}  ${username ?? 'the desk'}  ${fullName ?? '–'}  ${office ?? '–'}\n`,
    );
  }
  process.stdout.write(seen.length === 0 ? 'Nobody has seen a dossier of this number.\n' : '');
  return seen.length === 0 ? 1 : 0;
}

async function exportPerson(subject: ErasureSubject): Promise<number> {
  return withService(async ({ database, shredding, environment }) => {
    const audit = new Audit(database);
    const erasure = new Erasure(database, shredding, audit);
    const held = await new PersonExports(database, audit, erasure, await photoReaderOf(environment)).export(subject);
    if (held) process.stdout.write(`${JSON.stringify(held, null, 2)}\n`);
    else process.stderr.write('There is nothing of this number.\n');
    return held ? 0 : 1;
  });
}

async function erase(subject: ErasureSubject, { yes = false, 'with-account': withAccount = false }: Values): Promise<number> {
  return withService(async ({ database, shredding }) => {
    const erasure = new Erasure(database, shredding, new Audit(database));
    const found = await erasure.find(subject);
    let refused = found.length === 0;
    if (refused) process.stdout.write('There is nothing of this number.\n');
    for (const dossier of found) {
      const verdict = yes ? await erasure.erase(dossier.id, withAccount) : erasureVerdict(dossier, withAccount);
      refused ||= verdict === 'still-open' || verdict === 'account-not-named';
      process.stdout.write(`${sentenceOf(dossier, verdict, yes)}\n`);
    }
    if (!yes && !refused) process.stdout.write('Nothing was changed: say --yes to do it.\n');
    return refused ? 1 : 0;
  });
}

function sentenceOf({ dossierNumber, status, photos, hasAccount }: FoundDossier, verdict: ErasureVerdict, done: boolean): string {
  const what = `${dossierNumber ?? 'A draft'} (${status})`;
  const sentences: Record<ErasureVerdict, string> = {
    erase: `${done ? 'erased' : 'would be erased'}, with ${photos} photos${hasAccount ? ' and the account' : ''}`,
    'remove-draft': `${done ? 'removed' : 'would be removed'}, with ${photos} photos`,
    'still-open': 'is open: it must be withdrawn or decided first',
    'account-not-named': 'has an account, which rests on it: say --with-account to erase both',
    'erased-already': 'has been erased before',
  };
  return `${what}: ${sentences[verdict]}.`;
}

async function applyLedger(): Promise<number> {
  const found = await withService(({ shredding }) => shredding.applyLedger());
  process.stdout.write(`${Object.entries(found).map(([what, count]) => `${what} ${count}`).join(' · ')}\n`); // prettier-ignore
  return 0;
}

interface Service {
  readonly database: Database;
  readonly shredding: Shredding;
  readonly environment: Environment;
}

async function withService<T>(work: (service: Service) => Promise<T>): Promise<T> {
  const environment = readEnvironment();
  const { ownerUrl, end } = await existingDatabaseOf(environment);
  try {
    const source = await new DataSource(dataSourceOptions(ownerUrl, { poolSize: 2 })).initialize();
    try {
      const database = new Database(source);
      return await work({ environment, database, shredding: await shreddingOf(environment, database) });
    } finally {
      await source.destroy();
    }
  } finally {
    await end();
  }
}
