/**
 * What a declaration's PDF shows, as plain values that may cross to a worker. Null is what the citizen has not filled in: a draft's
 * form has dotted lines there.
 */
export interface DeclarationPdfFacts {
  /** Null for a draft, which has no number. */
  readonly dossierNumber: string | null;
  /** The instant the document stands for: the receipt, or a draft's last change. Same facts, same bytes. */
  readonly date: Date;
  readonly insuranceNumber: string | null;
  readonly fullName: string | null;
  readonly idType: 'cccd' | 'cmnd' | 'passport' | null;
  readonly idNumber: string | null;
  /** Names as they are written in an address: `Phường Đằng Giang`, `Quận Ngô Quyền`, `Thành phố Hải Phòng`. */
  readonly address: {
    readonly street: string | null;
    readonly ward: string | null;
    readonly district: string | null;
    readonly province: string | null;
  };
  /** E.164. */
  readonly phone: string | null;
  readonly email: string | null;
  readonly office: { readonly code: string; readonly name: string } | null;
  /** The commitment's text and the other consents, in the wording that was shown to the citizen. */
  readonly commitment: PdfConsent;
  readonly consents: readonly PdfConsent[];
  /** Version of those texts. */
  readonly consentVersion: string | null;
}

export interface PdfConsent {
  readonly text: string;
  readonly accepted: boolean;
}
