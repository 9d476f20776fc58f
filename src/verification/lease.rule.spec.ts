import { describe, expect, it } from '@jest/globals';
import type { DeclarationRow } from '../declarations/declarations.store.ts';
import { STATUSES, type Status } from '../declarations/status.rule.ts';
import { actionsOf, stateOf, type Reader } from './lease.rule.ts';

const now = new Date('2021-04-20T02:00:00Z');
const soon = new Date('2021-04-20T02:00:00.001Z');
const clerk: Reader = { id: 'clerk', mayApprove: true };

const row = (status: Status, columns: Partial<DeclarationRow> = {}) =>
  ({ status, now, lease_until: null, lease_holder_id: null, typed_by_id: null, decided_at: null, ...columns }) as DeclarationRow;
const held = (by: string, until = soon): Partial<DeclarationRow> => ({
  ...{ lease_holder_id: by, lease_holder_name: 'Trần Thị Giữ', lease_office_code: '03102', lease_since: now, lease_until: until },
});

describe('what an officer may do now', () => {
  it.each<[Status, readonly string[], readonly string[]]>([
    ['SUBMITTED', ['lease', 'transfer'], []],
    ['IN_VERIFICATION', ['lease'], ['lease', 'approve', 'return', 'reject', 'transfer']],
    ['RETURNED', [], []],
    ['APPROVED', ['reissue-credentials'], []],
    ['REJECTED', [], []],
  ])('to a dossier that is %s and free is %j, and under a lease of their own %j', (status, free, own) => {
    expect(actionsOf(row(status), clerk)).toEqual(free);
    if (own.length > 0) expect(actionsOf(row(status, held('clerk')), clerk)).toEqual(own);
  });

  it('is nothing while a colleague holds the dossier, to the millisecond', () => {
    expect(actionsOf(row('IN_VERIFICATION', held('colleague')), clerk)).toEqual([]);
    expect(actionsOf(row('IN_VERIFICATION', held('colleague', now)), clerk)).toEqual(['lease']);
    expect(stateOf(row('IN_VERIFICATION', held('colleague')), clerk)).toMatchObject({
      allowedActions: [],
      heldBy: { name: 'Trần Thị Giữ', officeCode: '03102', until: soon.toISOString() },
    });
  });

  it('is no approval for who is not named for it, nor for who typed the dossier in', () => {
    const own = row('IN_VERIFICATION', { ...held('clerk'), typed_by_id: 'clerk' });
    expect(actionsOf(row('IN_VERIFICATION', held('clerk')), { ...clerk, mayApprove: false })).not.toContain('approve');
    expect(actionsOf(own, clerk)).toEqual(['lease', 'return', 'reject', 'transfer']);
  });

  it('is never the citizen’s part, nor the clock’s', () => {
    const all = STATUSES.flatMap((status) => actionsOf(row(status, status === 'IN_VERIFICATION' ? held('clerk') : {}), clerk));
    for (const action of ['submit', 'resubmit', 'withdraw', 'expire']) expect(all).not.toContain(action);
  });
});
