import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import { NAMED_STAFF, SIMULATED_PASSWORD } from '../../src/simulator/named-staff.ts';
import { PhotoAlbum } from '../crash/photo-album.ts';
import { tokenHash } from '../../src/platform/sessions.ts';
import type { Service } from '../fuzz/service.ts';
import type { Actor, Route } from '../support/rights-matrix.ts';
import type { OtherTokens } from './forgeries.ts';

const MOST_TRIES = 20;

export const DESK_KEY = 'the key of this desk';

interface Person {
  readonly id: string;
  readonly trackingCode: string;
  readonly dossierNumber: string;
  readonly insuranceNumber: string;
  readonly idNumber: string;
  readonly phone: string;
  readonly draft: { readonly id: string; readonly draftToken: string };
  readonly session: string;
}

export interface Dead {
  readonly what: string;
  readonly access: 'citizen' | 'draftToken' | 'trackingCode';
  readonly token: string;
  /** Of the draft or the dossier; none for an account's. */
  readonly id?: string;
  readonly uploadId?: string;
}

/** Everybody who knocks, and what they ask for. */
export interface Stage {
  readonly owner: Person;
  readonly other: Person;
  readonly uploadId: string;
  readonly officers: ReadonlyMap<Actor, string>;
  /** Of each kind what was good once, and what it opened. */
  readonly dead: readonly Dead[];
  readonly bystander: string;
  readonly tokens: OtherTokens;
}

type Json = Record<string, unknown>;

