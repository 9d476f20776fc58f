import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { cloneDatabase, type TestDatabase } from '../support/cluster.ts';
import type { Photos } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { TestSmtp } from '../support/smtp.ts';
import { Canaries, columnsOf, filesOf, strays, type Sightings } from './canaries.ts';
import { goesThroughTheBackOffice, OFFICE_WORDS_REST_IN } from './leak-back-office.ts';
import { LeakStory, must, WORDS } from './leak-story.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const canaries = new Canaries();

/** The columns in which each canary may stand. What is not named here may stand nowhere: least of all a secret. */
const MAY_REST_IN: Readonly<Record<string, readonly string[]>> = {
  insuranceNumber: ['accounts.insurance_number', 'declaration_revisions.form', 'declarations.insurance_number'],
  fullName: ['comparisons.name', 'declaration_revisions.form', 'declarations.full_name'],
  idNumber: ['declaration_revisions.form', 'declarations.id_number'],
  phone: ['declaration_revisions.form', 'declarations.phone'],
  amendedPhone: ['declaration_revisions.form', 'declarations.phone'],
  street: ['declaration_revisions.form', 'declarations.street'],
  email: ['declaration_revisions.form', 'declarations.email'],
  returnedText: ['declarations.returned_items'],
  rejectedText: ['declarations.rejection'],
  returnNote: ['staff_notes.text'],
  approvalNote: ['staff_notes.text'],
  transferReason: ['staff_notes.text'],
  ...OFFICE_WORDS_REST_IN,
};

/** What a message may tell; a text of an officer is what the citizen is to read, an internal note is not. */
const MAY_BE_TOLD_BY: Readonly<Record<string, readonly string[]>> = {
  fullName: ['email'],
  returnedText: ['email', 'sms'],
  rejectedText: ['email', 'sms'],
  insuranceNumber: ['sms'],
  firstPassword: ['sms'],
  walkInNumber: ['sms'],
  renewedTrackingCode: ['sms'],
  otp: ['sms'],
};

/** The caller gives it so that everybody can name the request by it. */
const NAMES_THE_REQUEST = 'requestId';

let server: TestServer;
let database: TestDatabase;
let gate: TcpProxy;
let story: LeakStory;
let records: Records;
let photos: Required<Photos>;

beforeAll(async () => {
  for (const [name, word] of Object.entries(WORDS)) canaries.plant(name, word);
  const small = await smallPhotos();
  const speaking = (photo: Buffer) =>
    sharp(photo)
      .withExif({ IFD0: { ImageDescription: WORDS.exif } })
      .jpeg()
      .toBuffer();
  photos = { portrait: await speaking(small.portrait), idFront: await speaking(small.idFront), idBack: await speaking(small.idBack) };
  database = await cloneDatabase();
  records = Records.of(database);
  gate = await TcpProxy.before(database.ownerUrl);
});
afterAll(async () => {
  await records.close();
  await gate.close();
  await database.drop();
});

/** Starts the service behind the gate, with every line of log that it has. */
async function opens(environment: NodeJS.ProcessEnv): Promise<void> {
  const urls = { DATABASE_URL: gate.urlOf(database.requestUrl), DATABASE_OWNER_URL: gate.urlOf(database.ownerUrl) };
  server = await startServer({ environment: { ...urls, LOG_LEVEL: 'trace', ...environment } });
  story = new LeakStory(server.url, gate, canaries, photos);
}

async function allMessagesEnded(): Promise<void> {
  while ((await records.count('messages', `state IN ('created', 'sending')`)) > 0);
}

async function expectNothingInLogsOrMetrics(): Promise<void> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const seen = canaries.among([
    ['log', server.output()],
    ['metrics', metrics],
  ]);
  expect(server.output().split('\n').length).toBeGreaterThan(5);
  expect(strays(seen, { [NAMES_THE_REQUEST]: ['log'] })).toEqual({});
}

function expectNothingInRefusals(): void {
  const { refusals } = story;
  expect(refusals.length).toBeGreaterThan(0);
  const places = refusals.map(([place]) => place);
  expect(strays(canaries.among(refusals), { [NAMES_THE_REQUEST]: places })).toEqual({});
}

