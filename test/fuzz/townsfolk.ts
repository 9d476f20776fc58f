import { randomUUID } from 'node:crypto';
import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import { NAMED_STAFF, SIMULATED_PASSWORD } from '../../src/simulator/named-staff.ts';
import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { PhotoAlbum } from '../crash/photo-album.ts';
import { digits } from './luck.ts';

/** Whom a request acts for, and what is true of the thing that it acts on: by the names of parameters and members of bodies. */
export interface Subject {
  readonly bearer?: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The service refused what it must not refuse: nothing can be tried out on it any further. */
export class TownBroken extends Error {}

const PATIENCE_MS = 30_000;
/** Of the named staff, the one who only logs in here: the requests try others. */
const [KEEPER] = NAMED_STAFF;

type Json = Record<string, unknown>;

/** People who do everything right, so that requests that do not have something to be wrong about. */
export class Townsfolk {
  private serial = 0;

  constructor(
    private readonly url: string,
    private readonly album: PhotoAlbum,
    private readonly dice: Dice,
  ) {}

  async draft(): Promise<Subject> {
    const { id, draftToken } = await this.json(201, 'POST', '/v1/drafts', { body: this.person() });
    return { bearer: String(draftToken), facts: { id, 'If-Match': '*' } };
  }

  /** A draft that lacks nothing but being sent. */
  async wholeDraft(): Promise<Subject> {
    const draft = await this.draft();
    const serial = this.serial++;
    for (const slot of PHOTO_SLOTS) {
      const body = new FormData();
      body.set('file', this.photo(serial, slot), `${slot}.jpg`);
      await this.json(200, 'PUT', `/v1/drafts/${String(draft.facts.id)}/photos/${slot}`, { body, bearer: draft.bearer });
    }
    return draft;
  }

  /** An upload that has just begun, into some slot of a draft. */
  async upload(): Promise<Subject> {
    const { bearer, facts } = await this.draft();
    const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '1000', 'Upload-Metadata': 'slot cG9ydHJhaXQ=' };
    const response = await this.answer(201, 'POST', `/v1/drafts/${String(facts.id)}/uploads`, { bearer, headers });
    return { bearer: String(bearer), facts: { id: response.headers.get('location')?.split('/').at(-1) } };
  }

  /** A dossier as its citizen holds it. */
  async submitted(): Promise<Subject> {
    const person = this.person();
    const serial = this.serial++;
    const form = new FormData();
    for (const [name, value] of Object.entries(person)) form.set(name, String(value));
    for (const slot of PHOTO_SLOTS) form.set(slot, this.photo(serial, slot), `${slot}.jpg`);
    const { id, trackingCode, dossierNumber } = await this.json(201, 'POST', '/v1/declarations', { body: form, key: true });
    const { idNumber, phone } = person;
    return { bearer: String(trackingCode), facts: { id, trackingCode, dossierNumber, idNumber, phone, 'If-Match': '*' } };
  }

  /** A dossier as the clerk holds it who is working on it. */
  async leased(clerk: string): Promise<Subject> {
    const { facts } = await this.submitted();
    const { leaseToken } = await this.json(201, 'POST', `/v1/staff/declarations/${String(facts.id)}/lease`, { bearer: clerk });
    const known = { 'Lease-Token': leaseToken, originalIdNumber: facts.idNumber, registryUnknownConfirmed: true };
    return { bearer: clerk, facts: { ...facts, ...known } };
  }

  /** A dossier that its citizen was asked to put right. */
  async returned(clerk: string): Promise<Subject> {
    const { facts } = await this.leased(clerk);
    await this.json(200, 'POST', `/v1/staff/declarations/${String(facts.id)}/return`, {
      bearer: clerk,
      headers: { 'If-Match': '*', 'Lease-Token': String(facts['Lease-Token']) },
      body: {
        items: [
          { field: 'phone', reasonCode: 'phone-wrong' },
          { slot: 'portrait', reasonCode: 'photo-blurred' },
        ],
      },
    });
    return { bearer: String(facts.trackingCode), facts: { ...facts, slot: 'portrait' } };
  }

