import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../src/platform/database/embedded-server.ts';
import { loadDossiers, type Aftermath } from '../crash/aftermath.ts';
import { ApiCopy } from '../crash/api-copy.ts';
import { makeApplications, type Application } from '../crash/applications.ts';
import { databaseForCopies, type DatabaseServer } from '../crash/database-server.ts';
import { exchange, type Outcome } from '../crash/exchange.ts';
import { DOSSIER_INVARIANTS } from '../crash/invariants/dossiers.ts';
import { MESSAGE_INVARIANTS } from '../crash/invariants/messages.ts';
import { PHOTO_INVARIANTS } from '../crash/invariants/photos.ts';
import { RECORD_INVARIANTS } from '../crash/invariants/records.ts';
import { Journal } from '../crash/journal.ts';
import { PhotoAlbum } from '../crash/photo-album.ts';
import { allReady, awaitSweep, drainMessages, exposeOrphans } from '../crash/settle.ts';
import { whenServed } from '../crash/when-served.ts';
import { insists } from '../failpoints/client.ts';
import { oneShot } from '../failpoints/scenarios.ts';
import { mainThreadWaitMs } from '../support/starvation.ts';

export interface TheatreWish {
  readonly directory: string;
  readonly seed: string;
  readonly say: (line: string) => void;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the database lies; in the directory by default. */
  readonly databaseParent?: string;
}

export interface Curtain {
  /** Invariants, by the beginning of their names, that this outage makes no sense of. */
  readonly leavesOut?: readonly string[];
  /** Whether a statement may have been carried out whose answer nobody heard, so that somebody who was put off has a dossier. */
  readonly mayHaveCommitted?: boolean;
}

/** A sent declaration and what came of it at once. */
export interface Sent {
  readonly application: Application;
  readonly outcome: Outcome;
  /** How long the answer took. */
  readonly ms: number;
}

const PEOPLE = 20_000;

/** The service as a supervisor keeps it, a PostgreSQL of its own, and people who hand in declarations. */
export class Theatre {
  readonly applications: Application[] = [];
  /** Who was answered 503, and has not been asked for since. */
  private readonly putOff: Application[] = [];
  private readonly people: Iterator<Application>;

  private constructor(
    readonly service: ApiCopy,
    readonly server: DatabaseServer,
    readonly journal: Journal,
    readonly album: PhotoAlbum,
    readonly photoStore: string,
    private readonly dataDir: string,
    private readonly serviceLog: string,
    private readonly say: (line: string) => void,
    seed: string,
  ) {
    this.people = makeApplications(seed, PEOPLE)
      .filter(({ hasRival }) => !hasRival)
      .values();
  }

  static async opens({ directory, seed, say, environment = {}, databaseParent = directory }: TheatreWish): Promise<Theatre> {
    const dataDir = join(directory, 'data');
    await mkdir(dataDir, { mode: 0o700, recursive: true });
    const server = await databaseForCopies(databaseParent, 1, say);
    const journal = new Journal(directory);
    const store = join(dataDir, 'photos');
    const log = join(directory, 'service.log');
    const place = {
      name: 'the service',
      port: await freePort(),
      environment: { ...server.environment, DATA_DIR: dataDir, PHOTO_STORE: store, ...environment },
      log,
    };
    const service = new ApiCopy(place, journal);
    const theatre = new Theatre(service, server, journal, await PhotoAlbum.make(seed, 'small'), store, dataDir, log, say, seed);
    service.start();
    await becomesReady(service);
    return theatre;
  }

  get url(): string {
    return this.service.url;
  }

  nextApplication(isWanted: (application: Application) => boolean = () => true): Application {
    for (;;) {
      const application = this.people.next().value as Application;
      if (!isWanted(application)) continue;
      this.applications.push(application);
      return application;
    }
  }

  /** One declaration, sent once. */
  async send(application = this.nextApplication()): Promise<Sent> {
    const began = performance.now();
    const { ask, answered } = oneShot(this, application);
    const outcome = await exchange(ask(this.url));
    this.journal.asked(application, outcome);
    if (outcome.kind === 'answer' && outcome.status === 201) answered(outcome, outcome.headers.get('idempotent-replayed') === 'true');
    if (outcome.kind === 'answer' && outcome.status === 503) this.putOff.push(application);
    return { application, outcome, ms: performance.now() - began };
  }

  sendMany(count: number): Promise<Sent[]> {
    return Promise.all(Array.from({ length: count }, () => this.send()));
  }

  /** Sends many, and goes on when the first of them is answered: the others are in the middle of it. */
  async sendCrowd(count: number): Promise<{ readonly sent: Promise<Sent[]> }> {
    const sending = Array.from({ length: count }, () => this.send());
    await Promise.race(sending);
    return { sent: Promise.all(sending) };
  }

  /** How long the service could not work because others had the processors, in milliseconds since its start. */
  starvedMs(): number {
    return mainThreadWaitMs(this.service.pid);
  }

  /** Repeats everybody who has no receipt yet, with the same key, until all have one. */
  private async bringBack(): Promise<void> {
    for (const application of this.applications.filter((one) => this.journal.endings.get(one)?.kind !== 'acknowledged'))
      await this.insist(application);
  }

