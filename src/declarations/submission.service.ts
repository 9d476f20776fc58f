import { Injectable } from '@nestjs/common';
import { declarationCopy, notice } from '../messages/message-intents.ts';
import { channelsOf, Outbox } from '../messages/outbox.ts';
import { Relay } from '../messages/relay.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { foreignFormat, photoRejected, PhotosService, type KeptPhoto } from '../photos/photos.service.ts';
import type { PhotoSlot } from '../photos/photo-slot.ts';
import { sameImageFaults } from '../photos/same-image.rule.ts';
import type { SpooledFile } from '../photos/spool.storage.ts';
import { vietnameseDay } from '../platform/clock.ts';
import { Database, violatedConstraint } from '../platform/database/database.ts';
import { currentLanguage } from '../platform/http/request-context.ts';
import { fingerprintOf, sealAnswer, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency, type Replay } from '../platform/idempotency/idempotency.ts';
import { AttemptLimits, type Attempt } from '../platform/limits/attempt-limits.ts';
import { Randomness } from '../platform/randomness.ts';
import type { RefusalCode } from '../platform/refusal-catalogue.ts';
import { Refusal, validationFailed, type Fault } from '../platform/refusal.ts';
import { Deadlines } from './deadlines.ts';
import { DeclarationWarnings } from './declaration-warnings.ts';
import { DeclarationsStore, type DraftRow } from './declarations.store.ts';
import { formOfRow, withoutNulls, type DeclarationForm } from './form/declaration-form.ts';
import { EmailConfirmations } from './email/email-confirmations.service.ts';
import { FormCheck, type Judgement, type RawForm } from './form/form-check.ts';
import { contentOf } from './form/form-content.ts';
import { RegistryCheck } from './registry-check.ts';
import { RequiredPhotos } from './required-photos.ts';
import { completeReceipt, receiptDraft, type Receipt, type ReceiptDraft } from './receipt.ts';
import { standingOf } from './standing.ts';
import { SubmissionStore, type Submission } from './submission.store.ts';
import { TrackingCodes } from './tracking-code.ts';
import { UploadsStore } from './uploads/uploads.store.ts';

export interface Received {
  receipt: Receipt;
  /** True when this is the stored answer of an earlier request. */
  replayed: boolean;
}

/** Who sends a declaration: a citizen from a network address, or the officer at whose counter the citizen stands, to the office of that counter. */
export type Sender =
  | { readonly channel: 'online'; readonly address: string }
  | { readonly channel: 'counter'; readonly officerId: string; readonly officeCode: string };

/** How often a draft that changes while it is being submitted is read again before the citizen is told. */
const MOST_READINGS = 3;

/**
 * A declaration becomes a dossier: the same rules and the same statement for the one-shot way and the draft's way. Photos are
 * durable before the statement, messages go out after it.
 */
@Injectable()
export class SubmissionService {
  constructor(
    private readonly store: SubmissionStore,
    private readonly declarations: DeclarationsStore,
    private readonly formCheck: FormCheck,
    private readonly offices: OfficesService,
    private readonly photos: PhotosService,
    private readonly uploads: UploadsStore,
    private readonly requiredPhotos: RequiredPhotos,
    private readonly emails: EmailConfirmations,
    private readonly warnings: DeclarationWarnings,
    private readonly registryCheck: RegistryCheck,
    private readonly deadlines: Deadlines,
    private readonly trackingCodes: TrackingCodes,
    private readonly idempotency: Idempotency,
    private readonly limits: AttemptLimits,
    private readonly outbox: Outbox,
    private readonly relay: Relay,
    private readonly randomness: Randomness,
    private readonly database: Database,
  ) {}

