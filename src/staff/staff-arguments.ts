import { parseArgs } from 'node:util';
import { foldSpaces, toNfc } from '../platform/text/vietnamese.ts';
import { STAFF_NAME, USERNAME } from './staff-names.ts';
import { STAFF_ROLES, type StaffRole } from './rights.ts';

/** Who is to be made an officer. */
export interface Newcomer {
  readonly username: string;
  readonly fullName: string;
  readonly role: StaffRole;
  readonly officeCode: string | null;
  readonly mayApprove: boolean;
}

/** The arguments were not understood; the message holds a sentence for each fault, a line each. */
export class BadArguments extends Error {
  override readonly name = 'BadArguments';
}

/**
 * Reads `create --username … --full-name … --role … [--office …] [--may-approve]`.
 * @throws BadArguments naming every fault at once
 */
export function readNewcomer(args: string[]): Newcomer {
  const { values, positionals } = parse(args);
  const faults: string[] = [];
  if (positionals.length !== 1 || positionals[0] !== 'create') faults.push('The only thing to do here is: create.');

  const username = values.username ?? '';
  if (!USERNAME.test(username)) {
    faults.push('--username needs 3 to 64 of the letters a-z, digits, dots, hyphens and underscores, such as canbo.03102.');
  }
  const fullName = foldSpaces(toNfc(values['full-name'] ?? ''));
  if (!STAFF_NAME.test(fullName)) faults.push('--full-name needs a name of at most 100 letters.');
  const role = STAFF_ROLES.find((known) => known === values.role);
  if (!role) faults.push(`--role needs one of ${STAFF_ROLES.join(', ')}.`);
  const officeCode = values.office ?? null;
  const mayApprove = values['may-approve'] === true;
  if (role === 'admin' && officeCode !== null) faults.push('--office: an admin belongs to no office.');
  if (role === 'admin' && mayApprove) faults.push('--may-approve: an admin sees no dossiers and approves none.');
  if (role && role !== 'admin' && officeCode === null)
    faults.push(`--office: a ${role} belongs to an office; name it, such as --office 03102.`);

  if (!role || faults.length > 0) throw new BadArguments(faults.join('\n'));
  return { username, fullName, role, officeCode, mayApprove };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const options = { username: text, 'full-name': text, role: text, office: text, 'may-approve': { type: 'boolean' } } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (fault) {
    throw new BadArguments((fault as Error).message);
  }
}
