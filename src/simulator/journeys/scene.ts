import type { SpooledFile } from '../../photos/spool.storage.ts';
import type { PhotoSlot } from '../../photos/photo-slot.ts';
import type { OfficeOfficer } from '../../staff/officer.ts';
import type { Lease } from '../../verification/leases.service.ts';
import type { PhotoPersona } from '../photo-lab/persona.ts';
import type { FilledForm } from '../personas/personas.service.ts';

/** The form as it is sent by a journey. */
export type SentForm = FilledForm & {
  readonly emailCopy?: boolean;
  readonly emailForNotices?: boolean;
  readonly email?: string;
  readonly commitmentAccepted: true;
  readonly dataProcessingAccepted: true;
};

/** What a journey has come to: who takes part, and all that the parts say to each other and a test would want to know. */
export interface Scene {
  readonly form: SentForm;
  /** Absent = the specimen's photos. */
  readonly sitter: PhotoPersona | undefined;
  /** Where the request came from, for the limits. */
  readonly address: string;
  readonly photos: () => Promise<Map<PhotoSlot, SpooledFile>>;
  declarationId?: string;
  dossierNumber?: string;
  draftToken?: string;
  trackingCode?: string;
  officer?: OfficeOfficer;
  /** The second pair of eyes, or the officer at another office. */
  secondOfficer?: OfficeOfficer;
  lease?: Lease;
  lostLease?: Lease;
  password?: string;
  accessToken?: string;
  refreshToken?: string;
}