  /**
   * Everything in one request. The key comes first: whoever lost the answer gets it, whatever has become of office and rules since. It is
   * claimed and committed before the photo work, which is long.
   * @param sent as it was sent; at the counter the office may be left out
   * @param faults what was wrong with the parts of the body themselves
   * @throws Refusal `validation-failed`, `unsupported-media-type`, `photo-rejected`, `declaration-already-open`, …
   */
  async submitOneShot(
    sent: RawForm,
    files: ReadonlyMap<PhotoSlot, SpooledFile>,
    faults: readonly Fault[],
    key: IdempotencyKey,
    sender: Sender,
  ): Promise<Received> {
    const fingerprint = fingerprintOf({
      form: contentOf(sent),
      photos: Object.fromEntries([...files].map(([slot, { sha256 }]) => [slot, sha256.toString('hex')])),
      // What was left out of the form because of its fault is content too.
      ...(faults.length > 0 && { faults }),
    });
    const { now, replay } = await this.idempotency.recall(key, fingerprint);
    if (replay) return this.replayed(replay);
    const today = vietnameseDay(now);
    const raw = sender.channel === 'counter' ? { ...sent, officeCode: sender.officeCode } : sent;
    const judgement = this.formCheck.on(today);
    const asker = sender.channel === 'online' ? sender.address : undefined;
    const missing = await this.requiredPhotos.faultsOf(raw, new Set(files.keys()), judgement, asker);
    const unconfirmed = sender.channel === 'online' ? this.emails.faultsAtOnce(raw, judgement) : [];
    const known = [...faults, ...elsewhereFaults(sent, sender)];
    const form = this.getWholeForm(raw, judgement, [...known, ...withoutThoseOf(known, missing)], unconfirmed);
    refuseForeignFormats(files);
    const claim = await this.idempotency.begin(key, fingerprint);
    if ('replay' in claim) return this.replayed(claim.replay);
    let counted: readonly Attempt[] = [];
    let kept: KeptPhoto[] = [];
    let isWriting = false;
    try {
      counted = await this.count(form, sender);
      const declarationId = this.randomness.uuid();
      kept = await this.keepPhotos(files, declarationId);
      isWriting = true;
      const brought = { claimId: claim.claimId, photos: kept };
      const origin =
        sender.channel === 'counter'
          ? ({ way: 'counter', ...brought, typedById: sender.officerId } as const)
          : ({ way: 'one-shot', ...brought } as const);
      return await this.submit(declarationId, form, today, key, origin);
    } catch (error) {
      // Before the statement, and after a refusal, it is certain that nothing was written: the key is free at once. After any
      // other failure the outcome is unknown, so the claim stays until its lease ends and the sweep decides about the photos.
      if (!isWriting || error instanceof Refusal) {
        await this.takeBack(counted, error);
        await this.giveBack(key, claim.claimId, kept);
      }
      throw error;
    }
  }

  private async count(form: DeclarationForm, sender: Sender): Promise<readonly Attempt[]> {
    const attempts = attemptsOf(form, sender);
    await this.limits.count(...attempts);
    return attempts;
  }

  /** Only where it is certain that nothing was written. */
  private async takeBack(counted: readonly Attempt[], error: unknown): Promise<void> {
    const because = !(error instanceof Refusal) ? 'failure' : NOBODYS_ATTEMPT[error.code];
    // Where even this fails, they stay counted until their day is over.
    if (because) await this.limits.cameToNothing(because, counted).catch(() => undefined);
  }

  private async giveBack(key: IdempotencyKey, claimId: string, kept: readonly KeptPhoto[]): Promise<void> {
    await this.photos.discard(
      kept.map(({ id }) => id),
      kept.map(({ declarationId }) => declarationId),
    );
    // Where even this fails, the claim's lease and the sweep do the same a little later.
    await this.idempotency.abandon(key, claimId).catch(() => undefined);
  }

