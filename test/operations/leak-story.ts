import { randomUUID } from 'node:crypto';
import { checklistFor, World, type FormFields, type Photos } from '../support/people.ts';
import type { Canaries } from './canaries.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';

/** All that a person can send, each said by nobody else. What is refused, guessed or thrown away is planted as well. */
export const WORDS = {
  insuranceNumber: '7913572468',
  fullName: 'Trịnh Hoài Yến Oanh',
  idNumber: '079190813572',
  phone: '0352468135',
  amendedPhone: '0352468246',
  street: 'Ngách Hoàng Yến Bảy Bảy',
  email: 'hoang.yen.bay.bay@example.com',
  idempotencyKey: 'canary-of-the-key-7f3a',
  clientId: 'canary-of-the-client-7f3a',
  requestId: 'canary-of-the-request-7f3a',
  userAgent: 'CanaryBrowser/7f3a',
  fileName: 'chim-hoang-yen-7f3a.jpg',
  exif: 'canary in the photo 7f3a',
  path: 'canary-of-the-path-7f3a',
  query: 'canary-of-the-query-7f3a',
  brokenBody: 'canary of the broken body 7f3a',
  lookedUpName: 'Đàm Thị Bạch Yến Sào',
  lookedUpId: '079190246802',
  guessedNumber: '7913579135',
  guessedPhone: '0352468357',
  guessedDossier: '98765.GD/2021/03107',
  cardName: 'Lưu Thị Yến Phụng',
  cardAddress: 'Hẻm Chim Câu Số Chín',
  foreignCode: 'canary-of-another-code-7f3a',
  wrongTrackingCode: '7F3A-7F3A-7F3A-7F3A',
  wrongLease: 'canary-of-the-lease-7f3a',
  wrongBearer: 'canary-of-the-bearer-7f3a',
  wrongPaper: '079190975310',
  wrongCursor: 'canary-of-the-cursor-7f3a',
  username: 'canary.username.7f3a',
  staffPassword: 'mật khẩu của chim yến',
  wrongPassword: 'mật khẩu sai của chim yến',
  weakPassword: 'yến7f3a',
  newPassword: 'Chim yến về tổ ấm',
  recoveredPassword: 'Chim yến lại về tổ ấm',
  returnedText: 'Chim yến xin gọi lại sau',
  rejectedText: 'Chim yến không đến đây',
  returnNote: 'Ghi chú kín về chim yến',
  approvalNote: 'Ghi chú kín thứ hai về chim yến',
  transferReason: 'Chim yến chuyển tổ',
} as const;
const REFUSED_FIELDS = ['insuranceNumber', 'fullName', 'idNumber', 'street', 'phone', 'email', 'officeCode', 'wardCode'] as const;

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

interface Answer {
  status: number;
  location: string | undefined;
  body: Record<string, string>;
}
interface Sending {
  token?: string | undefined;
  json?: object;
  form?: FormData;
  text?: string;
  headers?: Record<string, string>;
}

/** Everything that people do and that goes wrong, told over bare HTTP with a canary in every field and every header. */
export class LeakStory {
  /** Every refusal, as it went over the wire. */
  readonly refusals: [place: string, text: string][] = [];
  /** Every other answer, by its status, method and path without ids. */
  readonly answers: [place: string, text: string][] = [];
  /** All that was sent, as far as it was told here. */
  readonly sent: string[] = [];
  readonly statuses = new Set<number>();
  /** Of all problems. */
  readonly codes = new Set<string>();
  readonly world: World;

  constructor(
    private readonly url: string,
    private readonly gate: TcpProxy,
    private readonly canaries: Canaries,
    private readonly photos: Required<Photos>,
  ) {
    this.world = new World(url);
  }

  submits(fields: FormFields, key = `${WORDS.idempotencyKey}-${randomUUID()}`): Promise<Answer> {
    return this.ask('POST', '/v1/declarations', { form: multipart(fields, this.photos), headers: { 'Idempotency-Key': key } });
  }

