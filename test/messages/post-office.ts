import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Mailer } from '../../src/messages/mail.port.ts';
import { MessageDispatch } from '../../src/messages/message-dispatch.ts';
import { MessageFacts, type DossierFacts, type MessageSubject } from '../../src/messages/message-facts.port.ts';
import type { MessageIntent } from '../../src/messages/message-intents.ts';
import { MessageSecrets } from '../../src/messages/message-secrets.ts';
import type { MessageState } from '../../src/messages/message.types.ts';
import { Outbox } from '../../src/messages/outbox.ts';
import { Relay } from '../../src/messages/relay.ts';
import { RelayStore } from '../../src/messages/relay.store.ts';
import type { SendOutcome } from '../../src/messages/send-outcome.ts';
import { SmsGateway, type OutgoingSms } from '../../src/messages/sms.port.ts';
import { Database } from '../../src/platform/database/database.ts';
import { Metrics } from '../../src/platform/health/metrics.ts';
import { Keyring } from '../../src/platform/keyring.ts';
import { Randomness } from '../../src/platform/randomness.ts';
import { Workspaces } from '../../src/platform/workspace/workspaces.ts';
import { Unseen } from '../../src/platform/unseen.ts';
import { cloneDatabase } from '../support/cluster.ts';
import { FACTS } from '../support/facts.ts';
import { patientOptions } from '../support/patient-options.ts';
import { Records } from '../support/records.ts';

/** The dossiers' side of the outbox: every dossier has the same facts, or, given null, none. */
export class GivenFacts extends MessageFacts {
  readonly asked: (readonly MessageSubject[])[] = [];

  constructor(private readonly facts: DossierFacts | null = FACTS) {
    super();
  }

  override async load(subjects: readonly MessageSubject[]): Promise<ReadonlyMap<string, DossierFacts>> {
    this.asked.push(subjects);
    const { facts } = this;
    return new Map(facts ? subjects.map(({ id }) => [id, facts]) : []);
  }
}

/** A gateway that does what the test says, and remembers what it was handed. */
export class GivenGateway extends SmsGateway {
  readonly handed: OutgoingSms[] = [];

  constructor(
    private readonly answer: (sms: OutgoingSms, time: number) => SendOutcome | Promise<SendOutcome> = () => ({ kind: 'delivered' }),
  ) {
    super();
  }

  override async send(sms: OutgoingSms): Promise<SendOutcome> {
    this.handed.push(sms);
    return this.answer(sms, this.handed.length);
  }
}

export class NoMailer extends Mailer {
  override async send(): Promise<SendOutcome> {
    return { kind: 'permanent-failure', code: 'no-mail-here' };
  }
}

export interface MessageRow {
  id: string;
  state: MessageState;
  recipient: string | null;
  secret: Buffer | null;
  attempts: number;
  last_error: string | null;
  finished_at: Date | null;
}

/** A database of its own with a room of messages in it. Nothing runs by itself: a test says when a relay works. */
export class PostOffice {
  private readonly sources: DataSource[] = [];
  private readonly relays: Relay[] = [];
  private readonly records: Records;
  readonly randomness = new Randomness();
  readonly keyring = new Keyring([randomBytes(32)]);
  readonly secrets = new MessageSecrets(this.keyring);

  private constructor(
    private readonly clone: Awaited<ReturnType<typeof cloneDatabase>>,
    readonly database: Database,
    source: DataSource,
  ) {
    this.sources.push(source);
    this.records = Records.of(clone);
  }

  static async open(): Promise<PostOffice> {
    const clone = await cloneDatabase();
    const source = await new DataSource(patientOptions(clone.requestUrl)).initialize();
    return new PostOffice(clone, new Database(source), source);
  }

  async close(): Promise<void> {
    for (const source of this.sources) await source.destroy();
    await this.records.close();
    await this.clone.drop();
  }

  /** One more door to the same database, with a pool of its own. */
  async doorWith(poolSize: number): Promise<Database> {
    const source = await new DataSource(patientOptions(this.clone.requestUrl, poolSize)).initialize();
    this.sources.push(source);
    return new Database(source);
  }

  relay({
    sms = new GivenGateway(),
    mailer = new NoMailer(),
    facts = new GivenFacts(),
    database = this.database,
    metrics = new Metrics(),
  }: { sms?: SmsGateway; mailer?: Mailer; facts?: MessageFacts; database?: Database; metrics?: Metrics } = {}): Relay {
    const relay = new Relay(
      new RelayStore(database, this.randomness),
      facts,
      new MessageDispatch(sms, mailer, this.secrets),
      new Workspaces(),
      new Unseen(),
      metrics,
    );
    this.relays.push(relay);
    return relay;
  }

  /** No message, the time as it is, and no relay of an earlier test that draws breath and would then take one of the next. */
  async empty(): Promise<void> {
    await Promise.all(this.relays.splice(0).map((relay) => relay.stop()));
    await this.database.rows('DELETE FROM messages');
    await this.records.rows('UPDATE clock SET shift_ms = 0, frozen_at = NULL');
  }

  /** Writes the intents, and wakes nobody. */
  async post(...intents: MessageIntent[]): Promise<string[]> {
    const asleep = this.relay();
    await asleep.stop();
    const rows = await this.database.transaction((tx) => new Outbox(this.secrets, this.randomness, asleep).add(tx, intents));
    return rows.map(({ id }) => id);
  }

  /** The id of a new, empty draft: enough of a declaration for a message to belong to. */
  async declaration(): Promise<string> {
    const id = this.randomness.uuid();
    await this.database.rows(
      `INSERT INTO declarations (id, status, status_since, created_at, draft_token_hash) VALUES ($1, 'DRAFT', domain_now(), domain_now(), $2)`,
      [id, randomBytes(32)],
    );
    return id;
  }

  async messages(): Promise<MessageRow[]> {
    return this.database.rows<MessageRow>(
      'SELECT id, state, recipient, secret, attempts, last_error, finished_at FROM messages ORDER BY id',
    );
  }

  /** The only message there is. */
  async message(): Promise<MessageRow> {
    const messages = await this.messages();
    if (messages.length !== 1) throw new Error(`expected one message, found ${messages.length}`);
    return messages[0]!;
  }

  /** From now on only `advanceClock` moves it: what is due in a second is not due because the machine was busy. */
  async stopClock(): Promise<void> {
    await this.records.rows('UPDATE clock SET frozen_at = domain_now()');
  }

  async advanceClock(interval: string): Promise<void> {
    const moved = `shift_ms = shift_ms + extract(epoch FROM $1::interval) * 1000, frozen_at = frozen_at + $1::interval`;
    await this.records.rows(`UPDATE clock SET ${moved}`, [interval]);
  }

  /** Every row of every table as text, but those of the tables named. */
  async everything(...except: string[]): Promise<string> {
    const tables = await this.database.rows<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const rows = await Promise.all(
      tables
        .filter(({ name }) => !except.includes(name))
        .map(({ name }) => this.database.rows<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`)),
    );
    return rows
      .flat()
      .map(({ row }) => row)
      .join('\n');
  }
}
