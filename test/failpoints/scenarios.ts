import { PHOTO_SLOTS, type PhotoSlot } from '../../src/photos/photo-slot.ts';
import type { Application } from '../crash/applications.ts';
import { clerkTokens } from '../crash/desk.ts';
import type { Answer, Asking } from '../crash/exchange.ts';
import type { Receipt } from '../crash/journal.ts';
import type { Bench } from './bench.ts';
import { insists } from './client.ts';
import type { NamedPoint } from './order.ts';

/** A request that a fault may strike, with all that has to be there before it. */
export interface Case {
  readonly application: Application;
  readonly ask: (url: string) => Asking;
  /** Whether the request has an Idempotency-Key, so that a repeat is a replay. */
  readonly hasKey: boolean;
  /** Whether whoever is put off leaves it at that: what was there before must be there still. */
  readonly isAskedOnce?: boolean;
  /** Takes note of its answer. */
  readonly answered: (answer: Answer, replayed: boolean) => void;
  /** What is still to be done for a dossier. */
  readonly finish?: () => Promise<unknown>;
}

export interface Scenario {
  readonly points: readonly NamedPoint[];
  /** Whether each of its statements and file operations fails once. */
  readonly isExamined: boolean;
  /** Whether the request under test brings photos along, so that there must be file operations. */
  readonly sendsPhotos?: boolean;
  /** Whether it strikes after the answer, in the relay. */
  readonly isBehindTheScenes?: boolean;
  readonly prepare: (bench: Bench) => Promise<Case>;
}

const ANSWER = ['answer.before'] as const;
const COMMIT = ['commit.before', 'commit.after', ...ANSWER] as const;

const RECEIVING = {
  'one-shot': {
    points: [
      ...(['photo.spooled', 'key.claimed', 'photo.renamed', 'photos.kept'] as const),
      ...(['submission.before-statement', 'submission.after-statement', ...ANSWER] as const),
    ],
    isExamined: true,
    sendsPhotos: true,
    prepare: async (bench) => oneShot(bench, bench.nextApplication()),
  },
  draft: {
    points: ['submission.before-statement', 'submission.after-statement', ...ANSWER],
    isExamined: true,
    prepare: async (bench) => {
      const application = bench.nextApplication();
      return draftSubmission(bench, application, await readyDraft(bench, application, PHOTO_SLOTS));
    },
  },
  'draft-photo': {
    points: ['photo.spooled', 'photo.renamed', ...COMMIT],
    isExamined: true,
    sendsPhotos: true,
    prepare: (bench) => draftPhoto(bench, PHOTO_SLOTS.slice(1)),
  },
  'draft-first-photo': { points: [], isExamined: true, sendsPhotos: true, prepare: (bench) => draftPhoto(bench, []) },
  'draft-photo-again': {
    points: [],
    isExamined: true,
    sendsPhotos: true,
    prepare: async (bench) => ({ ...(await draftPhoto(bench, PHOTO_SLOTS)), isAskedOnce: true }),
  },
  messages: {
    points: ['relay.claimed', 'sms.accepted', 'mail.accepted', 'relay.marked'],
    isExamined: false,
    isBehindTheScenes: true,
    prepare: async (bench) =>
      oneShot(
        bench,
        bench.nextApplication(({ declared }) => declared.emailCopy),
      ),
  },
} as const satisfies Record<string, Scenario>;

const DECIDING = {
  approval: {
    points: ['password.hashed', ...COMMIT],
    isExamined: true,
    prepare: async (bench) => approvalOf(bench, await received(bench)),
  },
  reissue: {
    points: ['password.hashed', ...COMMIT],
    isExamined: true,
    prepare: async (bench) => {
      const owner = await received(bench);
      await must(bench, await approvalOf(bench, owner));
      return reissueOf(bench, owner);
    },
  },
  resubmission: {
    points: COMMIT,
    isExamined: true,
    prepare: async (bench) => resubmissionOf(bench, await received(bench)),
  },
} as const satisfies Record<string, Scenario>;

