import { nextStatus, OPEN_STATUSES, type Action as StatusAction, type Status } from '../../src/declarations/status.rule.ts';

export type Clerk = 'A' | 'B';

/** Everything that decides how a dossier answers. Times are milliseconds of the domain. */
export interface DossierState {
  readonly status: Status;
  readonly version: number;
  readonly revision: number;
  readonly statusSince: number;
  /** Routed away: neither clerk finds it any more. */
  readonly isElsewhere: boolean;
  /** The last lease that was neither given back nor killed; it may have run out. `token` is the name of a fencing token. */
  readonly lease: { readonly holder: Clerk; readonly token: string; readonly until: number } | null;
}

/** What one of the two clerks does, with which token and which version. */
export type ClerkAction =
  | { readonly who: Clerk; readonly does: 'read' }
  | { readonly who: Clerk; readonly does: 'lease'; readonly grants: string }
  | { readonly who: Clerk; readonly does: 'renew' | 'release'; readonly token: string | undefined }
  | Decision;

interface Decision {
  readonly who: Clerk;
  readonly does: 'approve' | 'return' | 'reject' | 'transfer';
  readonly token: string | undefined;
  readonly ifMatch: number | undefined;
}

export type CitizenAction =
  | { readonly who: 'citizen'; readonly does: 'withdraw' | 'resubmit' }
  | { readonly who: 'citizen'; readonly does: 'amend'; readonly ifMatch: number | undefined };

export type Action = ClerkAction | CitizenAction;

/** `ok`, the code of a refusal, or what a reading shows. */
export interface Outcome {
  readonly answer: string;
  readonly state: DossierState;
}

const MINUTE_MS = 60_000;
const LEASE_MS = 15 * MINUTE_MS;
const EXPIRY_MS = 30 * 24 * 60 * MINUTE_MS;

export function submittedAt(now: number): DossierState {
  return { status: 'SUBMITTED', version: 1, revision: 1, statusSince: now, isElsewhere: false, lease: null };
}

/** What the service must answer and become, written from the contract and not from the code. */
export function step(state: DossierState, action: Action, now: number): Outcome {
  if (action.who === 'citizen') return citizenStep(state, action, now);
  if (state.isElsewhere) return { answer: 'not-found', state };
  if (action.does === 'read') return { answer: `${state.status} v${state.version}`, state };
  if (action.does === 'lease') return leaseStep(state, action, now);
  if ('ifMatch' in action) {
    const refusal = decisionRefusal(state, action, now);
    if (refusal) return { answer: refusal, state };
    return { answer: 'ok', state: { ...moved(state, action.does, now), isElsewhere: action.does === 'transfer' } };
  }
  const refusal = nextStatus(state.status, 'lease') ? leaseRefusal(state, action.who, action.token, now) : 'invalid-state';
  if (refusal) return { answer: refusal, state };
  const lease = action.does === 'release' ? null : { ...state.lease!, until: now + LEASE_MS };
  return { answer: 'ok', state: { ...state, lease } };
}

/** What becomes of the dossier when the clock stands at `now`: only an expiry happens by itself, and never under a live lease. */
export function timePasses(state: DossierState, now: number): DossierState {
  const isOpen = (OPEN_STATUSES as readonly Status[]).includes(state.status);
  return isOpen && now - state.statusSince >= EXPIRY_MS && !isHeld(state, now) ? moved(state, 'expire', now) : state;
}

/** Every state that the dossier may be in after actions that were under way together: some order of them explains all answers. */
export function afterTogether(
  states: readonly DossierState[],
  actions: readonly Action[],
  answers: readonly string[],
  now: number,
): DossierState[] {
  const orders = permutations(actions.map((_action, index) => index));
  const found = states.flatMap((start) =>
    orders.flatMap((order) => {
      let state = start;
      for (const index of order) {
        const outcome = step(state, actions[index]!, now);
        if (outcome.answer !== answers[index]) return [];
        state = outcome.state;
      }
      return [state];
    }),
  );
  return [...new Map(found.map((state) => [JSON.stringify(state), state])).values()];
}

function leaseStep(state: DossierState, { who, grants }: Extract<ClerkAction, { does: 'lease' }>, now: number): Outcome {
  if (!nextStatus(state.status, 'lease')) return { answer: 'invalid-state', state };
  if (isHeld(state, now) && state.lease?.holder !== who) return { answer: 'dossier-held', state };
  const statusSince = state.status === 'IN_VERIFICATION' ? state.statusSince : now;
  const lease = { holder: who, token: grants, until: now + LEASE_MS };
  return { answer: 'ok', state: { ...state, status: 'IN_VERIFICATION', statusSince, lease } };
}

function citizenStep(state: DossierState, action: CitizenAction, now: number): Outcome {
  const needed = action.does === 'amend' ? 'resubmit' : action.does;
  if (!nextStatus(state.status, needed)) return { answer: 'invalid-state', state };
  if (action.does !== 'amend') {
    const after = moved(state, action.does, now);
    return { answer: 'ok', state: { ...after, revision: after.revision + (action.does === 'resubmit' ? 1 : 0) } };
  }
  if (action.ifMatch !== undefined && action.ifMatch !== state.version) return { answer: 'precondition-failed', state };
  return { answer: 'ok', state: { ...state, version: state.version + 1 } };
}

/** State, then lease, then what the clerk has read. */
function decisionRefusal(state: DossierState, { who, does, token, ifMatch }: Decision, now: number): string | undefined {
  const isAllowed = nextStatus(state.status, does) !== undefined;
  if (state.status !== 'SUBMITTED' && !isAllowed) return 'invalid-state';
  const needsLease = !(does === 'transfer' && state.status === 'SUBMITTED');
  const refusal = needsLease ? leaseRefusal(state, who, token, now) : undefined;
  if (refusal) return refusal;
  if (!isAllowed) return 'invalid-state';
  if (ifMatch === undefined) return 'precondition-required';
  return ifMatch === state.version ? undefined : 'precondition-failed';
}

function leaseRefusal(state: DossierState, who: Clerk, token: string | undefined, now: number): string | undefined {
  if (token === undefined) return 'lease-required';
  const isLive = isHeld(state, now);
  if (isLive && state.lease?.holder === who && state.lease.token === token) return undefined;
  return isLive && state.lease?.holder !== who ? 'dossier-held' : 'lease-lost';
}

function isHeld({ lease }: DossierState, now: number): boolean {
  return lease !== null && lease.until > now;
}

function moved(state: DossierState, by: StatusAction, now: number): DossierState {
  return { ...state, status: nextStatus(state.status, by)!, statusSince: now, version: state.version + 1, lease: null };
}

function permutations(indices: readonly number[]): number[][] {
  if (indices.length <= 1) return [[...indices]];
  return indices.flatMap((first) => permutations(indices.filter((index) => index !== first)).map((rest) => [first, ...rest]));
}
