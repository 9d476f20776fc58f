import type { DeclarationRow } from '../declarations/declarations.store.ts';
import { allowedActions, nextStatus, type Action } from '../declarations/status.rule.ts';
import { Refusal } from '../platform/refusal.ts';
import { tokenHash } from '../platform/sessions.ts';

/** A lease ends 15 minutes after it was taken or last renewed [D]. */
export const LEASE_MINUTES = 15;

/** Whether somebody holds the dossier at the instant of the reading: a lease ends by itself [D]. */
export function isHeld(row: DeclarationRow): boolean {
  return row.lease_until !== null && row.lease_until > row.now;
}

/** Who holds the dossier, as a refusal names them [D]; undefined when nobody does. */
export function holderOf(row: DeclarationRow): { name: string; officeCode: string; since: string; until: string } | undefined {
  if (!isHeld(row)) return undefined;
  return {
    name: row.lease_holder_name ?? '',
    officeCode: row.lease_office_code!,
    since: row.lease_since!.toISOString(),
    until: row.lease_until!.toISOString(),
  };
}

/** What a refusal for the state of things tells: status, what is allowed, who holds it, who decided [D]. */
export function stateOf(row: DeclarationRow) {
  const heldBy = holderOf(row);
  return {
    state: row.status,
    allowedActions: allowedActions(row.status, 'staff'),
    ...(heldBy && { heldBy }),
    ...(row.decided_at &&
      row.decided_office_code && { decidedBy: { officeCode: row.decided_office_code, at: row.decided_at.toISOString() } }),
  };
}

/** The table of statuses decides what may be done [D]. @throws Refusal `invalid-state` when the status does not allow the action */
export function mustAllow(row: DeclarationRow, action: Action): void {
  if (!nextStatus(row.status, action)) throw new Refusal('invalid-state', stateOf(row));
}

/**
 * The holder of a live lease may go on; its token is a fencing token, so one that was lost is refused for ever [D].
 * @throws Refusal `lease-required` without a token, `dossier-held` when somebody else holds it, else `lease-lost`
 */
export function mustHold(row: DeclarationRow, officerId: string, leaseToken: string | undefined): void {
  if (leaseToken === undefined) throw new Refusal('lease-required', stateOf(row));
  const isCurrent = row.lease_token_hash?.equals(tokenHash(leaseToken)) ?? false;
  if (isCurrent && isHeld(row) && row.lease_holder_id === officerId) return;
  throw new Refusal(isHeld(row) && row.lease_holder_id !== officerId ? 'dossier-held' : 'lease-lost', stateOf(row));
}
