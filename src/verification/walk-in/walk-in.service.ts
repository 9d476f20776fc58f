import { Injectable } from '@nestjs/common';
import type { ArrivedDeclaration } from '../../declarations/receive-declaration.ts';
import { SubmissionService, type Received } from '../../declarations/submission.service.ts';
import type { IdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import type { OfficeOfficer } from '../../staff/officer.ts';

/** A declaration typed in at the counter for the person who stands there: a citizen's own in everything but who sent it. */
@Injectable()
export class WalkIns {
  constructor(private readonly submissions: SubmissionService) {}

  /**
   * Files it at the officer's own office. Whoever typed it does not approve it (`four-eyes.rule.ts`).
   * @throws Refusal as a submission by the citizen; `validation-failed` also for another office: an officer puts nothing into the queue
   *   of colleagues who never saw the person [D]
   */
  async file(officer: OfficeOfficer, { raw, files, faults }: ArrivedDeclaration, key: IdempotencyKey): Promise<Received> {
    return this.submissions.submitOneShot(raw, files, faults, key, {
      channel: 'counter',
      officerId: officer.id,
      officeCode: officer.officeCode,
    });
  }
}
