import type { StaffProfile } from './staff.service.ts';

/** Adds officers of the simulator, but for those whose name is taken. $1 = `simulatedRows` as JSON. */
export const ADD_SIMULATED = `
  INSERT INTO staff (id, username, full_name, role, office_code, may_approve, password_hash, simulated, created_at)
  SELECT id, username, full_name, role, office_code, may_approve, password_hash, true, domain_now()
  FROM jsonb_to_recordset($1::jsonb) AS newcomer (id uuid, username text, full_name text, role text, office_code text,
    may_approve boolean, password_hash text) ON CONFLICT (username) DO NOTHING`;

/** The officers as `ADD_SIMULATED` takes them, all with one password. */
export function simulatedRows(people: readonly Omit<StaffProfile, 'id'>[], passwordHash: string, newId: () => string) {
  return people.map(({ username, fullName, role, officeCode, mayApprove }) => ({
    id: newId(),
    username,
    full_name: fullName,
    role,
    office_code: officeCode,
    may_approve: mayApprove,
    password_hash: passwordHash,
  }));
}
