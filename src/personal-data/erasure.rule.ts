/** What a request for erasure is about. */
export interface ErasureCase {
  readonly status: string;
  readonly erased: boolean;
  readonly hasAccount: boolean;
}

export type ErasureVerdict = 'erase' | 'remove-draft' | 'still-open' | 'account-not-named' | 'erased-already';

/**
 * Whether what was declared can be erased on request [D]. A person may have their data erased unless it is needed for what they have asked
 * for: an open dossier must be withdrawn first, and an account rests on its dossier, so that the two go together and whoever asks must have
 * said so.
 */
export function erasureVerdict({ status, erased, hasAccount }: ErasureCase, withAccount: boolean): ErasureVerdict {
  if (erased) return 'erased-already';
  if (status === 'DRAFT') return 'remove-draft';
  if (!['APPROVED', 'REJECTED', 'WITHDRAWN', 'EXPIRED'].includes(status)) return 'still-open';
  return hasAccount && !withAccount ? 'account-not-named' : 'erase';
}
