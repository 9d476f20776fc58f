import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import type { PhotoSlot } from '../../src/photos/photo-slot.ts';
import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';

export interface Told {
  /** 0 = the connection was closed before there was an answer. */
  readonly status: number;
  /** The problem's own code and those of its faults; none when it was taken. */
  readonly codes: readonly string[];
  readonly isWellFormed: boolean;
  readonly milliseconds: number;
}

interface Problem {
  code?: string;
  status?: number;
  errors?: { pointer: string; code: string }[];
}

/** Somebody who puts one file after the other into one slot of a draft. */
export class DraftHolder {
  private constructor(
    private readonly url: string,
    readonly slot: PhotoSlot,
    readonly id: string,
    private readonly token: string,
  ) {}

  static async of(url: string, slot: PhotoSlot): Promise<DraftHolder> {
    const response = await fetch(`${url}/v1/drafts`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
    const { id, draftToken } = (await response.json()) as { id: string; draftToken: string };
    return new DraftHolder(url, slot, id, draftToken);
  }

  async puts(file: Buffer): Promise<Told> {
    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(file)], { type: 'image/jpeg' }), `${this.slot}.jpg`);
    const began = performance.now();
    const response = await fetch(this.path, { method: 'PUT', headers: this.headers, body }).catch(() => undefined);
    if (!response) return { status: 0, codes: ['closed'], isWellFormed: true, milliseconds: performance.now() - began };
    const problem = (await response.json()) as Problem;
    const milliseconds = performance.now() - began;
    const codes = response.ok ? [] : [problem.code ?? 'none', ...(problem.errors ?? []).map(({ code }) => code)];
    const isProblem =
      response.headers.get('content-type')?.startsWith('application/problem+json') === true && problem.status === response.status;
    return { status: response.status, codes, isWellFormed: response.ok || isProblem, milliseconds };
  }

  /** The photo as its owner sees it; what comes back instead when there is none. */
  async sees(): Promise<Buffer> {
    return Buffer.from(await (await fetch(this.path, { headers: this.headers })).arrayBuffer());
  }

  private get path(): string {
    return `${this.url}/v1/drafts/${this.id}/photos/${this.slot}`;
  }

  private get headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.token}` };
  }
}

/** A whole declaration with these photos, and everything that anybody is then shown of it: pictures, papers and mail, opened. */
export async function shownOfDeclaration(
  url: string,
  photos: Readonly<Record<PhotoSlot, Buffer>>,
  serial: number,
): Promise<Map<string, Buffer>> {
  const form = new FormData();
  const fields = {
    insuranceNumber: `81${String(serial).padStart(8, '0')}`,
    idNumber: `0010850${String(serial).padStart(5, '0')}`,
    phone: `0352${String(serial).padStart(6, '0')}`,
    email: `citizen${serial}@example.com`,
    ...{ fullName: 'Nguyễn Thị Hoà', provinceCode: '01', districtCode: '001', wardCode: '00001', street: 'Số 12, Hàng Than' },
    ...{ officeCode: '03102', commitmentAccepted: 'true', dataProcessingAccepted: 'true', emailCopy: 'true' },
  };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const slot of PHOTO_SLOTS) form.set(slot, new Blob([new Uint8Array(photos[slot])]), `${slot}.jpg`);
  const taken = await fetch(`${url}/v1/declarations`, { method: 'POST', headers: { 'Idempotency-Key': randomUUID() }, body: form });
  if (taken.status !== 201) throw new Error(`a declaration with photos that are taken one by one: ${taken.status} ${await taken.text()}`);
  const { id, dossierNumber, trackingCode } = (await taken.json()) as Record<string, string>;
  const tokens = await fetch(`${url}/_sim/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"role":"clerk","officeCode":"03102"}',
  });
  const { accessToken } = (await tokens.json()) as { accessToken: string };

  const shown = new Map<string, Buffer>();
  const look = async (what: string, path: string, token: string) => {
    const response = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
    if (response.status !== 200) throw new Error(`${what}: ${response.status} ${await response.text()}`);
    shown.set(what, Buffer.from(await response.arrayBuffer()));
  };
  for (const slot of PHOTO_SLOTS) {
    for (const size of ['full', 'thumbnail'])
      await look(`${slot}, ${size}`, `/v1/staff/declarations/${id}/photos/${slot}?size=${size}`, accessToken);
  }
  await look('the clerk’s view', `/v1/staff/declarations/${id}`, accessToken);
  await look('the clerk’s PDF', `/v1/staff/declarations/${id}/form.pdf`, accessToken);
  await look('the citizen’s PDF', `/v1/declarations/${id}/form.pdf`, trackingCode!);
  const query = new URLSearchParams({ template: 'declaration-copy', dossierNumber: dossierNumber!, timeout: '30' });
  const mail = (await (await fetch(`${url}/_sim/await?${query.toString()}`)).json()) as { id: string };
  await look('the mail', `/_sim/messages/${mail.id}/raw`, accessToken);
  const { attachments } = await PostalMime.parse(shown.get('the mail')!);
  for (const { filename, content } of attachments) shown.set(`the mail’s ${filename ?? 'attachment'}`, Buffer.from(content as ArrayBuffer));
  return shown;
}
