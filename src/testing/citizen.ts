import { randomUUID } from 'node:crypto';
import { bodyOf, type IntakeApi, type Schema } from './api-client.ts';
import type { FormFields, Sitter } from './cast.ts';
import type { Inbox } from './inbox.ts';
import { PHOTO_SLOTS, type PhotoAlbum, type PhotoSlot } from './photo-album.ts';

/** The world that a citizen lives in. */
export interface CitizensWorld {
  readonly client: IntakeApi;
  readonly sms: Inbox;
  readonly album: PhotoAlbum;
}

/** What of a submission is not as it usually is. */
export interface Submission {
  /** Fields that are filled in otherwise. */
  readonly changes?: FormFields;
  /** JPEG or PNG; a slot that is left out gets its usual photo, `null` sends none. */
  readonly photos?: Partial<Record<PhotoSlot, Uint8Array | null>>;
  readonly idempotencyKey?: string;
}

export type Receipt = Schema<'ReceiptDto'>;

/** Somebody with a phone who registers. Every method throws `IntakeRefusal` for an answer that is no success. */
export class Citizen {
  private found: Promise<Sitter> | undefined;
  private sent: Receipt | undefined;
  private password: string | undefined;
  private session: Schema<'CitizenSessionDto'> | undefined;

  constructor(
    private readonly world: CitizensWorld,
    private readonly find: () => Promise<Sitter>,
  ) {}

  /** What is written into the form. */
  async form(): Promise<FormFields> {
    return (await this.sitter()).form;
  }

  /** What came back from the last submission. @throws Error when nothing was sent */
  get receipt(): Receipt {
    if (!this.sent) throw new Error('this citizen has not submitted anything yet');
    return this.sent;
  }

  /** Sends the form with three photos in one request. */
  async submits({ changes = {}, photos = {}, idempotencyKey = randomUUID() }: Submission = {}): Promise<Receipt> {
    const { form, persona } = await this.sitter();
    const body = new FormData();
    for (const [name, text] of Object.entries({ ...form, ...changes })) body.append(name, text);
    for (const slot of PHOTO_SLOTS) {
      const photo =
        photos[slot] === undefined ? await this.world.album.photo(slot, persona === undefined ? {} : { persona }) : photos[slot];
      if (photo) body.append(slot, new Blob([new Uint8Array(photo)]), `${slot}.jpg`);
    }
    const sent = this.world.client.POST('/v1/declarations', {
      params: { header: { 'Idempotency-Key': idempotencyKey } },
      // The document's types speak of fields; what travels is the form with its files.
      body: body as never,
    });
    return (this.sent = await bodyOf(sent));
  }

  /** Begins a draft with all fields filled in, photos not yet. @returns its id and what opens it */
  async drafts(changes: FormFields = {}): Promise<Schema<'DraftCreatedDto'>> {
    const fields = Object.entries({ ...(await this.form()), ...changes });
    const typed = Object.fromEntries(fields.map(([name, text]) => [name, /^(true|false)$/.test(text) ? text === 'true' : text]));
    return bodyOf(this.world.client.POST('/v1/drafts', { body: typed as never }));
  }

  /** The own dossier: data, status, what to do next. */
  async sees(): Promise<Schema<'CitizenDeclarationDto'>> {
    return bodyOf(this.world.client.GET('/v1/declarations/{id}', this.own()));
  }

  /** What anybody is told who holds number and tracking code. */
  async tracks(): Promise<Schema<'TrackedDto'>> {
    const { dossierNumber, trackingCode } = this.receipt;
    return bodyOf(this.world.client.POST('/v1/declarations/tracking', { body: { dossierNumber, trackingCode } }));
  }

  async withdraws(): Promise<Schema<'CitizenDeclarationDto'>> {
    return bodyOf(this.world.client.POST('/v1/declarations/{id}/withdrawal', this.own()));
  }

  /** The password of the SMS that an approval sends; waits for it. */
  async readsPassword(): Promise<string> {
    const { dossierNumber } = this.receipt;
    const { fields } = await this.world.sms.waitFor({ dossierNumber, template: 'credentials' });
    if (fields.password === undefined) throw new Error(`the SMS about ${dossierNumber} came without a password`);
    return fields.password;
  }

  /** By the password that was chosen, else by that of the SMS. A first password only opens `changesPassword`. */
  async logsIn(password?: string): Promise<Schema<'CitizenSessionDto'>> {
    const { insuranceNumber } = await this.form();
    const tried = password ?? this.password ?? (await this.readsPassword());
    const body = { insuranceNumber: this.sent?.insuranceNumber ?? insuranceNumber!, password: tried };
    const session = await bodyOf(this.world.client.POST('/v1/sessions', { body }));
    this.password = tried;
    return (this.session = session);
  }

  async changesPassword(newPassword = 'Trời xanh biển rộng'): Promise<void> {
    if (this.password === undefined) await this.logsIn();
    const body = { currentPassword: this.password!, newPassword };
    await bodyOf(this.world.client.PUT('/v1/me/password', { headers: this.bearer(), body }));
    this.password = newPassword;
  }

  /** Who the service thinks is logged in. */
  async profile(): Promise<Schema<'ProfileDto'>> {
    return bodyOf(this.world.client.GET('/v1/me', { headers: this.bearer() }));
  }

  private sitter(): Promise<Sitter> {
    return (this.found ??= this.find());
  }

  private own() {
    const { id, trackingCode } = this.receipt;
    return { params: { path: { id } }, headers: { Authorization: `Bearer ${trackingCode}` } };
  }

  private bearer() {
    if (!this.session) throw new Error('this citizen has not logged in yet');
    return { Authorization: `Bearer ${this.session.accessToken}` };
  }
}
