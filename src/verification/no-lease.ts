/** Sets that end a lease. */
export const NO_LEASE = 'lease_token_hash = NULL, lease_holder_id = NULL, lease_office_code = NULL, lease_since = NULL, lease_until = NULL';