  /**
   * A draft whose photos are up.
   * @param seen the draft as somebody has just read it; what has changed since then is noticed by its version
   * @throws Refusal with every missing field and photo at once
   */
  async submitDraft(draftId: string, key: IdempotencyKey, address: string, seen?: DraftRow): Promise<Received> {
    const fingerprint = fingerprintOf({ draftId });
    let counted: readonly Attempt[] = [];
    for (let reading = 1; ; reading++) {
      const row = (reading === 1 ? seen : undefined) ?? (await this.declarations.findDraft(draftId));
      if (!row) throw new Refusal('unauthenticated');
      if (row.status !== 'DRAFT') return this.replayed(await this.replayOrInvalidState(key, fingerprint, row));
      const photoIds = row.photo_ids;
      const raw = withoutNulls(formOfRow(row));
      const today = vietnameseDay(row.now);
      const judgement = this.formCheck.on(today);
      const missing = await this.requiredPhotos.faultsOf(raw, new Set(Object.keys(photoIds)), judgement, address);
      const form = this.getWholeForm(raw, judgement, missing, await this.emails.faultsOf(row, judgement));
      if (reading === 1) counted = await this.count(form, { channel: 'online', address });
      const origin = { way: 'draft', version: row.version, fingerprint, claimId: this.randomness.uuid(), photoIds } as const;
      const received = await this.trySubmit(draftId, form, today, key, origin).catch(async (error: unknown) => {
        if (error instanceof Refusal) await this.takeBack(counted, error);
        throw error;
      });
      if (received) {
        // The dossier stands; pieces that were still arriving would otherwise go a day later.
        if (row.has_uploads) await this.database.transaction((tx) => this.uploads.endOf(tx, [draftId])).catch(() => undefined);
        return received;
      }
      const again = await this.declarations.find(draftId);
      if (again?.status !== 'DRAFT') continue;
      await this.refuseUnlessKeyIsFree(key, fingerprint);
      if (again.version === row.version) await this.refusePreconditions(form);
      if (reading >= MOST_READINGS) throw new Refusal('precondition-failed');
    }
  }

  private async submit(
    id: string,
    form: DeclarationForm,
    today: string,
    key: IdempotencyKey,
    origin: Submission['origin'],
  ): Promise<Received> {
    const received = await this.trySubmit(id, form, today, key, origin);
    if (received) return received;
    await this.refusePreconditions(form);
    // Nothing of the form stood in the way, so the claim was taken over by a retry: that one answers.
    throw new Refusal('request-in-progress', { retryAfter: 1 });
  }

  private async trySubmit(
    id: string,
    form: DeclarationForm,
    today: string,
    key: IdempotencyKey,
    origin: Submission['origin'],
  ): Promise<Received | undefined> {
    const registry = await this.registryCheck.compare(form, today);
    const office = this.offices.getOffice(form.officeCode);
    const warnings = this.warnings.of(form, registry);
    const trackingCode = this.trackingCodes.create();
    const draft = receiptDraft({ id, insuranceNumber: form.insuranceNumber, revision: 1, office, trackingCode, warnings });
    const messages = this.outbox.rowsOf([notice('received', id, 1, form), ...declarationCopy(id, form)]);
    try {
      const numbered = await this.store.submit({
        declarationId: id,
        form,
        language: currentLanguage(),
        trackingCodeHash: this.trackingCodes.hash(trackingCode),
        registryMatch: registry.kind,
        warnings,
        dueOnByDay: this.deadlines.dueOnByDay(today),
        messages,
        key,
        sealedAnswer: sealAnswer(key, draft),
        origin,
      });
      if (!numbered) return undefined;
      this.relay.wake(channelsOf(messages));
      return { receipt: completeReceipt(draft, numbered), replayed: false };
    } catch (error) {
      if (violatedConstraint(error) === 'uq_declarations_live_number') throw await this.alreadyThere(form.insuranceNumber);
      throw error;
    }
  }

  private getWholeForm(raw: RawForm, judgement: Judgement, faults: readonly Fault[], unconfirmed: readonly Fault[]): DeclarationForm {
    const whole = this.formCheck.checkWhole(raw, judgement);
    const first = [...faults, ...withoutThoseOf(faults, whole.faults)];
    const all = [...first, ...withoutThoseOf(first, unconfirmed)];
    if (!whole.form || all.length > 0) throw validationFailed(all);
    return whole.form;
  }

