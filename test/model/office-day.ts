import { SIMULATED_PASSWORD } from '../../src/simulator/named-staff.ts';
import type { Action, Clerk } from './dossier-model.ts';
import type { HistoryEntry } from './history-replay.ts';

export type PhotoFiles = Readonly<Record<'portrait' | 'idFront' | 'idBack', Buffer>>;

/** What a real dossier is known by. */
export interface RealDossier {
  readonly id: string;
  readonly idNumber: string;
  readonly trackingCode: string;
  /** Real fencing tokens by the model's names for them. */
  readonly tokens: Map<string, string>;
}

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Record<string, unknown>;
}

const USERNAMES: Record<Clerk, string> = { A: 'canbo.03102', B: 'lanhdao.03102' };
const METHODS = { lease: 'POST', renew: 'PUT', release: 'DELETE' } as const;
const ELSEWHERE = '03103';
const MOST_RETRIES = 20;

/** One server's office with two clerks at work, over HTTP; every call is one request. */
export class OfficeDay {
  private bearers: Record<Clerk, string> = { A: '', B: '' };
  private serial = 0;

  constructor(
    private readonly url: string,
    private readonly photos: PhotoFiles,
  ) {}

  /** An empty world whose clock stands still. @returns the domain's time, ms */
  async begin(now: string): Promise<number> {
    await this.must('POST', '/_sim/reset');
    await this.must('PUT', '/_sim/clock', { body: { now, frozen: true } });
    await this.logIn();
    return Date.parse(now);
  }

  /** Moves the clock on; sessions may have ended by that, so both clerks log in anew. @returns the domain's time, ms */
  async advance(minutes: number): Promise<number> {
    const { body } = await this.must('POST', '/_sim/clock/advance', { body: { by: `PT${minutes}M` } });
    await this.logIn();
    return Date.parse(String(body['now']));
  }

  async submit(): Promise<RealDossier> {
    const serial = String(++this.serial).padStart(6, '0');
    const idNumber = `079090${serial}`;
    const form = new FormData();
    const fields = {
      ...{ insuranceNumber: `7900${serial}`, fullName: 'Nguyễn Văn Người Lạ', idNumber, phone: `0901${serial}`, officeCode: '03102' },
      ...{ provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12 Lạch Tray' },
      ...{ commitmentAccepted: 'true', dataProcessingAccepted: 'true' },
    };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const [slot, bytes] of Object.entries(this.photos)) form.set(slot, new Blob([new Uint8Array(bytes)]), `${slot}.jpg`);
    const { body } = await this.must('POST', '/v1/declarations', { form, headers: { 'Idempotency-Key': `model-${serial}` } });
    return { id: String(body['id']), idNumber, trackingCode: String(body['trackingCode']), tokens: new Map() };
  }

  /** Does it, and says the answer in the model's words. */
  async perform(dossier: RealDossier, action: Action): Promise<string> {
    const answer = await this.call(...this.requestOf(dossier, action));
    const { code } = answer.body;
    if (answer.status >= 400) return typeof code === 'string' ? code : String(answer.status);
    if (action.does === 'read') return `${String(answer.body['status'])} v${String(answer.etag).replaceAll('"', '')}`;
    if (action.does === 'lease') dossier.tokens.set(action.grants, String(answer.body['leaseToken']));
    return 'ok';
  }

  /** How it ended, read by whoever has it now. */
  async outcome(
    { id }: RealDossier,
    isElsewhere: boolean,
  ): Promise<{ entries: HistoryEntry[]; status: string; version: number; revision: number }> {
    const bearer = isElsewhere ? await this.tokenElsewhere() : this.bearers.A;
    const { body: dossier, etag } = await this.must('GET', `/v1/staff/declarations/${id}`, { bearer });
    const { body: history } = await this.must('GET', `/v1/staff/declarations/${id}/history`, { bearer });
    return {
      entries: history['items'] as HistoryEntry[],
      status: String(dossier['status']),
      version: Number(String(etag).replaceAll('"', '')),
      revision: Number(dossier['revision']),
    };
  }

  private requestOf({ id, idNumber, trackingCode, tokens }: RealDossier, action: Action): Parameters<OfficeDay['call']> {
    if (action.who === 'citizen') {
      const own = `/v1/declarations/${id}`;
      if (action.does !== 'amend')
        return ['POST', `${own}/${action.does === 'withdraw' ? 'withdrawal' : 'resubmission'}`, { bearer: trackingCode }];
      return ['PATCH', own, { bearer: trackingCode, headers: ifMatch(action.ifMatch), body: { street: 'Số 14 Lạch Tray' } }];
    }
    const path = `/v1/staff/declarations/${id}`;
    const bearer = this.bearers[action.who];
    const lease: Record<string, string> =
      'token' in action && action.token !== undefined ? { 'Lease-Token': tokens.get(action.token) ?? action.token } : {};
    if ('ifMatch' in action) {
      const [route, body] = decisionOf(action.does, idNumber);
      return ['POST', `${path}/${route}`, { bearer, headers: { ...lease, ...ifMatch(action.ifMatch) }, body }];
    }
    return action.does === 'read' ? ['GET', path, { bearer }] : [METHODS[action.does], `${path}/lease`, { bearer, headers: lease }];
  }

  private async logIn(): Promise<void> {
    for (const clerk of ['A', 'B'] as const) {
      const { body } = await this.must('POST', '/v1/staff/sessions', {
        body: { username: USERNAMES[clerk], password: SIMULATED_PASSWORD },
      });
      this.bearers = { ...this.bearers, [clerk]: String(body['accessToken']) };
    }
  }

  private async tokenElsewhere(): Promise<string> {
    const { body } = await this.must('POST', '/_sim/tokens', { body: { role: 'clerk', officeCode: ELSEWHERE } });
    return String(body['accessToken']);
  }

  /** As any client does, it comes again when the service is busy; the key keeps it one declaration. */
  private async must(...request: Parameters<OfficeDay['call']>): Promise<Answer> {
    let answer = await this.call(...request);
    for (let again = 0; again < MOST_RETRIES && answer.status === 503; again++) answer = await this.call(...request);
    if (answer.status >= 400) throw new Error(`${request[0]} ${request[1]} → ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  private async call(
    method: string,
    path: string,
    { bearer, headers = {}, body, form }: { bearer?: string; headers?: Record<string, string>; body?: object; form?: FormData } = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...headers,
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(form && { body: form }),
    });
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  }
}

function ifMatch(version: number | undefined): Record<string, string> {
  return version === undefined ? {} : { 'If-Match': `"${version}"` };
}

function decisionOf(does: 'approve' | 'return' | 'reject' | 'transfer', idNumber: string): [route: string, body: object] {
  switch (does) {
    case 'approve': {
      const seen = { personPresent: true, originalIdSeen: true, portraitMatches: true, phoneConfirmed: true, formSigned: true };
      return ['approval', { checklist: { ...seen, originalIdNumber: idNumber, registryUnknownConfirmed: true } }];
    }
    case 'return':
      return ['return', { items: [{ field: 'street', reasonCode: 'address-incomplete' }] }];
    case 'reject':
      return ['rejection', { reasonCode: 'never-came' }];
    case 'transfer':
      return ['transfer', { officeCode: ELSEWHERE, reason: 'Chuyển' }];
  }
}
