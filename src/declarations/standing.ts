import type { RefusalDetails } from '../platform/refusal.ts';
import type { Declaration } from './declaration.entity.ts';
import { allowedActions } from './status.rule.ts';

/** What a refusal tells a dossier's own citizen of the state of things: status, what they may do now, who decided. */
export function standingOf(row: Pick<Declaration, 'status' | 'decided_at' | 'decided_office_code'>): RefusalDetails {
  return {
    state: row.status,
    allowedActions: allowedActions(row.status, 'citizen'),
    ...(row.decided_at &&
      row.decided_office_code && { decidedBy: { officeCode: row.decided_office_code, at: row.decided_at.toISOString() } }),
  };
}
