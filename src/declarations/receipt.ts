import type { Office } from '../offices/office.entity.ts';
import { currentLanguage } from '../platform/http/request-context.ts';
import { HOTLINE, receiptNotice } from './notice.ts';
import { WARNINGS, type WarningCode } from './warnings.ts';
import type { Numbered } from './submission.store.ts';

/** What the citizen gets for a declaration that was received. */
export interface Receipt {
  id: string;
  dossierNumber: string;
  insuranceNumber: string;
  status: 'SUBMITTED';
  submittedAt: string;
  revision: number;
  office: { code: string; name: string; phone: string | null; address: string | null };
  /** Shown here once, and never again. */
  trackingCode: string;
  message: string;
  hotline: string;
  warnings: { code: WarningCode; message: string }[];
}

/** What is known of a receipt before the database has given number and time; this is what the idempotency key keeps. */
export type ReceiptDraft = Omit<Receipt, 'dossierNumber' | 'submittedAt' | 'message'>;

export function receiptDraft(of: {
  id: string;
  insuranceNumber: string;
  revision: number;
  office: Pick<Office, 'code' | 'name' | 'phone' | 'address'>;
  trackingCode: string;
  warnings: WarningCode[];
}): ReceiptDraft {
  const { code, name, phone, address } = of.office;
  return {
    id: of.id,
    insuranceNumber: of.insuranceNumber,
    status: 'SUBMITTED',
    revision: of.revision,
    office: { code, name, phone, address },
    trackingCode: of.trackingCode,
    hotline: HOTLINE,
    warnings: of.warnings.map((warning) => ({ code: warning, message: WARNINGS[warning][currentLanguage()] })),
  };
}

export function completeReceipt(draft: ReceiptDraft, { dossierNumber, submittedAt }: Numbered): Receipt {
  const { id, insuranceNumber, status, revision, office, trackingCode, hotline, warnings } = draft;
  return {
    id,
    dossierNumber,
    insuranceNumber,
    status,
    submittedAt: submittedAt.toISOString(),
    revision,
    office,
    trackingCode,
    message: receiptNotice(insuranceNumber, dossierNumber),
    hotline,
    warnings,
  };
}
