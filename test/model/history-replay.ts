import { nextStatus, type Action as StatusAction, type Status } from '../../src/declarations/status.rule.ts';

/** One entry of a dossier's history as staff see it. */
export interface HistoryEntry {
  readonly sequence: number;
  readonly action: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly actor: { readonly kind: string; readonly name: string | null };
}

/** What the service said yes to, and what it shows in the end. */
export interface Account {
  /** Names of acknowledged actions, as often as each was. */
  readonly acknowledged: readonly string[];
  readonly status: string;
  readonly version: number;
}

const STATUS_ACTIONS = ['lease', 'approve', 'return', 'reject', 'transfer', 'resubmit', 'withdraw', 'expire'];
const DECISIONS = ['approve', 'return', 'reject'];
/** What a client may do and is told that it is done; each stands in the history once for each time. */
const CLIENTS_ACTIONS = ['lease', 'release', 'approve', 'return', 'reject', 'transfer', 'amend', 'resubmit', 'withdraw'];
const CHANGING = ['submit', 'approve', 'return', 'reject', 'transfer', 'amend', 'resubmit', 'withdraw', 'expire'];

/**
 * Replays a history against the table of statuses, and holds it against what was acknowledged.
 * @returns a sentence for each thing that is wrong
 */
export function faultsOfHistory(entries: readonly HistoryEntry[], { acknowledged, status, version }: Account): string[] {
  const faults: string[] = [];
  let current: string | null = null;
  let holder: string | null = null;
  entries.forEach((entry, index) => {
    const name = `entry ${index + 1} (${entry.action})`;
    if (entry.sequence !== index + 1) faults.push(`${name} has the sequence ${entry.sequence}`);
    if (entry.action === 'submit') current = entry.to;
    else if (STATUS_ACTIONS.includes(entry.action)) {
      if (entry.from !== current) faults.push(`${name} leaves ${entry.from}, where the dossier was ${current}`);
      if (nextStatus(entry.from as Status, entry.action as StatusAction) !== entry.to)
        faults.push(`${name} leads from ${entry.from} to ${entry.to}, where no way leads`);
      current = entry.to;
    } else if (entry.to !== null && entry.to !== current) faults.push(`${name} moves the dossier to ${entry.to}`);
    if (DECISIONS.includes(entry.action) && holder !== entry.actor.name)
      faults.push(`${name} is ${entry.actor.name}’s, the lease is ${holder}’s`);
    if (entry.action === 'lease') holder = entry.actor.name;
    else if (STATUS_ACTIONS.includes(entry.action) || ['release', 'lease-ended'].includes(entry.action)) holder = null;
  });
  if (current !== status) faults.push(`the history ends in ${current}, the dossier is ${status}`);
  const changes = entries.filter(({ action }) => CHANGING.includes(action)).length;
  if (changes !== version) faults.push(`the history has ${changes} changes, the dossier is at version ${version}`);
  for (const action of CLIENTS_ACTIONS) {
    const done = entries.filter((entry) => entry.action === action).length;
    const told = acknowledged.filter((name) => name === action).length;
    if (done !== told) faults.push(`${action} was acknowledged ${told} times and stands in the history ${done} times`);
  }
  return faults;
}
