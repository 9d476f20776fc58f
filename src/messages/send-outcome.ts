/**
 * What became of one try. `sent` the provider took it; `delivered` it is known to have arrived; the failures name a short code for
 * staff and operators (`smtp-451`, `timeout`), never a provider's own words.
 */
export type SendOutcome =
  | { readonly kind: 'sent' | 'delivered' }
  | { readonly kind: 'temporary-failure' | 'permanent-failure' | 'technical-failure'; readonly code: string };
