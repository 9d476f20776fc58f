import type { StaffRole } from './rights.ts';

/** A logged-in officer as of this request: role, office and flags are read anew each time, so a change works at once. */
export interface Officer {
  readonly id: string;
  readonly sessionId: string;
  readonly username: string;
  readonly fullName: string;
  readonly role: StaffRole;
  /** null for admins, who belong to no office and see no citizen's data. */
  readonly officeCode: string | null;
  readonly mayApprove: boolean;
  /** Logged in with a password that an administrator was shown: nothing but its change is open. */
  readonly mustChangePassword: boolean;
}

/** An officer who belongs to an office, and so may see its dossiers. */
export type OfficeOfficer = Officer & { readonly officeCode: string };
