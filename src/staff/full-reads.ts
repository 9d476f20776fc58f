import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { Database } from '../platform/database/database.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import type { LimitName } from '../platform/limits/limits.ts';
import type { Officer } from './officer.ts';

/** What an officer sees of citizens that is not masked. */
const LIMIT_OF = {
  dossier: 'full-view-by-officer',
  photo: 'photo-view-by-officer',
  table: 'personal-export-by-officer',
} as const satisfies Record<string, LimitName>;

/** Counts what officers read in full, before they read it: so many that it is no work any more is refused, and half of that is told. */
@Injectable()
export class FullReads {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws Refusal `too-many-attempts` */
  async count({ id }: Officer, what: keyof typeof LIMIT_OF): Promise<void> {
    const alarms = await this.limits.count({ limit: LIMIT_OF[what], subject: id });
    for (const limit of alarms) {
      await this.audit.record(this.database, {
        subject: { kind: 'staff', id },
        actor: { kind: 'system' },
        action: 'many-reads',
        details: { limit },
      });
    }
  }
}
