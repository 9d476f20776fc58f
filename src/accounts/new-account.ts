/** How long a first password waits for its login [D]. */
export const FIRST_PASSWORD_HOURS = 72;

/** An account ready to travel as JSON. */
export interface AccountRow {
  readonly id: string;
  readonly insurance_number: string;
  readonly declaration_id: string;
  readonly password_hash: string;
}

/** The INSERT, alone or inside a WITH. `parameter` (such as `$7`) holds a JSON array of `AccountRow`; an empty one is fine. */
export function openAccounts(parameter: `$${number}`): string {
  return `INSERT INTO accounts (id, insurance_number, declaration_id, state, password_hash, password_expires_at, created_at)
    SELECT id, insurance_number, declaration_id, 'CREDENTIALS_ISSUED', password_hash,
      domain_now() + interval '${FIRST_PASSWORD_HOURS} hours', domain_now()
    FROM jsonb_to_recordset(${parameter}::jsonb) AS account (id uuid, insurance_number text, declaration_id uuid, password_hash text)`;
}