  /** Look-up, eligibility, cards and drafts. */
  async looksForHelp(): Promise<void> {
    const { lookedUpName: fullName, lookedUpId: idNumber, guessedNumber: insuranceNumber, guessedPhone: phone } = WORDS;
    await must(200, this.ask('POST', '/v1/lookups/insurance-number', { json: { fullName, dateOfBirth: '1990-01-01', idNumber } }));
    await must(200, this.ask('POST', '/v1/eligibility', { json: { insuranceNumber, idNumber, phone } }));
    const card = `079190135791||${WORDS.cardName}|01011990|Nữ|${WORDS.cardAddress}, Đằng Giang, Ngô Quyền, Hải Phòng|01012021`;
    await must(200, this.ask('POST', '/v1/qr/decode', { json: { payload: card } }));
    await must(422, this.ask('POST', '/v1/qr/decode', { json: { payload: WORDS.foreignCode } }));
    await must(422, this.ask('POST', '/v1/qr/decode', { form: multipart({}, { image: this.photos.portrait }) }));

    const draft = await must(201, this.ask('POST', '/v1/drafts', { json: { street: WORDS.street } }));
    const token = this.canaries.plant('draftToken', draft['draftToken']!);
    const path = `/v1/drafts/${draft['id']}`;
    await must(422, this.ask('PATCH', path, { token, json: this.refusedForm(), headers: { 'If-Match': '*' } }));
    await must(428, this.ask('PATCH', path, { token, json: { street: WORDS.street } }));
    await must(412, this.ask('PATCH', path, { token, json: { street: WORDS.street }, headers: { 'If-Match': '"99"' } }));
    await must(200, this.ask('PUT', `${path}/photos/portrait`, { token, form: multipart({}, { file: this.photos.portrait }) }));
    await must(422, this.ask('POST', `${path}/submission`, { token, headers: { 'Idempotency-Key': WORDS.idempotencyKey } }));
    await must(200, this.ask('GET', path, { token }));
    await must(204, this.ask('DELETE', path, { token, headers: { 'If-Match': '*' } }));
  }

  /** @returns the dossier, sent after it was refused in many ways */
  async isRefusedThenSends(): Promise<{ id: string; dossierNumber: string }> {
    const { insuranceNumber, fullName, idNumber, phone, street, email } = WORDS;
    const own = { insuranceNumber, fullName, idNumber, phone, street, email, emailCopy: 'true', emailForNotices: 'true' };
    const fields = { ...this.world.stranger().form, ...own };
    await must(422, this.submits({ ...fields, ...this.refusedForm() }));
    await must(400, this.ask('POST', '/v1/declarations', { form: multipart(fields, this.photos) }));
    await must(415, this.ask('POST', '/v1/declarations', { form: multipart(fields, textFiles()), headers: { 'Idempotency-Key': 'text' } }));
    const receipt = await must(201, this.submits(fields, WORDS.idempotencyKey));
    await must(201, this.submits(fields, WORDS.idempotencyKey));
    await must(422, this.submits({ ...fields, street: 'Khác' }, WORDS.idempotencyKey));
    await must(409, this.submits(fields));

    const { dossierNumber = '', trackingCode = '', id = '' } = receipt;
    const track = (number: string, code: string) =>
      this.ask('POST', '/v1/declarations/tracking', { json: { dossierNumber: number, trackingCode: code } });
    await must(200, track(dossierNumber, this.canaries.plant('trackingCode', trackingCode)));
    await must(404, track(dossierNumber, WORDS.wrongTrackingCode));
    await must(404, track(WORDS.guessedDossier, trackingCode));
    const renew = (number: string) => this.ask('POST', '/v1/declarations/tracking-code', { json: { dossierNumber, phone: number } });
    await must(202, renew(WORDS.guessedPhone));
    await must(202, renew(phone));
    const { fields: told } = await this.world.message({ template: 'tracking-code', dossierNumber });
    const token = this.canaries.plant('renewedTrackingCode', told['trackingCode']!);
    await must(200, this.ask('GET', `/v1/declarations/${id}`, { token }));
    return { id, dossierNumber };
  }

