import { PHOTO_SLOTS, type PhotoSlot } from '../../src/photos/photo-slot.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { Application } from './applications.ts';
import { exchange, type Answer, type Asking } from './exchange.ts';
import type { Journal, Receipt } from './journal.ts';
import type { PhotoAlbum } from './photo-album.ts';
import type { Recovery } from './recovery.ts';
import type { Slots } from './slots.ts';

/** What all citizens share. */
export interface Town {
  readonly journal: Journal;
  readonly album: PhotoAlbum;
  readonly slots: Slots;
  /** Base URLs of the copies of the service. */
  readonly urls: readonly string[];
  /** The same copies, over bad lines, if there are any. */
  readonly badUrls?: readonly string[];
  readonly seed: string;
  /** Told of every success: when its request went out. Knows when the last fault was. */
  readonly recovery: Pick<Recovery, 'acknowledged' | 'lastFault'>;
}

/** A minute for the lease of a claim and half a one for the recovery: whoever has no answer then will not get one. */
const STUCK_AFTER_CALM_MS = 90_000;
/** Of all requests, those that go over a bad line. */
const BADLY_CONNECTED = 0.12;
const LONGEST_REST_MS = 2_000;
const JPEG = 'image/jpeg';

class GaveUp extends Error {}

/**
 * One person's client. It repeats what it does not know the outcome of, and what the service could not do just then, with the same
 * key, until it has an answer. Holds a slot of the town whenever it is not resting.
 */
export class Citizen {
  private readonly dice: Dice;
  private readonly toBreakOff: number[];
  /** Somebody who left in the very moment of handing in: their dossier stands, and its answer has to be the first one's repeat. */
  private wasHandedIn = false;

  /** @param isBack whether this is somebody who left without an answer, and does not leave again */
  constructor(
    private readonly application: Application,
    private readonly town: Town,
    private readonly isBack = false,
  ) {
    this.dice = new Dice(`${town.seed} citizen ${application.serial}`);
    this.toBreakOff = [...application.breaksOff];
  }

  async submits(): Promise<void> {
    const { application, town } = this;
    try {
      const submit = await this.preparesSubmission();
      const answer = await this.insists(submit);
      if (!answer) return;
      this.takesNote(answer, { mustBeReplay: this.wasHandedIn });
      if (answer.status === 201 && application.asksAgain) {
        const again = await this.insists(submit);
        if (again) this.takesNote(again, { mustBeReplay: true });
      }
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      town.journal.leftUnknowing(application);
    }
  }

  private takesNote({ status, body, code, headers }: Answer, { mustBeReplay = false } = {}): void {
    const { application, town } = this;
    if (status !== 201) return town.journal.refused(application, code);
    const { id, dossierNumber, insuranceNumber, submittedAt, trackingCode } = body as unknown as Receipt;
    const replayed = headers.get('idempotent-replayed') === 'true';
    if (mustBeReplay && !replayed)
      town.journal.breach('one key, one answer', `application ${application.serial}: a repeat that does not say so`);
    town.journal.acknowledged(application, { id, dossierNumber, insuranceNumber, submittedAt, trackingCode }, replayed);
  }

  /** @returns the request that hands the declaration in, to be repeated as it is */
  private async preparesSubmission(): Promise<(url: string) => Asking> {
    const { key, way, typed } = this.application;
    if (way === 'one-shot') {
      const form = new FormData();
      for (const [name, value] of Object.entries(typed)) form.set(name, String(value));
      for (const slot of PHOTO_SLOTS) form.set(slot, this.photo(slot), `${slot}.jpg`);
      return (url) => ({ method: 'POST', url: `${url}/v1/declarations`, headers: { 'Idempotency-Key': key }, body: form });
    }
    const created = await this.insistsOn(201, (url) => ({
      method: 'POST',
      url: `${url}/v1/drafts`,
      headers: { 'Idempotency-Key': `${key}-draft` },
      body: typed,
    }));
    const { id, draftToken } = created as { id: string; draftToken: string };
    const headers = { Authorization: `Bearer ${draftToken}` };
    for (const slot of PHOTO_SLOTS) {
      const body = new FormData();
      body.set('file', this.photo(slot), `${slot}.jpg`);
      const answer = await this.insistsOn(200, (url) => ({ method: 'PUT', url: `${url}/v1/drafts/${id}/photos/${slot}`, headers, body }));
      if (!answer) break;
    }
    return (url) => ({ method: 'POST', url: `${url}/v1/drafts/${id}/submission`, headers: { ...headers, 'Idempotency-Key': key } });
  }

  private photo(slot: PhotoSlot): Blob {
    return new Blob([new Uint8Array(this.town.album.file(this.application.serial, slot))], { type: JPEG });
  }

  /** @returns what is there now; undefined where whoever comes back is told that it was handed in before they left */
  private async insistsOn(status: number, asking: (url: string) => Asking): Promise<Answer['body'] | undefined> {
    const answer = await this.insists(asking);
    if (!answer) throw new GaveUp();
    if (answer.status === status) return answer.body;
    if (this.isBack && answer.code === 'invalid-state') {
      this.wasHandedIn = true;
      return undefined;
    }
    this.town.journal.breach('refusals are just', `application ${this.application.serial} on its way: ${answer.code}`);
    throw new GaveUp();
  }

  /** Asks until there is an answer that will not change; undefined when none came in all that time. */
  private async insists(asking: (url: string) => Asking): Promise<Answer | undefined> {
    const { journal, slots, urls, badUrls = urls, recovery } = this.town;
    const began = performance.now();
    for (let attempt = 1; performance.now() < Math.max(began, recovery.lastFault) + STUCK_AFTER_CALM_MS; attempt++) {
      const askedAt = performance.now();
      const isBadLine = this.dice.next() < BADLY_CONNECTED;
      const url = this.dice.pick(isBadLine ? badUrls : urls);
      const outcome = await exchange({ ...asking(url), breakOffAfter: this.toBreakOff.shift() });
      journal.asked(this.application, outcome);
      if (outcome.kind === 'unknown' && this.application.givesUp && !this.isBack) throw new GaveUp();
      // Half a body makes no request: over a bad line such an answer is about what arrived, not about what was sent.
      const isAboutTheLine = isBadLine && outcome.kind === 'answer' && outcome.code === 'malformed-request';
      if (outcome.kind === 'answer' && isFinal(outcome) && !isAboutTheLine) {
        if (outcome.status < 300) recovery.acknowledged(askedAt);
        return outcome;
      }
      await slots.rest(this.rest(attempt, outcome.kind === 'answer' ? outcome.headers.get('retry-after') : null));
    }
    journal.breach('no key is stuck: every retry comes to an end', `application ${this.application.serial}`);
    return undefined;
  }

  /** As the service asks, but not longer than a test can wait, and never in step with the others. */
  private rest(attempt: number, retryAfter: string | null): number {
    const asked = retryAfter === null ? 50 * 2 ** attempt : Number(retryAfter) * 1000;
    return Math.min(asked, LONGEST_REST_MS) * this.dice.between(0.5, 1);
  }
}

/** A refusal is an answer too, unless it only says that this is not the moment. */
export function isFinal({ status, code }: Answer): boolean {
  return status < 500 && status !== 429 && code !== 'request-in-progress';
}
