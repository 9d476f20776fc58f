/**
 * What four eyes say to an approval of a declaration that was typed in at the counter [D]: nobody approves alone what they have typed in
 * themselves, because the person, the paper and the phone would all be one officer's word.
 * - `kept`: the citizen sent it, or a colleague typed it.
 * - `missing`: whoever typed it approves it.
 * - `overridden`: so they do, and say why.
 * - `nothing-to-override`: a reason is given where none is needed; what is reported as an override must have been one.
 */
export type FourEyes = 'kept' | 'missing' | 'overridden' | 'nothing-to-override';

/**
 * Who typed a declaration in does not approve it, unless a supervisor says why [D].
 * @param typedById the officer who typed it, null for a citizen's own; the amendments of a returned dossier change nothing of it
 * @param isOverride whether the approver gives a reason for going on alone
 */
export function fourEyesOf(typedById: string | null, approverId: string, isOverride: boolean): FourEyes {
  if (typedById === approverId) return isOverride ? 'overridden' : 'missing';
  return isOverride ? 'nothing-to-override' : 'kept';
}
