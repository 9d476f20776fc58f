import type { Fault } from '../platform/refusal.ts';
import type { StaffRole } from '../staff/rights.ts';
import { STAFF_NAME } from '../staff/staff-names.ts';

/** What an administrator decides about an officer. */
export interface Post {
  readonly fullName: string;
  readonly role: StaffRole;
  readonly officeCode: string | null;
  readonly mayApprove: boolean;
  readonly active: boolean;
}

/** What is wrong with the post as a whole, all at once: an admin belongs to no office and approves nothing, everybody else to one [D]. */
export function postFaults({ fullName, role, officeCode, mayApprove }: Post): Fault[] {
  const faults: Fault[] = [];
  if (!STAFF_NAME.test(fullName)) faults.push({ pointer: '/fullName', code: 'bad-name-character' });
  if (role === 'admin' && officeCode !== null) faults.push({ pointer: '/officeCode', code: 'bad-format' });
  if (role === 'admin' && mayApprove) faults.push({ pointer: '/mayApprove', code: 'bad-format' });
  if (role !== 'admin' && officeCode === null) faults.push({ pointer: '/officeCode', code: 'required' });
  return faults;
}

/** For the record: what changed, before and after. Of a name only that it did. */
export interface PostChange {
  readonly changed: (keyof Post)[];
  readonly before: Partial<Post>;
  readonly after: Partial<Post>;
}

/** What a change of post changes, for the record [D]. */
export function postChange(before: Post, after: Post): PostChange {
  const changed = (Object.keys(after) as (keyof Post)[]).filter((part) => before[part] !== after[part]);
  const shown = changed.filter((part) => part !== 'fullName');
  const only = (post: Post) => Object.fromEntries(shown.map((part) => [part, post[part]])) as Partial<Post>;
  return { changed, before: only(before), after: only(after) };
}
