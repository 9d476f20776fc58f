import { answerOf, bodyOf, type IntakeApi, type Schema } from './api-client.ts';

/** A citizen who has submitted, what a journey answered with, or whatever else names a dossier. */
export type Dossier =
  | { readonly receipt: { readonly id: string; readonly office: { readonly code: string } } }
  | { readonly declarationId: string; readonly officeCode: string }
  | { readonly id: string };

export interface StaffWish {
  readonly role?: 'clerk' | 'supervisor' | 'admin';
  /** By default the office that the first dossier was sent to, and 03102 where that is not known. */
  readonly officeCode?: string;
}

/** A dossier as the counter sees it, and the ETag that a decision about it is sent with. */
export interface OpenedDossier {
  readonly dossier: Schema<'DossierDto'>;
  readonly etag: string;
}

/** What every deciding request carries. */
interface Decision {
  readonly params: { readonly path: { id: string }; readonly header: { 'Lease-Token': string; 'If-Match': string } };
  readonly headers: { readonly Authorization: string };
}

/**
 * Somebody behind the counter. Takes up work with the first call; the token lives 15 minutes of the workspace's time, so after a
 * longer move of the clock somebody else has to be asked for; after a reset a colleague takes over. Every method throws `IntakeRefusal` for an answer that is no success.
 */
export class Officer {
  private pass: Promise<Schema<'TokenAnswer'>> | undefined;
  private readonly taken = new Map<string, string>();
  private since: number;

  /** @param resets how often the workspace has been emptied, which ends everybody's sessions */
  constructor(
    private readonly client: IntakeApi,
    private readonly wish: StaffWish,
    private readonly resets: () => number = () => 0,
  ) {
    this.since = resets();
  }

  /** For calls of one's own: `client.GET('/v1/staff/queues', { headers: await officer.headers() })`. */
  headers(): Promise<{ Authorization: string }> {
    return this.atWork(this.wish.officeCode);
  }

  async opens(dossier: Dossier): Promise<OpenedDossier> {
    const call = this.client.GET('/v1/staff/declarations/{id}', await this.about(dossier));
    const { body, headers } = await answerOf(call);
    return { dossier: body, etag: headers.get('ETag') ?? '' };
  }

  /** Takes the dossier, for 15 minutes. The token goes with every decision of this officer. */
  async leases(dossier: Dossier): Promise<Schema<'LeaseDto'>> {
    const lease = await bodyOf(this.client.POST('/v1/staff/declarations/{id}/lease', await this.about(dossier)));
    this.taken.set(idOf(dossier), lease.leaseToken);
    return lease;
  }

  async releases(dossier: Dossier): Promise<void> {
    const { params, headers } = await this.about(dossier);
    const lease = { 'Lease-Token': this.taken.get(idOf(dossier)) ?? '' };
    await bodyOf(this.client.DELETE('/v1/staff/declarations/{id}/lease', { params: { ...params, header: lease }, headers }));
    this.taken.delete(idOf(dossier));
  }

  /** Reads, leases unless that is done, checks with care, approves. @param changes points of the checklist that are otherwise */
  approves(dossier: Dossier, changes: Partial<Schema<'ChecklistDto'>> = {}): Promise<Schema<'ApprovedDto'>> {
    return this.decides(dossier, (options, opened) => {
      const checklist = {
        personPresent: true,
        originalIdSeen: true,
        originalIdNumber: opened.declared.idNumber ?? '',
        portraitMatches: true,
        phoneConfirmed: true,
        formSigned: true,
        ...(opened.registry.match === 'unknown-number' && { registryUnknownConfirmed: true }),
        ...changes,
      };
      return bodyOf(this.client.POST('/v1/staff/declarations/{id}/approval', { ...options, body: { checklist } }));
    });
  }

  /** @param items what is to be amended: `{ field: 'phone', reasonCode: 'phone-wrong' }`, `{ slot: 'portrait', reasonCode: … }` */
  returns(dossier: Dossier, items: Schema<'ReturnItemDto'>[]): Promise<Schema<'DecidedDto'>> {
    return this.decides(dossier, (options) =>
      bodyOf(this.client.POST('/v1/staff/declarations/{id}/return', { ...options, body: { items } })),
    );
  }

  rejects(dossier: Dossier, reasonCode: string, text?: string): Promise<Schema<'DecidedDto'>> {
    const body = { reasonCode, ...(text !== undefined && { text }) };
    return this.decides(dossier, (options) => bodyOf(this.client.POST('/v1/staff/declarations/{id}/rejection', { ...options, body })));
  }

  transfers(dossier: Dossier, officeCode: string, reason = 'Người dân chuyển nơi ở'): Promise<Schema<'DecidedDto'>> {
    const body = { officeCode, reason };
    return this.decides(dossier, (options) => bodyOf(this.client.POST('/v1/staff/declarations/{id}/transfer', { ...options, body })));
  }

  private async decides<Decided>(
    dossier: Dossier,
    send: (options: Decision, opened: Schema<'DossierDto'>) => Promise<Decided>,
  ): Promise<Decided> {
    const { dossier: opened, etag } = await this.opens(dossier);
    if (!this.taken.has(idOf(dossier))) await this.leases(dossier);
    const { params, headers } = await this.about(dossier);
    const header = { 'Lease-Token': this.taken.get(idOf(dossier))!, 'If-Match': etag };
    const decided = await send({ params: { ...params, header }, headers }, opened);
    // Every decision ends the lease.
    this.taken.delete(idOf(dossier));
    return decided;
  }

  private async atWork(officeCode: string | undefined): Promise<{ Authorization: string }> {
    const { role = 'clerk' } = this.wish;
    if (this.since !== this.resets()) {
      this.since = this.resets();
      this.pass = undefined;
      this.taken.clear();
    }
    this.pass ??= bodyOf(this.client.POST('/_sim/tokens', { body: { role, ...(officeCode !== undefined && { officeCode }) } }));
    return { Authorization: `Bearer ${(await this.pass).accessToken}` };
  }

  private async about(dossier: Dossier) {
    const headers = await this.atWork(this.wish.officeCode ?? officeOf(dossier));
    return { params: { path: { id: idOf(dossier) } }, headers };
  }
}

function idOf(dossier: Dossier): string {
  if ('receipt' in dossier) return dossier.receipt.id;
  return 'id' in dossier ? dossier.id : dossier.declarationId;
}

function officeOf(dossier: Dossier): string | undefined {
  if ('receipt' in dossier) return dossier.receipt.office.code;
  return 'officeCode' in dossier ? dossier.officeCode : undefined;
}