/** Builds it all as people would, by the desk's key where the desk has to help. */
export async function buildStage(service: Service): Promise<Stage> {
  const { url } = service;
  const album = await PhotoAlbum.make('rights', 'small');
  let serial = 0;

  const call = async (
    method: string,
    path: string,
    { bearer, body, headers = {} }: { bearer?: string; body?: object; headers?: Record<string, string> } = {},
  ) => {
    const isForm = body instanceof FormData;
    const ask = () =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          'X-Simulator-Key': DESK_KEY,
          ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
          ...(body && !isForm && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: isForm ? body : JSON.stringify(body) }),
      });
    // A machine with much to do may ask to come again.
    let response = await ask();
    for (let tries = 1; response.status === 503 && tries < MOST_TRIES; tries++) {
      await pause(1_000 * Number(response.headers.get('retry-after') ?? 1));
      response = await ask();
    }
    const text = await response.text();
    // A workspace whose answer was lost is there all the same.
    if (!response.ok && !text.includes('"workspace-exists"')) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return { headers: response.headers, json: (text === '' ? {} : JSON.parse(text)) as Json };
  };
  const officer = async (role: string, officeCode?: string) =>
    (await call('POST', '/_sim/tokens', { body: { role, ...(officeCode && { officeCode }) } })).json as {
      accessToken: string;
      staff: { id: string };
    };

  const person = async (): Promise<Person> => {
    const digits = String(++serial).padStart(6, '0');
    const fields = {
      insuranceNumber: `8100${digits}`,
      idNumber: `001085${digits}`,
      phone: `0352${digits}`,
      ...{ fullName: 'Nguyễn Thị Hoà', provinceCode: '01', districtCode: '001', wardCode: '00001', street: 'Số 12, Hàng Than' },
      ...{ officeCode: '03102', commitmentAccepted: 'true', dataProcessingAccepted: 'true' },
    };
    const submit = async (changes: object = {}) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, ...changes })) form.set(name, String(value));
      for (const slot of PHOTO_SLOTS) form.set(slot, new Blob([new Uint8Array(album.file(serial, slot))]), `${slot}.jpg`);
      return (await call('POST', '/v1/declarations', { body: form, headers: { 'Idempotency-Key': randomUUID() } }))
        .json as unknown as Person;
    };
    const clerk = (await officer('clerk', '03102')).accessToken;
    const account = await submit();
    const { json: lease } = await call('POST', `/v1/staff/declarations/${account.id}/lease`, { bearer: clerk });
    const checklist = {
      ...{ personPresent: true, originalIdSeen: true, portraitMatches: true, phoneConfirmed: true, formSigned: true },
      ...{ originalIdNumber: fields.idNumber, registryUnknownConfirmed: true },
    };
    const headers = { 'If-Match': '*', 'Lease-Token': String(lease['leaseToken']) };
    await call('POST', `/v1/staff/declarations/${account.id}/approval`, { bearer: clerk, headers, body: { checklist } });
    // The one that everybody asks for is another dossier, still open.
    const open = { insuranceNumber: `8200${digits}`, idNumber: `001086${digits}`, phone: `0353${digits}` };
    const dossier = await submit(open);
    return { ...dossier, ...open, draft: await begunDraft(), session: await sessionOf(fields.insuranceNumber) };
  };
  const begunDraft = async () => (await call('POST', '/v1/drafts', { body: {} })).json as unknown as Person['draft'];
  const sessionOf = async (insuranceNumber: string) =>
    String((await call('POST', '/_sim/tokens', { body: { insuranceNumber } })).json['accessToken']);
  const upload = async ({ id, draftToken: bearer }: Person['draft']) => {
    const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '1000', 'Upload-Metadata': 'slot cG9ydHJhaXQ=' };
    return (await call('POST', `/v1/drafts/${id}/uploads`, { bearer, headers })).headers.get('location')!.split('/').at(-1)!;
  };

  const [owner, other, renewed] = [await person(), await person(), await person()];
  const uploadId = await upload(owner.draft);

  const givenUp = await begunDraft();
  const givenUpUpload = await upload(givenUp);
  await call('DELETE', `/v1/drafts/${givenUp.id}`, { bearer: givenUp.draftToken, headers: { 'If-Match': '*' } });
  const account = `8100${renewed.insuranceNumber.slice(4)}`;
  const [leftSession, pastSession] = [await sessionOf(account), await sessionOf(account)];
  await call('DELETE', '/v1/sessions/current', { bearer: leftSession });
  await call('POST', '/v1/declarations/tracking-code', { body: { dossierNumber: renewed.dossierNumber, phone: renewed.phone } });
  const sent = new URLSearchParams({ timeout: '20', template: 'tracking-code', dossierNumber: renewed.dossierNumber });
  await call('GET', `/_sim/await?${sent.toString()}`, {});

  const [clerk, elsewhere, supervisor, admin, expired, leaver, bystander] = await Promise.all([
    officer('clerk', '03102'),
    officer('clerk', '03103'),
    officer('supervisor', '03102'),
    officer('admin'),
    officer('clerk', '03102'),
    officer('clerk', '03102'),
    officer('clerk', '03103'),
  ]);
  await service.inDatabase(async (database) => {
    await database.query('UPDATE staff_sessions SET access_until = domain_now() WHERE staff_id = $1', [expired.staff.id]);
    await database.query('UPDATE account_sessions SET access_until = domain_now() WHERE access_hash = $1', [tokenHash(pastSession)]);
    await database.query('UPDATE staff SET active = false WHERE id = $1', [leaver.staff.id]);
    await database.query('UPDATE accounts SET must_change_password = false, password_expires_at = NULL');
  });

  const logIn = async () =>
    (await call('POST', '/v1/staff/sessions', { body: { username: NAMED_STAFF[0]!.username, password: SIMULATED_PASSWORD } })).json as {
      accessToken: string;
      refreshToken: string;
    };
  const [ended, spent] = [await logIn(), await logIn()];
  await call('DELETE', '/v1/staff/sessions/current', { bearer: ended.accessToken });
  const { json: fresh } = await call('POST', '/v1/staff/sessions/refresh', { body: { refreshToken: spent.refreshToken } });
  await call('POST', '/_sim/workspaces', { body: { name: 'elsewhere' } });
  const there = (await call('POST', '/w/elsewhere/_sim/tokens', { body: { role: 'clerk' } })).json as { accessToken: string };
  const leased = (await call('POST', `/v1/staff/declarations/${other.id}/lease`, { bearer: clerk.accessToken })).json;

  return {
    owner,
    other,
    uploadId,
    dead: [
      { what: 'a citizen’s that was logged out', access: 'citizen', token: leftSession },
      { what: 'a citizen’s past its end', access: 'citizen', token: pastSession },
      { what: 'of a draft that was given up', access: 'draftToken', token: givenUp.draftToken, id: givenUp.id, uploadId: givenUpUpload },
      { what: 'a tracking code that was replaced', access: 'trackingCode', token: renewed.trackingCode, id: renewed.id },
    ],
    bystander: bystander.staff.id,
    officers: new Map<Actor, string>([
      ['clerk', clerk.accessToken],
      ['clerk elsewhere', elsewhere.accessToken],
      ['supervisor', supervisor.accessToken],
      ['admin', admin.accessToken],
      ['expired', expired.accessToken],
      ['deactivated', leaver.accessToken],
    ]),
    tokens: {
      loggedOut: ended.accessToken,
      expired: expired.accessToken,
      ofLeaver: leaver.accessToken,
      ofAnotherWorkspace: there.accessToken,
      refresh: String(fresh['refreshToken']),
      spentRefresh: spent.refreshToken,
      refreshedAway: spent.accessToken,
      citizen: owner.session,
      staff: clerk.accessToken,
      draft: owner.draft.draftToken,
      tracking: owner.trackingCode,
      lease: String(leased['leaseToken']),
      idempotencyKey: randomUUID(),
    },
  };
}

/** The path of a route, with what everybody asks for in it. */
export function pathOf(
  { owner, uploadId, bystander }: Pick<Stage, 'owner' | 'uploadId' | 'bystander'>,
  { template }: Pick<Route, 'template'>,
): string {
  const id = template.startsWith('/v1/drafts') ? owner.draft.id : template.startsWith('/v1/uploads') ? uploadId : owner.id;
  return template
    .replace('{id}', id)
    .replace('{slot}', 'portrait')
    .replace('{code}', '03102')
    .replace('{staffId}', bystander)
    .replace(/\{\w+\}/g, '01');
}

/** What somebody holds out at a route's door; citizens the route's own kind of key. */
export function tokenOf({ owner, other, officers }: Stage, actor: Actor, access: Route['access']): string | undefined {
  if (actor === 'anonymous') return undefined;
  if (actor === 'citizen' || actor === 'citizen of another dossier') {
    const person = actor === 'citizen' ? owner : other;
    if (access === 'draftToken') return person.draft.draftToken;
    if (access === 'trackingCode') return person.trackingCode;
    return person.session;
  }
  return officers.get(actor);
}