  /** Return, amendment, approval; rejection; transfer. */
  async goesThroughTheCounter({ id, dossierNumber }: { id: string; dossierNumber: string }): Promise<void> {
    const citizensToken = (await this.world.message({ template: 'tracking-code', dossierNumber })).fields['trackingCode']!;
    const clerk = await this.world.staff();
    const token = this.canaries.plant('officersToken', clerk.token);
    const path = `/v1/staff/declarations/${id}`;
    const lease = async (dossier = path) => {
      const { leaseToken } = await must(201, this.ask('POST', `${dossier}/lease`, { token }));
      return { 'Lease-Token': this.canaries.plant(`lease of ${dossier}`, leaseToken!), 'If-Match': '*' };
    };
    const items = [{ field: 'phone', reasonCode: 'phone-wrong', text: WORDS.returnedText }];
    await must(200, this.ask('GET', path, { token }));
    await must(200, this.ask('GET', `${path}/photos/portrait`, { token }));
    await must(
      409,
      this.ask('POST', `${path}/return`, { token, json: { items }, headers: { 'If-Match': '*', 'Lease-Token': WORDS.wrongLease } }),
    );
    await must(200, this.ask('POST', `${path}/return`, { token, json: { items, internalNote: WORDS.returnNote }, headers: await lease() }));
    await must(409, this.ask('PATCH', `/v1/declarations/${id}`, { token: citizensToken, json: { street: WORDS.street } }));
    await must(200, this.ask('PATCH', `/v1/declarations/${id}`, { token: citizensToken, json: { phone: WORDS.amendedPhone } }));
    await must(200, this.ask('POST', `/v1/declarations/${id}/resubmission`, { token: citizensToken }));

    const headers = await lease();
    const approve = (paper: string, given: object = {}) => {
      const checklist = checklistFor(paper, { registryUnknownConfirmed: true, ...given });
      return this.ask('POST', `${path}/approval`, { token, headers, json: { checklist, internalNote: WORDS.approvalNote } });
    };
    await must(422, approve(WORDS.wrongPaper));
    await must(200, approve(WORDS.idNumber));
    const { fields } = await this.world.message({ template: 'credentials', dossierNumber });
    this.canaries.plant('firstPassword', fields['password']!);

    const dossier = async () => `/v1/staff/declarations/${(await must(201, this.submits(this.world.stranger().form)))['id']}`;
    const [rejected, returned, transferred] = [await dossier(), await dossier(), await dossier()];
    const rejection = { reasonCode: 'never-came', text: WORDS.rejectedText };
    await must(200, this.ask('POST', `${rejected}/rejection`, { token, json: rejection, headers: await lease(rejected) }));
    await must(200, this.ask('POST', `${returned}/return`, { token, json: { items }, headers: await lease(returned) }));
    const transfer = { officeCode: '03103', reason: WORDS.transferReason };
    await must(200, this.ask('POST', `${transferred}/transfer`, { token, json: transfer, headers: { 'If-Match': '*' } }));
    await must(404, this.ask('GET', transferred, { token }));
  }

  /** Log-in, first change of password, recovery. */
  async usesTheAccount(): Promise<void> {
    const { insuranceNumber, newPassword, recoveredPassword } = WORDS;
    const login = (number: string, password: string) => this.ask('POST', '/v1/sessions', { json: { insuranceNumber: number, password } });
    const { fields } = await this.world.message({ template: 'credentials' });
    await must(401, login(insuranceNumber, WORDS.wrongPassword));
    const first = await must(201, login(insuranceNumber, fields['password']!));
    const token = this.canaries.plant('firstSession', first['accessToken']!);
    await must(403, this.ask('GET', '/v1/me', { token }));
    const change = (password: string) =>
      this.ask('PUT', '/v1/me/password', { token, json: { currentPassword: fields['password'], newPassword: password } });
    await must(422, change(WORDS.weakPassword));
    await must(204, change(newPassword));
    const session = await must(201, login(insuranceNumber, newPassword));
    this.canaries.plant('session', session['accessToken']!);
    this.canaries.plant('refreshToken', session['refreshToken']!);

    await must(202, this.ask('POST', '/v1/password-resets', { json: { insuranceNumber } }));
    const { otp } = (await this.world.message({ template: 'password-reset' })).fields;
    const confirm = (code: string) =>
      this.ask('POST', '/v1/password-resets/confirmation', { json: { insuranceNumber, otp: code, newPassword: recoveredPassword } });
    await must(401, confirm(otp === '000000' ? '000001' : '000000'));
    await must(204, confirm(this.canaries.plant('otp', otp!)));
    for (let time = 0; time < 5; time++) await must(401, login(WORDS.guessedNumber, WORDS.wrongPassword));
    await must(429, login(WORDS.guessedNumber, WORDS.wrongPassword));
  }