  private async keepPhotos(files: ReadonlyMap<PhotoSlot, SpooledFile>, declarationId: string): Promise<KeptPhoto[]> {
    const same = sameImageFaults(Object.fromEntries([...files].map(([slot, { sha256 }]) => [slot, sha256])));
    if (same.length > 0) throw photoRejected(same);
    const results = await Promise.allSettled([...files].map(([slot, spooled]) => this.photos.keep({ spooled, declarationId, slot })));
    const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const kept = done.filter((photo): photo is KeptPhoto => !('fault' in photo));
    if (kept.length === results.length) return kept;
    await this.photos.discard(
      kept.map(({ id }) => id),
      [declarationId],
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    throw photoRejected(done.flatMap((photo) => ('fault' in photo ? [photo.fault] : [])));
  }

  private async replayed({ answer, declarationId }: Replay): Promise<Received> {
    const [row] = await this.database.rows<{ dossier_number: string; submitted_at: Date }>(
      `SELECT dossier_number, submitted_at FROM declarations WHERE id = $1`,
      [declarationId],
    );
    const { dossier_number: dossierNumber, submitted_at: submittedAt } = row!;
    return { receipt: completeReceipt(answer as ReceiptDraft, { dossierNumber, submittedAt }), replayed: true };
  }

  private async replayOrInvalidState(key: IdempotencyKey, fingerprint: Buffer, row: DraftRow): Promise<Replay> {
    if (await this.keyIsKnown(key)) return this.idempotency.replayOf(key, fingerprint);
    throw new Refusal('invalid-state', standingOf(row));
  }

  private async refuseUnlessKeyIsFree(key: IdempotencyKey, fingerprint: Buffer): Promise<void> {
    if (await this.keyIsKnown(key)) await this.idempotency.replayOf(key, fingerprint);
  }

  private async keyIsKnown(key: IdempotencyKey): Promise<boolean> {
    const rows = await this.database.rows(`SELECT 1 AS known FROM idempotency_keys WHERE scope = $1 AND key_hash = $2`, [
      key.scope,
      key.hash,
    ]);
    return rows.length > 0;
  }

  /** Says which precondition of the statement did not hold. */
  private async refusePreconditions(form: DeclarationForm): Promise<void> {
    await this.offices.reload();
    const fault = this.offices.officeFault(form.officeCode);
    if (fault) throw validationFailed([{ pointer: '/officeCode', ...fault }]);
    const accounts = await this.database.rows(`SELECT 1 AS known FROM accounts WHERE insurance_number = $1`, [form.insuranceNumber]);
    if (accounts.length > 0) throw new Refusal('already-registered');
  }

  private async alreadyThere(insuranceNumber: string): Promise<Refusal> {
    const [live] = await this.database.rows<{ status: string }>(
      `SELECT status FROM declarations WHERE insurance_number = $1 AND status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED', 'APPROVED')`,
      [insuranceNumber],
    );
    return new Refusal(live?.status === 'APPROVED' ? 'already-registered' : 'declaration-already-open');
  }
}

/** One fault for each part: those known already come first. */
function withoutThoseOf(known: readonly Fault[], faults: readonly Fault[]): readonly Fault[] {
  return faults.filter(({ pointer }) => !known.some((fault) => fault.pointer === pointer));
}

/** At the counter the office is the officer's own, also where it is named. */
function elsewhereFaults({ officeCode }: RawForm, sender: Sender): readonly Fault[] {
  const isElsewhere = sender.channel === 'counter' && officeCode !== undefined && officeCode !== sender.officeCode;
  return isElsewhere ? [{ pointer: '/officeCode', code: 'office-not-own' }] : [];
}

/** Photos are judged by their bytes: what is neither JPEG nor PNG is refused before anything is decoded. */
function refuseForeignFormats(files: ReadonlyMap<PhotoSlot, SpooledFile>): void {
  const errors = [...files]
    .filter(([, { format }]) => format === undefined)
    .map(([slot, file]) => ({ pointer: `/${slot}`, code: foreignFormat(file) }));
  if (errors.length > 0) throw photoRejected(errors);
}

/** At the counter the officer is who is counted: strangers who have used up a person's number, phone and mailbox keep nobody away from there. */
function attemptsOf(form: DeclarationForm, sender: Sender): Attempt[] {
  if (sender.channel === 'counter') return [{ limit: 'submit-by-officer', subject: sender.officerId }];
  return [
    { limit: 'submit-by-insurance-number', subject: form.insuranceNumber },
    { limit: 'submit-by-phone', subject: form.phone },
    { limit: 'submit-by-address', subject: sender.address },
    ...((form.emailCopy || form.emailForNotices) && form.email ? [{ limit: 'mail-to-address', subject: form.email } as const] : []),
  ];
}

/** Refusals that tell nothing of anybody, and after which the same person has to come again. */
const NOBODYS_ATTEMPT: Partial<Record<RefusalCode, 'failure' | 'photos'>> = {
  'service-unavailable': 'failure',
  'photo-rejected': 'photos',
  'unsupported-media-type': 'photos',
};
