/** What the story reads of the service's answers; the API document has the rest. */

export interface Place {
  readonly code: string;
  readonly fullName: string;
}

export interface Office {
  readonly code: string;
  readonly name: string;
  readonly phone: string | null;
  readonly address: string | null;
}

export interface Receipt {
  readonly id: string;
  readonly dossierNumber: string;
  readonly submittedAt: string;
  readonly trackingCode: string;
  readonly message: string;
  readonly warnings: readonly { readonly message: string }[];
}

/** A message as the desk's inbox shows it. */
export interface ReceivedMessage {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  readonly fields: { readonly account?: string; readonly password?: string };
}

export interface StaffSession {
  readonly accessToken: string;
  readonly staff: { readonly fullName: string; readonly officeCode: string | null };
}

interface Identity {
  readonly fullName: string;
  readonly insuranceNumber: string;
  readonly idNumber: string;
}

export interface ListedDossier extends Identity {
  readonly id: string;
  readonly phone: string;
}

export interface Dossier {
  readonly declared: Identity & { readonly phone: string };
  readonly registry: { readonly match: string; readonly person: (Identity & { readonly dateOfBirth: string }) | null };
  readonly photos: readonly { readonly slot: string; readonly width: number; readonly height: number }[];
}

export interface Lease {
  readonly leaseToken: string;
  readonly until: string;
}

export interface Approved {
  readonly status: string;
  readonly account: { readonly insuranceNumber: string; readonly state: string };
}

export interface CitizenSession {
  readonly accessToken: string;
  readonly mustChangePassword: boolean;
}

export interface Profile {
  readonly fullName: string;
  readonly insuranceNumber: string;
  readonly state: string;
  readonly dossierNumber: string;
}

export interface HistoryStep {
  readonly at: string;
  readonly action: string;
  readonly to: string | null;
  readonly actor: { readonly kind: string; readonly name: string | null };
}
