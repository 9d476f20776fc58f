import { randomUUID } from 'node:crypto';
import type { Response } from 'supertest';
import { PERSONAS } from '../../src/registry/registry.personas.ts';
import type { PhotoSlot } from '../../src/photos/photo-slot.ts';
import { apiOf, type Api } from './api.ts';
import { smallPhotos } from './small-photos.ts';

export type FormFields = Record<string, string>;
export type Photos = Partial<Record<PhotoSlot, Buffer>>;

export interface Receipt {
  id: string;
  dossierNumber: string;
  trackingCode: string;
  message: string;
  warnings: { code: string; message: string }[];
  [member: string]: unknown;
}

/** What the desk tells of a move of the clock. */
export interface ClockMove {
  now: string;
  ran: { at: string; action: string; declarationId: string }[];
  messages: { at: string; declarationId: string | null; template: string; attempts: number; state: string }[];
}

/** The story's world: people who act on a server as they would, each answer already checked against the API document. */
export class World {
  readonly api: Api;
  private readonly photos = new Map<string, Promise<Buffer>>();
  private strangers = 0;
  private plain: Promise<Required<Photos>> | undefined;

  constructor(readonly url: string) {
    this.api = apiOf(url);
  }

  /** A citizen of the registry by the persona's key; the guide's own by default. */
  citizen(key = 'huynh-thi-minh', changes: FormFields = {}): Citizen {
    const persona = PERSONAS.find((known) => known.key === key);
    if (!persona) throw new Error(`nobody is called ${key}`);
    const { insuranceNumber, fullName, idNumber, phone } = persona.person;
    const own = { insuranceNumber, fullName, idNumber, ...(phone && { phone }) };
    return new Citizen(this, { ...ADDRESS, ...TICKS, phone: '0352153999', ...own, ...changes });
  }

  /** Somebody invented whom the registry does not know; another one each time. */
  stranger(changes: FormFields = {}): Citizen {
    const serial = String(++this.strangers).padStart(5, '0');
    return new Citizen(this, {
      ...ADDRESS,
      ...TICKS,
      insuranceNumber: `79${serial}${String(process.pid % 1000).padStart(3, '0')}`,
      fullName: 'Nguyễn Văn Người Lạ',
      idNumber: `0790900${serial}`,
      phone: `09012${serial}`,
      ...changes,
    });
  }

  /** An officer of an office, somebody else with every call. */
  async staff(officeCode = '03102', role: 'clerk' | 'supervisor' = 'clerk'): Promise<Officer> {
    const { body } = await this.api.post('/_sim/tokens').send({ role, officeCode }).expect(201);
    return new Officer(this, body.accessToken, body.staff);
  }

  async admin(): Promise<string> {
    const { body } = await this.api.post('/_sim/tokens').send({ role: 'admin' }).expect(201);
    return body.accessToken as string;
  }

  /** A synthetic photo; the same order gives the same bytes, and is drawn once. */
  photo(slot: PhotoSlot, query: Record<string, string> = {}): Promise<Buffer> {
    const path = `/_sim/photos/${slot}?${new URLSearchParams(query).toString()}`;
    const known = this.photos.get(path) ?? this.fetchPhoto(path);
    this.photos.set(path, known);
    return known;
  }

  /** Three photos that look like a person's and a card's. */
  async drawnPhotos(): Promise<Required<Photos>> {
    const [portrait, idFront, idBack] = await Promise.all([this.photo('portrait'), this.photo('idFront'), this.photo('idBack')]);
    return { portrait, idFront, idBack };
  }

  /** Three photos that pass the gate and show nothing; always the same ones. */
  plainPhotos(): Promise<Required<Photos>> {
    return (this.plain ??= smallPhotos());
  }

  /** The message as soon as it is there. */
  async message(
    filter: Record<string, string>,
  ): Promise<{ id: string; text: string; fields: Record<string, string>; [member: string]: unknown }> {
    const { body } = await this.api.get(`/_sim/await?${new URLSearchParams({ timeout: '20', ...filter }).toString()}`).expect(200);
    return body;
  }

  async messages(filter: Record<string, string> = {}): Promise<Record<string, unknown>[]> {
    const { body } = await this.api.get(`/_sim/messages?${new URLSearchParams(filter).toString()}`).expect(200);
    return body.items;
  }

  async clockIsAt(now: string, frozen = false): Promise<void> {
    await this.api.put('/_sim/clock').send({ now, frozen }).expect(200);
  }

  async timePasses(by: string): Promise<ClockMove> {
    const { body } = await this.api.post('/_sim/clock/advance').send({ by }).expect(200);
    return body;
  }

  async counterIsAt(last: number, year = 2021, officeCode = '03102'): Promise<void> {
    await this.api.put('/_sim/counters').send({ officeCode, kind: 'GD', year, last }).expect(200);
  }

  async reset(): Promise<void> {
    await this.api.post('/_sim/reset').expect(204);
  }

