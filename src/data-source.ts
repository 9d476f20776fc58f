import pg from 'pg';
import { DataSource, type DataSourceOptions, type Logger } from 'typeorm';
import { MIGRATIONS } from '../migrations/index.ts';
import { AccountSession } from './accounts/account-session.entity.ts';
import { Account } from './accounts/account.entity.ts';
import { EmailConfirmation } from './declarations/email/email-confirmation.entity.ts';
import { PasswordReset } from './accounts/password-reset.entity.ts';
import { AuditEntry } from './audit/audit-entry.entity.ts';
import { Consent, DeclarationRevision } from './declarations/declaration-revision.entity.ts';
import { Declaration } from './declarations/declaration.entity.ts';
import { DossierCounter, DossierCounterJump } from './declarations/dossier-counter.entity.ts';
import { Message } from './messages/message.entity.ts';
import { Office } from './offices/office.entity.ts';
import { Photo } from './photos/photo.entity.ts';
import { Upload } from './photos/upload.entity.ts';
import { DomainClock } from './platform/domain-clock.entity.ts';
import { inUtc } from './platform/database/connections.ts';
import { WorkspacePool } from './platform/database/workspace-pool.ts';
import { IdempotencyKeyRow } from './platform/idempotency/idempotency-key.entity.ts';
import { AttemptCounter } from './platform/limits/attempt-counter.entity.ts';
import { ArmedFault } from './simulator/faults/armed-fault.entity.ts';
import { InboxEntry } from './simulator/providers/inbox.entity.ts';
import { SimulatorMark } from './simulator/simulator-mark.entity.ts';
import { StaffSession } from './staff/staff-session.entity.ts';
import { StaffMember } from './staff/staff.entity.ts';
import { Comparison } from './verification/duplicates/comparison.entity.ts';
import { DuplicatePair } from './verification/duplicates/duplicate-pair.entity.ts';
import { QueueTally } from './verification/queue-tally.entity.ts';
import { StaffNote } from './verification/staff-note.entity.ts';
import { PhoneChange } from './verification/phone-change.entity.ts';
import { Visit } from './verification/visit.entity.ts';

/** Every table of the schema, for the app, the tests and TypeORM's command line alike. */
export const ENTITIES = [
  Account,
  AccountSession,
  ArmedFault,
  AttemptCounter,
  AuditEntry,
  Comparison,
  Consent,
  Declaration,
  DeclarationRevision,
  DomainClock,
  DossierCounter,
  DossierCounterJump,
  DuplicatePair,
  IdempotencyKeyRow,
  InboxEntry,
  Message,
  Office,
  PasswordReset,
  EmailConfirmation,
  PhoneChange,
  Photo,
  QueueTally,
  SimulatorMark,
  StaffMember,
  StaffNote,
  StaffSession,
  Upload,
  Visit,
];

const SILENT: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** How long one statement, one wait for a lock and one idle moment inside a transaction may last, in milliseconds. */
const PATIENCE = { statement: 5_000, lock: 4_000, idleInTransaction: 10_000 };

/** Connections that one copy of the service holds at most. */
export const POOL_SIZE = 20;

/** @param choices `Pool`: what connections are checked out of */
export function dataSourceOptions(
  url: string,
  { poolSize = POOL_SIZE, Pool = WorkspacePool }: { poolSize?: number; Pool?: typeof WorkspacePool | undefined } = {},
): DataSourceOptions {
  return {
    type: 'postgres',
    url: url && inUtc(url),
    driver: { ...pg, Pool },
    applicationName: 'bhxh-intake',
    entities: ENTITIES,
    migrations: MIGRATIONS,
    synchronize: false,
    installExtensions: false,
    logging: false,
    // TypeORM writes some lines whatever `logging` says, past the one JSON line per event.
    logger: SILENT,
    poolSize,
    // What goes wrong with idle connections is noticed, and mended, at the next check-out.
    poolErrorHandler: () => undefined,
    extra: {
      connectionTimeoutMillis: 4_000,
      statement_timeout: PATIENCE.statement,
      lock_timeout: PATIENCE.lock,
      idle_in_transaction_session_timeout: PATIENCE.idleInTransaction,
      // A server that is frozen, not dead, never times out by itself.
      query_timeout: PATIENCE.statement + 500,
      keepAlive: true,
    },
  };
}

// Counters and counts are far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// A day is a day, in whatever zone the process runs.
pg.types.setTypeParser(pg.types.builtins.DATE, String);

/** For TypeORM's command line: `DATABASE_OWNER_URL=… npx typeorm migration:show -d dist/src/data-source.js`. */
export const commandLineSource = new DataSource(dataSourceOptions(process.env.DATABASE_OWNER_URL ?? process.env.DATABASE_URL ?? ''));
