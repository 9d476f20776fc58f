/** Staff roles: chuyên viên, lãnh đạo, quản trị. */
export const STAFF_ROLES = ['clerk', 'supervisor', 'admin'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

/**
 * The rights matrix: what each role may do, and at which office's dossiers. It drives the guard, the documentation and the
 * generated tests. `own` = dossiers routed to the officer's own office, and one that a
 * visit has opened; elsewhere the answer is 404, as if there were none. `any` = whichever office.
 */
export const RIGHTS = {
  'session.own': { roles: ['clerk', 'supervisor', 'admin'], offices: 'none' },
  'dossier.list': { roles: ['clerk', 'supervisor'], offices: 'own' },
  'dossier.search': { roles: ['clerk', 'supervisor'], offices: 'own' },
  'dossier.view': { roles: ['clerk', 'supervisor'], offices: 'own' },
  'dossier.photo': { roles: ['clerk', 'supervisor'], offices: 'own' },
  /** Typed in for the person at the counter, at the officer's own office. */
  'dossier.walk-in': { roles: ['clerk', 'supervisor'], offices: 'own' },
  'dossier.lease': { roles: ['clerk', 'supervisor'], offices: 'own' },
  /** Only officers named for it may approve [S]: the role opens the door, the flag `mayApprove` decides. */
  'dossier.approve': { roles: ['clerk', 'supervisor'], offices: 'own', needsMayApprove: true },
  /** To approve what one has typed in oneself, with a reason; it is reported [D]. */
  'dossier.override-four-eyes': { roles: ['supervisor'], offices: 'own', needsMayApprove: true },
  'dossier.return': { roles: ['clerk', 'supervisor'], offices: 'own' },
  'dossier.reject': { roles: ['clerk', 'supervisor'], offices: 'own' },
  'dossier.transfer': { roles: ['clerk', 'supervisor'], offices: 'own' },
  /** By exact number and the ID number on the paper, which only whoever has the person before them can know. */
  'dossier.visit': { roles: ['clerk', 'supervisor'], offices: 'any' },
  'dossier.change-phone': { roles: ['clerk', 'supervisor'], offices: 'own' },
  /** Passwords go to it from then on: as weighty as an approval. */
  'dossier.confirm-phone': { roles: ['clerk', 'supervisor'], offices: 'own', needsMayApprove: true },
  'dossier.reissue-credentials': { roles: ['clerk', 'supervisor'], offices: 'own' },
  /** It holds for both dossiers, also where the other one is another office's, and changes neither. */
  'dossier.decide-duplicate': { roles: ['clerk', 'supervisor'], offices: 'own' },
  /** Deadlines that the office has missed: for those who answer for it. */
  'notice.view': { roles: ['supervisor'], offices: 'own' },
  'statistics.view': { roles: ['clerk', 'supervisor'], offices: 'own' },
  'dossier.export': { roles: ['clerk', 'supervisor'], offices: 'own' },
  /** Names, numbers, phones and addresses of many at once: for those who answer for the office [D]. */
  'dossier.export-personal': { roles: ['supervisor'], offices: 'own' },
  /** Who may log in, as what and where. */
  'staff.administer': { roles: ['admin'], offices: 'none' },
  /** Which offices there are; their dossiers are moved unseen. */
  'office.administer': { roles: ['admin'], offices: 'none' },
  /** Who did what to which dossier, never what is in it. */
  'audit.view': { roles: ['admin'], offices: 'none' },
} as const satisfies Record<string, { roles: readonly StaffRole[]; offices: 'own' | 'any' | 'none'; needsMayApprove?: true }>;

export type Right = keyof typeof RIGHTS;

export function roleHas(role: StaffRole, right: Right): boolean {
  return (RIGHTS[right].roles as readonly StaffRole[]).includes(role);
}