/** What is decided has other messages than what is only received, so the two are judged apart, each in a database of its own. */
export const ACTS: readonly Readonly<Record<string, Scenario>>[] = [RECEIVING, DECIDING];

/** The sweep needs no request: it has its own way in the run. */
export const SWEEP = 'sweep';
export const SCENARIO_NAMES = [...Object.keys(RECEIVING), SWEEP, ...Object.keys(DECIDING)] as readonly string[];
export type ScenarioName = string & { readonly isScenario: true };

export function isScenario(name: string): name is ScenarioName {
  return SCENARIO_NAMES.includes(name);
}

interface Owner {
  readonly application: Application;
  readonly receipt: Receipt;
}

/** The whole declaration in one request. */
export function oneShot({ album, journal }: Pick<Bench, 'album' | 'journal'>, application: Application): Case {
  const { key, typed } = application;
  const body = new FormData();
  for (const [name, value] of Object.entries(typed)) body.set(name, String(value));
  for (const slot of PHOTO_SLOTS) body.set(slot, blobOf(album.file(application.serial, slot)), `${slot}.jpg`);
  return {
    application,
    ask: (url) => ({ method: 'POST', url: `${url}/v1/declarations`, headers: { 'Idempotency-Key': key }, body }),
    hasKey: true,
    answered: (answer, replayed) => journal.acknowledged(application, receiptOf(answer), replayed),
  };
}

interface Draft {
  readonly id: string;
  readonly headers: Record<string, string>;
}

async function readyDraft(bench: Bench, application: Application, slots: readonly PhotoSlot[]): Promise<Draft> {
  const { typed, key } = application;
  const { body } = await call(bench, application, (url) => ({
    method: 'POST',
    url: `${url}/v1/drafts`,
    headers: { 'Idempotency-Key': `${key}-draft` },
    body: typed,
  }));
  const draft = { id: String(body.id), headers: { Authorization: `Bearer ${String(body.draftToken)}` } };
  for (const slot of slots) await call(bench, application, photoPut(bench, application, draft, slot));
  return draft;
}

function photoPut({ album }: Bench, { serial }: Application, { id, headers }: Draft, slot: PhotoSlot): Case['ask'] {
  const body = new FormData();
  body.set('file', blobOf(album.file(serial, slot)), `${slot}.jpg`);
  return (url) => ({ method: 'PUT', url: `${url}/v1/drafts/${id}/photos/${slot}`, headers, body });
}

function draftSubmission({ journal }: Bench, application: Application, { id, headers }: Draft): Case {
  return {
    application,
    ask: (url) => ({
      method: 'POST',
      url: `${url}/v1/drafts/${id}/submission`,
      headers: { ...headers, 'Idempotency-Key': application.key },
    }),
    hasKey: true,
    answered: (answer, replayed) => journal.acknowledged(application, receiptOf(answer), replayed),
  };
}

/** The first photo of a draft that holds some already; what is missing comes after it, and then the draft is sent. */
async function draftPhoto(bench: Bench, before: readonly PhotoSlot[]): Promise<Case> {
  const application = bench.nextApplication();
  const [slot] = PHOTO_SLOTS;
  const draft = await readyDraft(bench, application, before);
  return {
    application,
    ask: photoPut(bench, application, draft, slot),
    hasKey: false,
    answered: () => undefined,
    finish: async () => {
      for (const other of PHOTO_SLOTS.filter((one) => one !== slot && !before.includes(one)))
        await call(bench, application, photoPut(bench, application, draft, other));
      await must(bench, draftSubmission(bench, application, draft));
    },
  };
}

async function received(bench: Bench): Promise<Owner> {
  const application = bench.nextApplication();
  const receipt = receiptOf(await must(bench, oneShot(bench, application)));
  return { application, receipt };
}