  /** What is refused before anything is looked at, and what fails through no fault of the caller. */
  async meetsEveryDoor(): Promise<void> {
    const clerk = await this.world.staff();
    const { wrongBearer, wrongCursor, path, query, username, staffPassword, brokenBody } = WORDS;
    await must(404, this.ask('GET', `/v1/${path}`));
    await must(406, this.ask('GET', '/v1/places/provinces', { headers: { Accept: `text/${path}` } }));
    await must(405, this.ask('DELETE', `/v1/eligibility?${query}=${query}`));
    await must(400, this.ask('GET', `/v1/places/provinces?q=${query}`));
    await must(400, this.ask('GET', `/v1/staff/declarations?cursor=${wrongCursor}`, { token: clerk.token }));
    await must(401, this.ask('GET', '/v1/staff/declarations', { token: wrongBearer }));
    await must(401, this.ask('POST', '/v1/staff/sessions', { json: { username, password: staffPassword } }));
    await must(404, this.ask('GET', '/v1/places/provinces', { headers: { 'X-Workspace': path } }));
    const raw = (type: string, body: string) =>
      fetch(`${this.url}/v1/eligibility`, { method: 'POST', headers: { 'Content-Type': type }, body }).then(async (response) => {
        this.sent.push(body);
        this.statuses.add(response.status);
        const text = await response.text();
        this.refusals.push([`${response.status} ${type}`, text]);
        this.codes.add((JSON.parse(text) as { code: string }).code);
      });
    await raw('application/json', `{"insuranceNumber": "${brokenBody}`);
    await raw('text/plain', brokenBody);
    await raw('application/json', JSON.stringify({ phone: brokenBody.repeat(50_000) }));
    await this.gate.shut();
    await must(503, this.submits({ ...this.world.stranger().form, fullName: WORDS.fullName, street: WORDS.street }));
    await must(503, this.ask('POST', '/v1/sessions', { json: { insuranceNumber: WORDS.insuranceNumber, password: WORDS.newPassword } }));
    await must(
      503,
      this.ask('POST', '/v1/lookups/insurance-number', { json: { fullName: WORDS.lookedUpName, dateOfBirth: '1990-01-01' } }),
    );
    await this.gate.open();
  }

  /** Words that no field takes, another one for each. */
  refusedForm(): Record<string, string> {
    return Object.fromEntries(REFUSED_FIELDS.map((field) => [field, this.canaries.plant(`refused ${field}`, `<canary of ${field} 7f3a>`)]));
  }

  async ask(method: string, path: string, { token, json, form, text: typed, headers }: Sending = {}): Promise<Answer> {
    const content = json ? JSON.stringify(json) : typed;
    const given: Record<string, string> = {
      'User-Agent': WORDS.userAgent,
      'X-Request-Id': WORDS.requestId,
      'X-Client-Id': WORDS.clientId,
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(json && { 'Content-Type': 'application/json' }),
      ...headers,
    };
    this.sent.push([path, ...Object.values(given), content ?? '', await textOf(form)].join('\n'));
    const response = await fetch(this.url + path, {
      method,
      headers: given,
      body: form ?? content ?? (null as never),
    });
    const text = await response.text();
    this.statuses.add(response.status);
    const told = text + JSON.stringify([...response.headers]);
    if (response.status >= 400) this.refusals.push([`${response.status} ${method} ${path}`, told]);
    else this.answers.push([`${method} ${path.replace(UUID, '{id}')}`, told]);
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const body = isJson ? (JSON.parse(text) as Record<string, string>) : {};
    if (response.status >= 400 && body['code'] !== undefined) this.codes.add(body['code']);
    return { status: response.status, location: response.headers.get('location') ?? undefined, body };
  }
}

export async function must(status: number, answer: Promise<Answer>): Promise<Record<string, string>> {
  const { status: given, body } = await answer;
  if (given !== status) throw new Error(`expected ${status}, got ${given} ${JSON.stringify(body)}`);
  return body;
}

function multipart(fields: object, files: Partial<Record<string, Buffer>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  for (const [name, bytes] of Object.entries(files)) form.set(name, new Blob([new Uint8Array(bytes!)]), WORDS.fileName);
  return form;
}

/** What a form carries, its files byte by byte. */
async function textOf(form: FormData | undefined): Promise<string> {
  const parts = await Promise.all(
    [...(form ?? [])].map(async ([name, value]) => `${name}: ${typeof value === 'string' ? value : `${value.name} ${await value.text()}`}`),
  );
  return parts.join('\n');
}

function textFiles(): Photos {
  const text = Buffer.from(WORDS.brokenBody);
  return { portrait: text, idFront: text, idBack: text };
}
