import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Provider } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Assembly } from './app.module.ts';
import { createApp } from './create-app.ts';
import { Mailer } from './messages/mail.port.ts';
import { SmtpMailer } from './messages/smtp-mailer.ts';
import { blueprintFor, migrate } from './migrate.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/database/embedded-postgres.ts';
import { mustBeFit } from './platform/database/own-server.ts';
import type { Environment } from './platform/env.ts';
import { Readiness } from './platform/health/readiness.ts';
import { log } from './platform/log.ts';
import { openKeyring } from './platform/secrets.ts';
import type { DeskParts } from './simulator/simulator.module.ts';

/** How long requests under way may take to finish once the service has been told to stop. */
const DRAIN_MS = 25_000;

/** A service that listens. */
export interface Running {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string;
  /** Finishes what is under way, then lets go of everything, the embedded PostgreSQL last. */
  stop(): Promise<void>;
}

/** Database, schema, reference data, application: in this order up, and in the opposite one down. */
export async function serve(environment: Environment): Promise<Running> {
  const database = await openDatabase(environment);
  try {
    await migrate({ ...database, markForSimulator: environment.desk.on });
    const app = await createApp(await assemble(environment, database));
    const server = await app.listen(environment.port, environment.host);
    const answers = followAnswers(server);
    return { url: urlOf(server), stop: () => stop(app, server, answers, environment.leaveSeconds, database.embedded) };
  } catch (error) {
    await database.embedded?.stop();
    throw error;
  }
}

interface OpenDatabase {
  ownerUrl: string;
  requestUrl: string;
  embedded: EmbeddedPostgres | undefined;
}

async function openDatabase({ nodeEnv, databaseUrl, databaseOwnerUrl, durableDatabase, dataDir }: Environment): Promise<OpenDatabase> {
  if (databaseUrl) {
    const ownerUrl = databaseOwnerUrl ?? databaseUrl;
    await mustBeFit(databaseUrl, ownerUrl, { durable: durableDatabase, apart: nodeEnv === 'production' });
    return { requestUrl: databaseUrl, ownerUrl, embedded: undefined };
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log: (message) => log.info(message) });
  return { requestUrl: embedded.requestUrl, ownerUrl: embedded.ownerUrl, embedded };
}

/** The desk's code is loaded only where the desk is on. */
async function assemble(environment: Environment, { ownerUrl, requestUrl }: OpenDatabase): Promise<Assembly> {
  const desk = environment.desk.on
    ? (await import('./simulator/simulator.module.ts')).SimulatorModule.parts(environment, {
        ownerUrl,
        blueprint: blueprintFor({ ownerUrl, requestUrl }),
      })
    : undefined;
  const mailer = await mailerOf(environment, desk);
  return { environment, databaseUrl: requestUrl, keyring: await openKeyring(environment), mailer, desk };
}

/** Mail goes to the configured server; without one it still travels by SMTP, to the desk's inbox or, while the desk is off, to nowhere. */
async function mailerOf({ smtpUrl, mailFrom }: Environment, desk: DeskParts | undefined): Promise<Provider> {
  if (desk) return desk.mailer;
  if (smtpUrl) return { provide: Mailer, useFactory: () => new SmtpMailer(smtpUrl, mailFrom) };
  const { CaptureMailer } = await import('./simulator/providers/capture.mailer.ts');
  return { provide: Mailer, useFactory: () => new CaptureMailer(mailFrom) };
}

/** The answers that are under way. */
function followAnswers(server: Server): ReadonlySet<ServerResponse> {
  const answers = new Set<ServerResponse>();
  server.prependListener('request', (_request, answer) => {
    answers.add(answer);
    answer.once('close', () => answers.delete(answer));
  });
  return answers;
}

async function stop(
  app: NestExpressApplication,
  server: Server,
  answers: ReadonlySet<ServerResponse>,
  leaveSeconds: number,
  embedded: EmbeddedPostgres | undefined,
): Promise<void> {
  // Whoever shares the work out asks now and then, and must have heard before the door is shut: until then nobody is sent away.
  app.get(Readiness).leave();
  // A connection that is kept for a next request would keep the service as long.
  const makeLast = (answer: ServerResponse) => answer.headersSent || answer.setHeader('Connection', 'close');
  answers.forEach(makeLast);
  server.prependListener('request', (_request, answer) => makeLast(answer));
  await pause(leaveSeconds * 1000);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatient = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(impatient);
  await app.close();
  await embedded?.stop();
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
