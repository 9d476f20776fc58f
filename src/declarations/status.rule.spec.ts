import { describe, expect, it } from '@jest/globals';
import { Intake1790000000000 } from '../../migrations/1790000000000-intake.ts';
import { allowedActions, nextStatus, STATUSES, TRANSITIONS, type Action } from './status.rule.ts';

describe('the status table', () => {
  it('lets only a draft be submitted, and only a returned dossier be resubmitted', () => {
    expect(STATUSES.filter((status) => nextStatus(status, 'submit'))).toEqual(['DRAFT']);
    expect(STATUSES.filter((status) => nextStatus(status, 'resubmit'))).toEqual(['RETURNED']);
  });

  it('lets staff decide only what is in verification', () => {
    for (const action of ['approve', 'return', 'reject'] as const) {
      expect(STATUSES.filter((status) => nextStatus(status, action))).toEqual(['IN_VERIFICATION']);
    }
  });

  it('has no way out of rejected, withdrawn and expired', () => {
    for (const status of ['REJECTED', 'WITHDRAWN', 'EXPIRED'] as const) expect(TRANSITIONS[status]).toEqual({});
  });

  it('tells a citizen and an officer only what each of them could do', () => {
    expect(allowedActions('SUBMITTED', 'citizen')).toEqual(['withdraw']);
    expect(allowedActions('SUBMITTED', 'staff')).toEqual(['lease', 'transfer']);
    expect(allowedActions('IN_VERIFICATION', 'staff')).toEqual(['lease', 'approve', 'return', 'reject', 'transfer']);
    expect(allowedActions('APPROVED', 'citizen')).toEqual([]);
  });

  it('is the same table that the database guards', async () => {
    const statements: string[] = [];
    await new Intake1790000000000().up({ query: async (sql: string) => void statements.push(sql) } as never);
    const guarded = [...statements.join('\n').matchAll(/'([A-Z_]+)>([A-Z_]+)'/g)].map(([, from, to]) => `${from}>${to}`);
    const table = STATUSES.flatMap((from) =>
      (Object.keys(TRANSITIONS[from]) as Action[]).map((action) => [from, nextStatus(from, action)!] as const),
    )
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => `${from}>${to}`);
    expect(guarded.sort()).toEqual([...new Set(table)].sort());
  });
});
