import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { REFUSALS } from '../../src/platform/refusal-catalogue.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { cloneDatabase, type TestDatabase } from '../support/cluster.ts';
import type { Photos } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { readPdf } from '../support/pdf.ts';
import { TestSmtp } from '../support/smtp.ts';
import { Canaries, columnsOf, filesOf, strays, type Sightings } from './canaries.ts';
import { goesThroughTheBackOffice, OFFICE_WORDS, OFFICE_WORDS_REST_IN } from './leak-back-office.ts';
import { isRefusedInEveryWay } from './leak-refusals.ts';
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
  // A mail is addressed to it, and its attachment is what its reader declared.
  email: ['raw mail', 'pdf'],
  fullName: ['email', 'pdf'],
  idNumber: ['pdf'],
  phone: ['pdf'],
  street: ['pdf'],
  returnedText: ['email', 'sms'],
  rejectedText: ['email', 'sms'],
  insuranceNumber: ['sms', 'pdf'],
  firstPassword: ['sms'],
  walkInNumber: ['sms'],
  renewedTrackingCode: ['sms'],
  otp: ['sms'],
};

/** Which answer gives which secret: once, and to nobody else. The others come by SMS, or in no answer at all. */
const GIVEN_BY: Readonly<Record<string, string>> = {
  draftToken: 'POST /v1/drafts',
  uploadersToken: 'POST /v1/drafts',
  thirdDraftToken: 'POST /v1/drafts',
  thirdTrackingCode: 'POST /v1/declarations',
  trackingCode: 'POST /v1/declarations',
  withdrawnTrackingCode: 'POST /v1/declarations',
  walkInsTrackingCode: 'POST /v1/staff/declarations',
  firstSession: 'POST /v1/sessions',
  session: 'POST /v1/sessions',
  refreshToken: 'POST /v1/sessions',
  officersOneTimePassword: 'POST /v1/admin/staff',
  officersNextPassword: 'POST /v1/admin/staff/{id}/password',
};
const GIVES_A_LEASE = 'POST /v1/staff/declarations/{id}/lease';

/** What officers write for officers. */
const INTERNAL = [
  'returnNote',
  'approvalNote',
  'transferReason',
  'phoneReason',
  'reissueReason',
  'duplicateReason',
  'reroutingReason',
] as const;

/** Codes that this story does not meet, and why no word can be in them. */
const NOT_MET: Readonly<Record<string, string>> = {
  'clock-behind-history': 'a workspace whose clock only its owner moves back',
  'declared-data-erased': 'a year must pass; the words are gone by then',
  'draft-expired': 'weeks must pass; the words are gone by then',
  'upload-expired': 'a day must pass; the words are gone by then',
  'email-otp-not-asked': 'a later process profile',
  'email-otp-refused': 'a later process profile',
  'last-admin': 'two administrators at the same instant',
  'request-in-progress': 'two requests at the same instant',
  'request-timeout': 'a minute of silence; nothing was read',
  'run-under-way': 'a run of the desk, which keeps what is sent',
  'not-simulators-own': 'a database that is not the simulator’s',
  'simulator-key-required': 'a desk with a key, which looks at nothing else before',
  'too-many-workspaces': 'very many workspaces',
  'upload-in-too-many-parts': 'very many pieces',
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
  // The desk's own question for a message tells which ones there are instead.
  const ofTheInbox = places.filter((place) => place.includes('/_sim/await'));
  expect(strays(canaries.among(refusals), { [NAMES_THE_REQUEST]: places, amendedPhone: ofTheInbox })).toEqual({});
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
    await isRefusedInEveryWay(story, canaries, sent);
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
  });

  it('every word was sent, and none is part of another: what cannot be found is not looked for in vain', () => {
    const words = { ...WORDS, ...OFFICE_WORDS };
    const refused = canaries.names.filter((name) => name.startsWith('refused '));
    const sent = new Set(story.sent.flatMap((text) => canaries.in(text)));
    expect(refused.length).toBeGreaterThan(5);
    expect([...Object.keys(words), ...refused].filter((name) => !sent.has(name))).toEqual([]);
    const plain = Object.entries(words).map(([name, word]) => [name, word.toLowerCase()] as const);
    const hidden = plain.filter(([name, word]) => plain.some(([other, longer]) => other !== name && longer.includes(word)));
    expect(hidden).toEqual([]);
  });

  it('every code of a refusal was met, but for those that say nothing of what was sent, or need a world of their own', () => {
    const missed = Object.keys(REFUSALS).filter((code) => !story.codes.has(code));
    expect(missed.sort()).toEqual(Object.keys(NOT_MET).sort());
  });

  it('an answer tells a secret once, to whom it is for, and a citizen none of the officers’ words', () => {
    const given = canaries.among(story.answers);
    const secrets = canaries.names.filter((name) => !(name in WORDS) && !(name in OFFICE_WORDS) && !name.startsWith('refused '));
    expect(secrets.length).toBeGreaterThan(12);
    const told = Object.fromEntries(secrets.filter((name) => name in given).map((name) => [name, given[name]!]));
    expect(
      strays(
        told,
        Object.fromEntries(secrets.map((name) => [name, [name.startsWith('lease of') ? GIVES_A_LEASE : (GIVEN_BY[name] ?? '')]])),
      ),
    ).toEqual({});
    const toCitizens = story.answers.filter(([place]) => !/ \/v1\/(staff|admin)\//.test(place));
    expect(toCitizens.length).toBeGreaterThan(15);
    const notes = canaries.among(toCitizens);
    expect(INTERNAL.filter((name) => name in notes)).toEqual([]);
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
      sent.map(async ({ id, channel, text, subject }): Promise<[place: string, text: string][]> => {
        const raw = (await story.world.api.get(`/_sim/messages/${String(id)}/raw`).buffer()).text;
        if (channel !== 'email') return [[String(channel), [text, subject, raw].join('\n')]];
        const mail = await PostalMime.parse(raw);
        const pdfs = await Promise.all(
          mail.attachments.map(async ({ content }) => (await readPdf(Buffer.from(content as ArrayBuffer))).pages.join('\n')),
        );
        return [
          ['email', [text, subject, mail.html].join('\n')],
          ['raw mail', [raw, ...mail.headers.map(({ value }) => value)].join('\n')],
          ...pdfs.map((page): [string, string] => ['pdf', page]),
        ];
      }),
    );
    expect(new Set(texts.flat().map(([place]) => place))).toEqual(new Set(['sms', 'email', 'raw mail', 'pdf']));
    expect(strays(canaries.among(texts.flat()), MAY_BE_TOLD_BY)).toEqual({});
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
