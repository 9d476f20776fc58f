import type { DeclarationRow } from '../declarations/declarations.store.ts';
import { allowedActions, nextStatus, type Action, type Status } from '../declarations/status.rule.ts';
import { Refusal } from '../platform/refusal.ts';
import { tokenHash } from '../platform/sessions.ts';
import type { Officer } from '../staff/officer.ts';

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

/** Whoever reads what may be done. */
export type Reader = Pick<Officer, 'id' | 'mayApprove'>;

/** What only the holder of a live lease does [D]: all that decides, but for sending on what nobody has taken into verification yet. */
export function needsLease(status: Status, action: Action): boolean {
  return action === 'approve' || action === 'return' || action === 'reject' || (action === 'transfer' && status !== 'SUBMITTED');
}

/**
 * What this officer may do now [D]: of what the status allows, nothing while a colleague holds the dossier; what needs a lease under one's own
 * only; and to approve, who is named for it and has not typed the dossier in: a supervisor's override is another thing than a right.
 */
export function actionsOf(row: DeclarationRow, reader: Reader): Action[] {
  const isOwn = isHeld(row) && row.lease_holder_id === reader.id;
  if (isHeld(row) && !isOwn) return [];
  const mayApprove = reader.mayApprove && row.typed_by_id !== reader.id;
  return allowedActions(row.status, 'staff').filter(
    (action) => (isOwn || !needsLease(row.status, action)) && (mayApprove || action !== 'approve'),
  );
}

/** What a refusal for the state of things tells: status, what its reader may do now, who holds it, who decided [D]. */
export function stateOf(row: DeclarationRow, reader: Reader) {
  const heldBy = holderOf(row);
  return {
    state: row.status,
    allowedActions: actionsOf(row, reader),
    ...(heldBy && { heldBy }),
    ...(row.decided_at &&
      row.decided_office_code && { decidedBy: { officeCode: row.decided_office_code, at: row.decided_at.toISOString() } }),
  };
}

/** The table of statuses decides what may be done [D]. @throws Refusal `invalid-state` when the status does not allow the action */
export function mustAllow(row: DeclarationRow, action: Action, reader: Reader): void {
  if (!nextStatus(row.status, action)) throw new Refusal('invalid-state', stateOf(row, reader));
}

/**
 * The holder of a live lease may go on; its token is a fencing token, so one that was lost is refused for ever [D].
 * @throws Refusal `lease-required` without a token, `dossier-held` when somebody else holds it, else `lease-lost`
 */
export function mustHold(row: DeclarationRow, reader: Reader, leaseToken: string | undefined): void {
  if (leaseToken === undefined) throw new Refusal('lease-required', stateOf(row, reader));
  const isCurrent = row.lease_token_hash?.equals(tokenHash(leaseToken)) ?? false;
  if (isCurrent && isHeld(row) && row.lease_holder_id === reader.id) return;
  throw new Refusal(isHeld(row) && row.lease_holder_id !== reader.id ? 'dossier-held' : 'lease-lost', stateOf(row, reader));
}