  private async fetchPhoto(path: string): Promise<Buffer> {
    const { body } = await this.api.get(path).expect(200);
    return body as Buffer;
  }
}

const ADDRESS = { provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12 Lạch Tray', officeCode: '03102' };
const TICKS = { commitmentAccepted: 'true', dataProcessingAccepted: 'true' };

/** Somebody with a phone who fills in the form. */
export class Citizen {
  receipt: Receipt | undefined;

  constructor(
    private readonly world: World,
    readonly form: FormFields,
  ) {}

  /** The form as JSON: ticks are booleans. */
  get fields(): Record<string, string | boolean> {
    return Object.fromEntries(
      Object.entries(this.form).map(([name, text]) => [name, text === 'true' || text === 'false' ? text === 'true' : text]),
    );
  }

  /** Sends everything in one request, and says what came back. */
  async sends({
    photos,
    key = randomUUID(),
    form = this.form,
  }: { photos?: Photos; key?: string; form?: FormFields } = {}): Promise<Response> {
    const sent = this.world.api.post('/v1/declarations').set('Idempotency-Key', key);
    for (const [name, text] of Object.entries(form)) void sent.field(name, text);
    for (const [slot, bytes] of Object.entries(photos ?? (await this.world.plainPhotos()))) void sent.attach(slot, bytes, `${slot}.jpg`);
    return sent;
  }

  /** Sends everything in one request, and gets a receipt. */
  async submits(options: Parameters<Citizen['sends']>[0] = {}): Promise<Receipt> {
    const response = await this.sends(options);
    if (response.status !== 201) throw new Error(`no receipt but ${response.status} ${JSON.stringify(response.body)}`);
    this.receipt = response.body as Receipt;
    return this.receipt;
  }

  /** Calls a route of the own dossier with the tracking code. */
  async own(method: 'get' | 'post' | 'patch' | 'put', path = '', body?: object): Promise<Response> {
    const call = this.world.api
      .call(method, `/v1/declarations/${this.receipt!.id}${path}`)
      .auth(this.receipt!.trackingCode, { type: 'bearer' });
    return body ? call.send(body) : call;
  }

  /** Logs in with the account of the SMS. */
  async logsIn(password: string): Promise<Response> {
    return this.world.api.post('/v1/sessions').send({ insuranceNumber: this.form['insuranceNumber'], password });
  }

  /** The first password, from the SMS. */
  async readsPassword(): Promise<string> {
    const { fields } = await this.world.message({ channel: 'sms', template: 'credentials', dossierNumber: this.receipt!.dossierNumber });
    return fields['password']!;
  }
}

/** The checklist as a careful clerk fills it in. */
export function checklistFor(idNumber: string, changes: Record<string, unknown> = {}): object {
  return {
    personPresent: true,
    originalIdSeen: true,
    originalIdNumber: idNumber,
    portraitMatches: true,
    phoneConfirmed: true,
    formSigned: true,
    ...changes,
  };
}

/** Somebody behind the counter. */
export class Officer {
  constructor(
    private readonly world: World,
    readonly token: string,
    readonly staff: { id: string; fullName: string; officeCode: string },
  ) {}

  calls(method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string) {
    return this.world.api.call(method, `/v1/staff${path}`).auth(this.token, { type: 'bearer' });
  }

  /** Opens the dossier. @returns what it shows, and its ETag */
  async opens(id: string): Promise<{ dossier: Record<string, never>; etag: string }> {
    const response = await this.calls('get', `/declarations/${id}`).expect(200);
    return { dossier: response.body, etag: response.headers['etag']! };
  }

  async leases(id: string): Promise<string> {
    const { body } = await this.calls('post', `/declarations/${id}/lease`).expect(201);
    return body.leaseToken as string;
  }

  /** A deciding request; with the lease and the ETag that are given. */
  decides(
    id: string,
    action: 'approval' | 'return' | 'rejection' | 'transfer',
    body: object,
    given: { lease?: string | undefined; etag?: string | undefined },
  ) {
    const call = this.calls('post', `/declarations/${id}/${action}`).send(body);
    if (given.lease !== undefined) void call.set('Lease-Token', given.lease);
    if (given.etag !== undefined) void call.set('If-Match', given.etag);
    return call;
  }

  /** Reads, leases, checks and approves, as on a good day. */
  async approves(citizen: Citizen, changes: Record<string, unknown> = {}): Promise<Response> {
    const { id } = citizen.receipt!;
    const { etag } = await this.opens(id);
    const lease = await this.leases(id);
    return this.decides(id, 'approval', { checklist: checklistFor(citizen.form['idNumber']!, changes) }, { lease, etag });
  }

  /** Reads, leases and sends parts back. */
  async returns(citizen: Citizen, items: object[], internalNote?: string): Promise<Response> {
    const { id } = citizen.receipt!;
    const { etag } = await this.opens(id);
    const lease = await this.leases(id);
    return this.decides(id, 'return', { items, ...(internalNote && { internalNote }) }, { lease, etag });
  }
}