/** Somebody who may decide, and holds the dossier. */
async function leased(bench: Bench, { application, receipt }: Owner): Promise<Record<string, string>> {
  const officer = await officerFor(bench, application);
  const { body } = await call(bench, application, (url) => ({
    method: 'POST',
    url: `${url}/v1/staff/declarations/${receipt.id}/lease`,
    headers: officer,
  }));
  return { ...officer, 'Lease-Token': String(body.leaseToken), 'If-Match': '*' };
}

async function officerFor({ service }: Bench, { declared }: Application): Promise<Record<string, string>> {
  await service.revive();
  const tokens = await clerkTokens(service.url, [declared.officeCode]);
  return { Authorization: `Bearer ${tokens.get(declared.officeCode)}` };
}

async function approvalOf(bench: Bench, owner: Owner): Promise<Case> {
  const headers = { ...(await leased(bench, owner)), 'Idempotency-Key': `${owner.application.key}-approval` };
  const checklist = {
    ...{ personPresent: true, originalIdSeen: true, originalIdNumber: owner.application.declared.idNumber, portraitMatches: true },
    ...{ phoneConfirmed: true, formSigned: true, registryUnknownConfirmed: true },
  };
  return decision(bench, owner, (url) => ({
    method: 'POST',
    url: `${url}/v1/staff/declarations/${owner.receipt.id}/approval`,
    headers,
    body: { checklist },
  }));
}

async function reissueOf(bench: Bench, owner: Owner): Promise<Case> {
  const headers = { ...(await officerFor(bench, owner.application)), 'Idempotency-Key': `${owner.application.key}-reissue` };
  return decision(bench, owner, (url) => ({
    method: 'POST',
    url: `${url}/v1/staff/declarations/${owner.receipt.id}/credentials`,
    headers,
    body: { reason: 'Điện thoại hỏng' },
  }));
}

/** Something came back, was looked at again, and is sent as it was. */
async function resubmissionOf(bench: Bench, owner: Owner): Promise<Case> {
  const headers = await leased(bench, owner);
  await call(bench, owner.application, (url) => ({
    method: 'POST',
    url: `${url}/v1/staff/declarations/${owner.receipt.id}/return`,
    headers,
    body: { items: [{ field: 'street', reasonCode: 'address-incomplete' }] },
  }));
  const own = { Authorization: `Bearer ${owner.receipt.trackingCode}`, 'Idempotency-Key': `${owner.application.key}-again` };
  return decision(bench, owner, (url) => ({
    method: 'POST',
    url: `${url}/v1/declarations/${owner.receipt.id}/resubmission`,
    headers: own,
  }));
}

function decision({ journal }: Bench, { application }: Owner, ask: Case['ask']): Case {
  let first: string | undefined;
  return {
    application,
    ask,
    hasKey: true,
    answered: ({ body }) => {
      const now = JSON.stringify(body);
      if (first !== undefined && first !== now)
        journal.breach('one key, one answer', `application ${application.serial}: ${first} and ${now}`);
      first ??= now;
    },
  };
}

async function must(bench: Bench, { application, ask, answered }: Case): Promise<Answer> {
  const answer = await call(bench, application, ask);
  answered(answer, answer.headers.get('idempotent-replayed') === 'true');
  return answer;
}

async function call(bench: Bench, application: Application, ask: Case['ask']): Promise<Answer> {
  const answer = await insists(bench, { application, ask, isMarked: false });
  if (!answer) throw new Error(`application ${application.serial} did not come as far as its fault`);
  return answer;
}

function receiptOf({ body }: Answer): Receipt {
  const { id, dossierNumber, insuranceNumber, submittedAt, trackingCode } = body as unknown as Receipt;
  return { id, dossierNumber, insuranceNumber, submittedAt, trackingCode };
}

function blobOf(bytes: Buffer): Blob {
  return new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' });
}
