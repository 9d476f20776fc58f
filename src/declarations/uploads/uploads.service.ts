import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PhotoDamaged } from '../../photos/photo-damaged.ts';
import type { PhotoSlot } from '../../photos/photo-slot.ts';
import { Spool } from '../../photos/spool.storage.ts';
import { UploadParts, type Checksum } from '../../photos/upload-parts.storage.ts';
import { amongBodies } from '../../platform/heap-growth.ts';
import { bearerToken, Doorkeepers } from '../../platform/http/access.guard.ts';
import { ClientGone } from '../../platform/http/client-gone.ts';
import { declaredLength } from '../../platform/http/request-body.ts';
import { fingerprintOf, type IdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../../platform/idempotency/idempotency.ts';
import { AttemptLimits } from '../../platform/limits/attempt-limits.ts';
import { Randomness } from '../../platform/randomness.ts';
import { Refusal } from '../../platform/refusal.ts';
import { tokenHash } from '../../platform/sessions.ts';
import { DeclarationsStore } from '../declarations.store.ts';
import { DraftsService, getDraft } from '../drafts.service.ts';
import { UploadsStore, type UploadRow } from './uploads.store.ts';

/** How many pieces an upload takes [D]: ten kilobytes each are enough for the largest photo. */
const MOST_PARTS = 1000;

/** How far an upload is. */
export interface UploadView {
  readonly id: string;
  readonly slot: PhotoSlot;
  readonly length: number;
  /** Where to go on; `length` means that the photo was taken in. */
  readonly offset: number;
  /** Until when it can be gone on with; undefined once there is nothing to go on with. */
  readonly expiresAt: string | undefined;
}

/**
 * Photos over lines that break. Pieces are kept as far as they came; the last byte is never kept but turns them into a photo, which goes
 * the way of every other one. So an upload is whole exactly when its photo is in its slot: if the service dies in between, one byte is
 * open, and whoever asks where to go on sends it again.
 */
@Injectable()
export class UploadsService implements OnModuleInit {
  /** Requests that are being received here. */
  private readonly underWay = new Map<string, { request: IncomingMessage; done: Promise<unknown> }>();

  constructor(
    private readonly store: UploadsStore,
    private readonly parts: UploadParts,
    private readonly spool: Spool,
    private readonly declarations: DeclarationsStore,
    private readonly drafts: DraftsService,
    private readonly idempotency: Idempotency,
    private readonly limits: AttemptLimits,
    private readonly randomness: Randomness,
    private readonly doorkeepers: Doorkeepers,
  ) {}

  /** A draft's token opens the uploads of its draft, and does not tell whether there are others. */
  onModuleInit(): void {
    this.doorkeepers.register('upload', async (request) => {
      const draftId = await this.store.findDraft(tokenHash(bearerToken(request)));
      if (!draftId) throw new Refusal('unauthenticated');
      const upload = await this.store.find(String(request.params.id));
      if (upload?.declaration_id !== draftId) throw new Refusal('not-found');
      if (upload.is_expired) throw new Refusal('upload-expired');
    });
  }

  /** @throws Refusal `invalid-state`, `draft-expired`, `too-many-attempts` */
  async create(
    draftId: string,
    { slot, length }: Pick<UploadView, 'slot' | 'length'>,
    key: IdempotencyKey | undefined,
    address: string,
  ): Promise<{ body: UploadView; replayed: boolean }> {
    await this.limits.count({ limit: 'upload-by-address', subject: address });
    return this.idempotency.once(key, fingerprintOf({ draftId, slot, length }), 201, async (tx) => {
      getDraft(await this.declarations.lock(tx, draftId));
      return viewOf(await this.store.create(tx, { id: this.randomness.uuid(), declaration_id: draftId, slot, length }));
    });
  }

  async view(id: string): Promise<UploadView> {
    await this.whatArrivedCounts(id);
    return viewOf(await this.getUpload(id));
  }

  /**
   * Adds the body of a request. The last byte takes the photo in.
   * @throws Refusal `upload-offset-conflict` when other bytes are expected, `payload-too-large`, `checksum-mismatch`,
   *   `photo-rejected` (then the upload has ended), `upload-in-too-many-parts`
   * @throws ClientGone when the sender left in the middle; what had come counts
   */
  async append(id: string, offset: number, checksum: Checksum | undefined, request: IncomingMessage): Promise<UploadView> {
    await this.whatArrivedCounts(id);
    const upload = await this.getUpload(id);
    if (upload.received !== offset) throw new Refusal('upload-offset-conflict');
    if (declaredLength(request) > upload.length - offset) throw new Refusal('payload-too-large');
    if (upload.parts.length >= MOST_PARTS && offset < upload.length - 1) throw new Refusal('upload-in-too-many-parts');
    const done = this.receive(upload, checksum, request);
    const entry = { request, done };
    this.underWay.set(id, entry);
    try {
      return await done;
    } finally {
      if (this.underWay.get(id) === entry) this.underWay.delete(id);
    }
  }

  async end(id: string): Promise<void> {
    await this.store.end(id);
  }

  private async receive(upload: UploadRow, checksum: Checksum | undefined, request: IncomingMessage): Promise<UploadView> {
    const { id, received: offset } = upload;
    const writer = randomUUID();
    if (!(await this.store.claim(id, offset, writer))) throw new Refusal('upload-offset-conflict');
    const place = { uploadId: id, firstByte: offset, most: upload.length - offset };
    const { part, lastByte, isCut } = await amongBodies(() => this.parts.receive(request, place, checksum));
    const grown = part ? await this.store.add(id, offset, writer, part) : upload;
    if (part && !grown) await this.parts.discard([part.id]);
    if (isCut) throw new ClientGone();
    if (!grown) throw new Refusal('upload-offset-conflict');
    return lastByte ? this.finish(grown, lastByte, writer) : viewOf(grown);
  }

  /** Pieces and last byte become one file in the spool, as if it had come in one request. */
  private async finish(upload: UploadRow, lastByte: Buffer, writer: string): Promise<UploadView> {
    try {
      const photo = await this.spool.receive(upload.slot, Readable.from(this.wholePhoto(upload, lastByte)), upload.length);
      try {
        await this.drafts.putPhoto(upload.declaration_id, upload.slot, photo, async (tx) => {
          if (!(await this.store.finish(tx, upload, writer))) throw new Refusal('upload-offset-conflict');
        });
      } finally {
        await photo.discard();
      }
    } catch (error) {
      if (!(error instanceof PhotoDamaged || isAboutThePhoto(error))) throw error;
      // Somebody else has sent the last byte too: pieces may be gone because the photo was taken in.
      if (!(await this.store.giveUp(upload.id, writer))) throw new Refusal('upload-offset-conflict');
      // What is no photo is, here, not a wrong media type of the request.
      throw isAboutThePhoto(error) ? new Refusal('photo-rejected', error.details) : error;
    }
    return { ...viewOf(upload), offset: upload.length, expiresAt: undefined };
  }

  private async *wholePhoto({ id, parts, received }: UploadRow, lastByte: Buffer): AsyncGenerator<Buffer, void, undefined> {
    let bytes = 0;
    for await (const piece of this.parts.read(id, parts)) {
      bytes += piece.length;
      yield piece;
    }
    if (bytes !== received) throw new PhotoDamaged(id, 'missing');
    yield lastByte;
  }

  /**
   * Whoever asks again has lost the connection, and is told of all that came over it: it may just be being written, or be at the gate.
   * (Where another copy has that connection, or nobody knows yet that it is dead, nothing is waited for: it loses its claim.)
   */
  private async whatArrivedCounts(id: string): Promise<void> {
    const current = this.underWay.get(id);
    if (current?.request.complete || current?.request.destroyed) await current.done.catch(() => undefined);
  }

  private async getUpload(id: string): Promise<UploadRow> {
    const upload = await this.store.find(id);
    if (!upload) throw new Refusal('not-found');
    return upload;
  }
}

function viewOf({ id, slot, length, received, expires_at }: UploadRow): UploadView {
  return { id, slot, length, offset: received, expiresAt: received < length ? expires_at.toISOString() : undefined };
}

function isAboutThePhoto(error: unknown): error is Refusal {
  return error instanceof Refusal && (error.code === 'photo-rejected' || error.code === 'unsupported-media-type');
}
