import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.ts';
import { DeclarationsService } from '../../declarations/declarations.service.ts';
import { DraftsService } from '../../declarations/drafts.service.ts';
import { EmailConfirmations } from '../../declarations/email/email-confirmations.service.ts';
import type { Receipt } from '../../declarations/receipt.ts';
import { SubmissionService } from '../../declarations/submission.service.ts';
import type { IdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import { ProcessRules } from '../../platform/process-rules.ts';
import { Randomness } from '../../platform/randomness.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { SpooledFile } from '../../photos/spool.storage.ts';
import { InboxService } from '../providers/inbox.service.ts';
import { PreparedPhotos } from './prepared-photos.service.ts';
import type { Scene } from './scene.ts';

/** Five failures lock a login for 15 minutes [S]. */
const FAILURES_THAT_LOCK = 5;
/** By the same policy as everybody's, and the same each time so that a test can log in again. */
const OWN_PASSWORD = 'Mo-phong-2021!';
const PATIENCE_MILLISECONDS = 5_000;

/** What the citizen's phone does: through the services behind the API's own routes, whose every rule and refusal holds. */
@Injectable()
export class CitizenSteps {
  constructor(
    private readonly drafts: DraftsService,
    private readonly submissions: SubmissionService,
    private readonly confirmations: EmailConfirmations,
    private readonly declarations: DeclarationsService,
    private readonly accounts: AccountsService,
    private readonly photos: PreparedPhotos,
    private readonly inbox: InboxService,
    private readonly rules: ProcessRules,
    private readonly randomness: Randomness,
  ) {}

  async draft(scene: Scene): Promise<void> {
    const { body } = await this.drafts.create(scene.form, undefined, scene.address);
    scene.declarationId = body.id;
    scene.draftToken = body.draftToken;
  }

  async putPhotos(scene: Scene): Promise<void> {
    await withFiles(scene, async (files) => {
      for (const [slot, file] of files) await this.drafts.putPhoto(scene.declarationId!, slot, file);
    });
  }

  /** With the one-time password of the mail; nothing where the process asks for none. */
  async confirmMail(scene: Scene): Promise<void> {
    if (!(await this.rules.now()).emailOtpBeforeSending) return;
    await this.confirmations.send(scene.declarationId!, scene.address);
    const filters = { channel: 'email', template: 'email-confirmation', to: scene.form.email! };
    const { fields } = await this.inbox.waitFor(filters, PATIENCE_MILLISECONDS);
    await this.confirmations.confirm(scene.declarationId!, fields.otp!);
  }

  async submitDraft(scene: Scene): Promise<void> {
    const { receipt } = await this.submissions.submitDraft(scene.declarationId!, this.newKey('draft'), scene.address);
    keepReceipt(scene, receipt);
  }

  async submit(scene: Scene): Promise<void> {
    await withFiles(scene, async (files) => {
      const { receipt } = await this.submissions.submitOneShot(scene.form, files, [], this.newKey('one-shot'), {
        channel: 'online',
        address: scene.address,
      });
      keepReceipt(scene, receipt);
    });
  }

  async amendPhoto(scene: Scene): Promise<void> {
    const file = await this.photos.another('portrait', scene.sitter);
    try {
      await this.declarations.amendPhoto(scene.declarationId!, 'portrait', file);
    } finally {
      await file.discard();
    }
  }

  async resubmit(scene: Scene): Promise<void> {
    await this.declarations.resubmit(scene.declarationId!, undefined);
  }

  async withdraw(scene: Scene): Promise<void> {
    await this.declarations.withdraw(scene.declarationId!, undefined);
  }

  /** With the password of the newest SMS. */
  async logIn(scene: Scene): Promise<void> {
    const filters = { channel: 'sms', template: 'credentials', dossierNumber: scene.dossierNumber! };
    scene.password = (await this.inbox.waitFor(filters, PATIENCE_MILLISECONDS)).fields.password;
    const { body: session } = await this.accounts.login(scene.form.insuranceNumber, scene.password!, scene.address);
    Object.assign(scene, { accessToken: session.accessToken, refreshToken: session.refreshToken });
  }

  async changePassword(scene: Scene): Promise<void> {
    const citizen = await this.accounts.getCitizen(scene.accessToken!);
    await this.accounts.changePassword(citizen, scene.password!, OWN_PASSWORD);
    scene.password = OWN_PASSWORD;
  }

  async lockOut(scene: Scene): Promise<void> {
    const failures = Array.from({ length: FAILURES_THAT_LOCK }, (_, failure) =>
      this.accounts.login(scene.form.insuranceNumber, `wrong ${failure}`, scene.address).catch((error: unknown) => {
        if (!(error instanceof Refusal && error.code === 'invalid-credentials')) throw error;
      }),
    );
    await Promise.all(failures);
  }

  /** The key of a request that nobody repeats. */
  private newKey(route: string): IdempotencyKey {
    const raw = this.randomness.token();
    return { raw, scope: sha256(`journey ${route}`), hash: sha256(raw) };
  }
}

async function withFiles(scene: Scene, work: (files: Map<'portrait' | 'idFront' | 'idBack', SpooledFile>) => Promise<void>): Promise<void> {
  const files = await scene.photos();
  try {
    await work(files);
  } finally {
    await Promise.all([...files.values()].map((file) => file.discard()));
  }
}

function keepReceipt(scene: Scene, { id, dossierNumber, trackingCode }: Receipt): void {
  Object.assign(scene, { declarationId: id, dossierNumber, trackingCode });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