  /** Somebody with an account, logged in, the first password already changed. */
  async account(clerk: string): Promise<Subject> {
    const { facts } = await this.leased(clerk);
    const { account } = await this.json(200, 'POST', `/v1/staff/declarations/${String(facts.id)}/approval`, {
      bearer: clerk,
      headers: { 'If-Match': '*', 'Lease-Token': String(facts['Lease-Token']) },
      body: {
        checklist: {
          ...{ personPresent: true, originalIdSeen: true, portraitMatches: true, phoneConfirmed: true, formSigned: true },
          ...{ originalIdNumber: facts.originalIdNumber, registryUnknownConfirmed: true },
        },
      },
    });
    const { insuranceNumber } = account as { insuranceNumber: string };
    const query = new URLSearchParams({ template: 'credentials', dossierNumber: String(facts.dossierNumber), timeout: '20' });
    const sms = await this.json(200, 'GET', `/_sim/await?${query.toString()}`);
    const { password: first } = sms.fields as { password: string };
    const { accessToken, refreshToken } = await this.json(201, 'POST', '/v1/sessions', { body: { insuranceNumber, password: first } });
    const bearer = String(accessToken);
    const password = `Trời xanh ${digits(this.dice, 8)}`;
    await this.json(204, 'PUT', '/v1/me/password', { bearer, body: { currentPassword: first, newPassword: password } });
    return { bearer, facts: { insuranceNumber, password, currentPassword: password, refreshToken, messageId: sms.id } };
  }

  /** Another session of somebody with an account, to be ended. */
  async secondSession({ facts }: Subject): Promise<Subject> {
    const { accessToken } = await this.json(201, 'POST', '/_sim/tokens', { body: { insuranceNumber: facts.insuranceNumber } });
    return { bearer: String(accessToken), facts: {} };
  }

  async officer(role: 'clerk' | 'supervisor' | 'admin'): Promise<Subject> {
    const { accessToken, staff } = await this.json(201, 'POST', '/_sim/tokens', { body: { role } });
    return { bearer: String(accessToken), facts: { staffId: (staff as { id: string }).id } };
  }

  /** An officer who came in with a password. */
  async staffSession(): Promise<Subject> {
    const body = { username: KEEPER?.username, password: SIMULATED_PASSWORD };
    const { accessToken, refreshToken } = await this.json(201, 'POST', '/v1/staff/sessions', { body });
    return { bearer: String(accessToken), facts: { refreshToken } };
  }

  /** Does once what takes longer the first time. */
  async wakeUp(): Promise<void> {
    const { bearer, facts } = await this.draft();
    const response = await fetch(`${this.url}/v1/drafts/${String(facts.id)}/form.pdf`, { headers: { Authorization: `Bearer ${bearer}` } });
    await response.arrayBuffer();
  }

  /** Empties the town and sets its clock right. */
  async beginAnew(): Promise<void> {
    await this.json(204, 'POST', '/_sim/reset');
  }

  private person(): Json {
    return {
      insuranceNumber: `8${digits(this.dice, 9)}`,
      fullName: 'Nguyễn Thị Hoà',
      idNumber: `001085${digits(this.dice, 6)}`,
      ...{ provinceCode: '01', districtCode: '001', wardCode: '00001', street: 'Số 12, Hàng Than', officeCode: '03102' },
      phone: `035${digits(this.dice, 7)}`,
      ...{ commitmentAccepted: true, dataProcessingAccepted: true },
    };
  }

  private photo(serial: number, slot: (typeof PHOTO_SLOTS)[number]): Blob {
    return new Blob([new Uint8Array(this.album.file(serial, slot))], { type: 'image/jpeg' });
  }

  private async json(status: number, method: string, path: string, call: Call = {}): Promise<Json> {
    const text = await (await this.answer(status, method, path, call)).text();
    return text === '' ? {} : (JSON.parse(text) as Json);
  }

  private async answer(
    status: number,
    method: string,
    path: string,
    { body, bearer, headers = {}, key = false }: Call = {},
  ): Promise<Response> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...headers,
        ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
        ...(key ? { 'Idempotency-Key': randomUUID() } : {}),
        ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((error: Error) => {
      throw new TownBroken(`${method} ${path.split('?')[0]} is not answered: ${error.message}`);
    });
    if (response.status === status) return response;
    throw new TownBroken(`${method} ${path.split('?')[0]} answers ${response.status} ${(await response.text()).slice(0, 500)}`);
  }
}

interface Call {
  readonly body?: FormData | object;
  readonly bearer?: string | undefined;
  readonly headers?: Record<string, string>;
  /** Whether it needs an Idempotency-Key. */
  readonly key?: boolean;
}