  /** @returns whether the answer was one of before */
  private async insist(application: Application): Promise<boolean> {
    const insistence = { journal: this.journal, service: { url: this.url, revive: () => becomesReady(this.service) } };
    const { ask, answered } = oneShot(this, application);
    const answer = await insists(insistence, { application, ask, isMarked: false });
    const replayed = answer?.headers.get('idempotent-replayed') === 'true';
    if (answer) answered(answer, replayed);
    return replayed;
  }

  /** What was not acknowledged is not there; or, where nobody could know, the same key is answered as what it is: a repeat. */
  private async ghosts(mayHaveCommitted: boolean): Promise<string[]> {
    const stored = await this.stored();
    const ghosts = this.putOff.filter(({ declared }) => stored.has(declared.insuranceNumber));
    this.say(`${this.putOff.length} were put off: ${ghosts.length} of them are stored`);
    const findings: string[] = [];
    for (const ghost of ghosts) {
      if (!mayHaveCommitted) findings.push(`application ${ghost.serial} was put off, and is stored`);
      else if (!(await this.insist(ghost)))
        findings.push(`application ${ghost.serial} was put off, is stored, and its key does not know it`);
    }
    return findings;
  }

  async inDatabase<T>(work: (database: pg.Client) => Promise<T>): Promise<T> {
    const database = new pg.Client({ connectionString: await this.server.ownerUrl() });
    database.on('error', () => undefined);
    await database.connect();
    return work(database).finally(() => database.end());
  }

  /** The insurance numbers that have a dossier. */
  async stored(): Promise<Set<string>> {
    return this.inDatabase(async (database) => new Set((await loadDossiers(database)).map((dossier) => dossier.insurance_number)));
  }

  /**
   * Nobody who was put off is there. Then everybody is served, everything swept and sent; what was promised is held against what is there, and
   * the service stops in order.
   */
  async curtain({ leavesOut = [], mayHaveCommitted = false }: Curtain = {}): Promise<string[]> {
    const { service, journal, applications, album, photoStore, serviceLog, server } = this;
    const findings = await this.ghosts(mayHaveCommitted);
    await this.bringBack();
    await this.inDatabase(async (database) => {
      if (!leavesOut.includes('I8')) {
        const drain = () => drainMessages(database, service.url);
        // The desk, too, may put off whoever asks while the machine is busy.
        const undelivered = await drain().catch(drain).catch(drain);
        if (undelivered > 0) findings.push(`I8: ${undelivered} messages never came to an end`);
      }
      await exposeOrphans(database, photoStore);
      await service.stop();
      service.start();
      await becomesReady(service);
      await awaitSweep(database, photoStore);
      const aftermath: Aftermath = {
        ...{ applications, journal, album, database, photoStore, url: service.url },
        ...{ dossiers: await loadDossiers(database), spool: join(this.dataDir, 'spool'), logs: [serviceLog, server.log] },
      };
      for (const { name, check } of [...DOSSIER_INVARIANTS, ...PHOTO_INVARIANTS, ...MESSAGE_INVARIANTS, ...RECORD_INVARIANTS]) {
        if (leavesOut.some((left) => name.startsWith(left))) continue;
        findings.push(...(await whenServed(() => check(aftermath))).map((violation) => `${name}: ${violation}`));
      }
    });
    await service.stop();
    return [...findings, ...journal.breaches.map(({ rule, example }) => `${rule}: ${example}`)];
  }

  /** What an outage may answer at once: a receipt, or 503 with when to come back. */
  mustBeServedOrPutOff(sent: readonly Sent[], within = Infinity): string[] {
    return sent.flatMap(({ application, outcome, ms }) => {
      const late = ms > within ? [`application ${application.serial} waited ${Math.round(ms)} ms`] : [];
      if (outcome.kind !== 'answer') return [...late, `application ${application.serial} had no answer: ${outcome.why}`];
      const isPutOff = outcome.status === 503 && Number(outcome.headers.get('retry-after')) > 0;
      return outcome.status === 201 || isPutOff ? late : [...late, `application ${application.serial}: ${outcome.status} ${outcome.code}`];
    });
  }

  async close(): Promise<void> {
    await this.service.abandon();
    await this.server.stop();
  }
}

/** However busy the machine is. */
export async function becomesReady(service: ApiCopy): Promise<void> {
  const minute = () => allReady([service]);
  await minute().catch(minute).catch(minute);
}

/** Status of a plain GET, and how long it took; 0 when there was no answer in time. */
export async function look(url: string, patience = 10_000): Promise<{ status: number; ms: number }> {
  const began = performance.now();
  const answer = await fetch(url, { signal: AbortSignal.timeout(patience) }).catch(() => undefined);
  await answer?.body?.cancel();
  return { status: answer?.status ?? 0, ms: performance.now() - began };
}

/** Looks until it is so. @returns whether it became so in time, and when */
export async function until(isSo: () => Promise<boolean>, patience: number): Promise<{ isSo: boolean; ms: number }> {
  const began = performance.now();
  while (performance.now() - began < patience) {
    if (await isSo()) return { isSo: true, ms: performance.now() - began };
    await pause(25);
  }
  return { isSo: false, ms: patience };
}

/** Of an order: which value so many per cent are not above. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
