/** A dossier's statuses [D]; `DRAFT` has no number yet. */
export const STATUSES = ['DRAFT', 'SUBMITTED', 'IN_VERIFICATION', 'APPROVED', 'RETURNED', 'REJECTED', 'WITHDRAWN', 'EXPIRED'] as const;
export type Status = (typeof STATUSES)[number];

export type Action =
  'submit' | 'lease' | 'approve' | 'return' | 'reject' | 'transfer' | 'resubmit' | 'withdraw' | 'expire' | 'reissue-credentials';

/**
 * The only gate between statuses [D]: what may be done in each, and where it leads. A lease's end does not undo
 * `IN_VERIFICATION`; a transfer starts again at the new office; an approved dossier stays approved when credentials are issued
 * anew. The database's own guard (`guard_declaration`) holds the same pairs, and a test holds the two together.
 */
export const TRANSITIONS = {
  DRAFT: { submit: 'SUBMITTED' },
  SUBMITTED: { lease: 'IN_VERIFICATION', transfer: 'SUBMITTED', withdraw: 'WITHDRAWN', expire: 'EXPIRED' },
  IN_VERIFICATION: {
    lease: 'IN_VERIFICATION',
    approve: 'APPROVED',
    return: 'RETURNED',
    reject: 'REJECTED',
    transfer: 'SUBMITTED',
    withdraw: 'WITHDRAWN',
    expire: 'EXPIRED',
  },
  RETURNED: { resubmit: 'SUBMITTED', withdraw: 'WITHDRAWN', expire: 'EXPIRED' },
  APPROVED: { 'reissue-credentials': 'APPROVED' },
  REJECTED: {},
  WITHDRAWN: {},
  EXPIRED: {},
} as const satisfies Record<Status, Partial<Record<Action, Status>>>;

/** Where an action leads from a status; undefined when it is not allowed there [D]. */
export function nextStatus(status: Status, action: Action): Status | undefined {
  return (TRANSITIONS[status] as Partial<Record<Action, Status>>)[action];
}

/** Whose hand does what; the clock's own action is nobody's to choose. */
const CITIZENS_ACTIONS: readonly Action[] = ['submit', 'resubmit', 'withdraw'];
const CLOCKS_ACTIONS: readonly Action[] = ['expire'];

/** What the reader of a refusal could do instead [D]. */
export function allowedActions(status: Status, of: 'citizen' | 'staff'): Action[] {
  return (Object.keys(TRANSITIONS[status]) as Action[]).filter(
    (action) => !CLOCKS_ACTIONS.includes(action) && CITIZENS_ACTIONS.includes(action) === (of === 'citizen'),
  );
}

/** Statuses in which a dossier is neither decided nor given up [D]. */
export const OPEN_STATUSES = ['SUBMITTED', 'IN_VERIFICATION', 'RETURNED'] as const satisfies readonly Status[];