describe('with the desk on', () => {
  let seen: Sightings;
  let places: number;

  beforeAll(async () => {
    await opens({});
    await story.looksForHelp();
    const sent = await story.isRefusedThenSends();
    await story.goesThroughTheCounter(sent);
    await story.usesTheAccount();
    await goesThroughTheBackOffice(story, canaries, photos, sent.id);
    await story.meetsEveryDoor();
    await allMessagesEnded();
    const columns = await columnsOf(records, ['simulator_inbox']);
    seen = canaries.among(columns);
    places = columns.length + (await filesOf(server.dataDir)).length + story.refusals.length;
  });
  afterAll(() => server.dispose());

  it('sixty fields and secrets and more were looked for, in very many places, after every kind of refusal', () => {
    // For people to read: how much was looked for.
    process.stdout.write(`leaks · ${canaries.names.length} canaries · ${places} places · ${story.codes.size} codes of refusals\n`);
    expect(canaries.names.length).toBeGreaterThanOrEqual(60);
    expect(places).toBeGreaterThan(150);
    expect(story.codes.size).toBeGreaterThanOrEqual(20);
  });

  it('nothing that anybody sent rests but where it has to, and no secret rests in clear', () => {
    expect(strays(seen, MAY_REST_IN)).toEqual({});
    expect(Object.keys(MAY_REST_IN).filter((name) => !(name in seen))).toEqual([]);
  });

  it('no file holds a word of it', async () => {
    const files = await filesOf(server.dataDir);
    expect(files.length).toBeGreaterThan(10);
    expect(canaries.among(files)).toEqual({});
  });

  it('no log line and no metric holds a word of it', expectNothingInLogsOrMetrics);

  it('no refusal repeats a word of it', () => {
    expect([...story.statuses]).toEqual(expect.arrayContaining([400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, 503]));
    expectNothingInRefusals();
  });

  it('a message tells what it is for: an SMS no name and no address, and none an internal note', async () => {
    const sent = await story.world.messages();
    const texts = await Promise.all(
      sent.map(async ({ id, channel, text, subject }): Promise<[string, string]> => {
        const raw = (await story.world.api.get(`/_sim/messages/${String(id)}/raw`).buffer()).text;
        const html = channel === 'email' ? (await PostalMime.parse(raw)).html : '';
        return [String(channel), [text, subject, html].join('\n')];
      }),
    );
    expect(new Set(texts.map(([channel]) => channel))).toEqual(new Set(['sms', 'email']));
    expect(strays(canaries.among(texts), MAY_BE_TOLD_BY)).toEqual({});
  });
});

describe('with the desk off and a mail server that refuses', () => {
  let smtp: TestSmtp;

  beforeAll(async () => {
    smtp = await TestSmtp.start();
    smtp.mode = 'refuse';
    await opens({ SIMULATOR_DESK: 'off', SMTP_URL: smtp.url });
    const changes = {
      insuranceNumber: WORDS.guessedNumber,
      phone: WORDS.guessedPhone,
      fullName: WORDS.lookedUpName,
      idNumber: WORDS.lookedUpId,
    };
    const mail = { emailCopy: 'true', email: WORDS.email };
    await must(422, story.submits({ ...story.world.stranger().form, ...story.refusedForm() }));
    const receipt = await must(201, story.submits({ ...story.world.stranger().form, ...changes, ...mail, street: WORDS.cardAddress }));
    canaries.plant('secondTrackingCode', receipt['trackingCode']!);
    await allMessagesEnded();
  });
  afterAll(async () => {
    await server.dispose();
    await smtp.stop();
  });

  it('what was sent rests in its own columns and nowhere else, and nothing is kept for a desk', async () => {
    const inbox = await records.count('simulator_inbox');
    const of = (column: string) => ['declaration_revisions.form', `declarations.${column}`];
    const allowed = {
      ...MAY_REST_IN,
      guessedNumber: of('insurance_number'),
      guessedPhone: of('phone'),
      lookedUpName: ['comparisons.name', ...of('full_name')],
      lookedUpId: of('id_number'),
      cardAddress: of('street'),
    };
    expect(smtp.recipients).toEqual([WORDS.email]);
    expect(strays(canaries.among(await columnsOf(records, ['simulator_inbox'])), allowed)).toEqual({});
    expect(await records.count('simulator_inbox')).toBe(inbox);
  });

  it('no log line, no metric and no refusal holds a word of it', async () => {
    await expectNothingInLogsOrMetrics();
    expectNothingInRefusals();
  });
});
