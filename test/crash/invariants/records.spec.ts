import { describe, expect, it } from '@jest/globals';
import { strangersHand, type StepRow } from './records.ts';

const HERE = '03102';
const THERE = '03103';
const DOSSIER = { receiving_office_code: HERE, office_code: HERE };

let serial = 0;
const step = (action: string, changes: Partial<StepRow> = {}): StepRow => ({
  ...{ subject_id: 'a dossier', sequence: ++serial, action, from_status: null, to_status: null, details: {} },
  ...{ actor_kind: 'staff', actor_office_code: HERE },
  ...changes,
});
const elsewhere = { actor_office_code: THERE };

describe('a history in which every hand is of the right office', () => {
  it.each<[string, StepRow[], object]>([
    ['approved where it was received', [step('lease'), step('approve'), step('reissue-credentials')], {}],
    ['of a citizen who stood elsewhere', [step('visit', elsewhere), step('lease', elsewhere), step('return', elsewhere)], {}],
    [
      'transferred, and rejected there',
      [step('lease'), step('transfer', { details: { toOffice: THERE } }), step('lease', elsewhere), step('reject', elsewhere)],
      { office_code: THERE },
    ],
    [
      'of an office that was closed',
      [
        step('transfer', { actor_kind: 'system', actor_office_code: null, details: { fromOffice: HERE, toOffice: THERE } }),
        step('lease', elsewhere),
      ],
      { office_code: THERE },
    ],
    ['that nobody but its citizen touched', [step('withdraw', { actor_kind: 'citizen', actor_office_code: null })], {}],
  ])('is one %s', (_what, steps, changes) => {
    expect(strangersHand(steps, { ...DOSSIER, ...changes })).toBeUndefined();
  });
});

describe('a history with a stranger’s hand in it', () => {
  it.each<[string, StepRow[], object]>([
    ['approve by 03103 while it was at 03102', [step('lease'), step('approve', elsewhere)], {}],
    ['lease by 03103 while it was at 03102', [step('lease', elsewhere), step('visit', elsewhere)], {}],
    ['lease by 03102 while it was at 03103', [step('transfer', { details: { toOffice: THERE } }), step('lease')], { office_code: THERE }],
    ['return by citizen', [step('lease'), step('return', { actor_kind: 'citizen', actor_office_code: null })], {}],
    ['approve by null while it was at 03102', [step('approve', { actor_office_code: null })], {}],
    ['reroute out of 03103 while it was at 03102', [step('reroute', { details: { fromOffice: THERE, toOffice: HERE } })], {}],
    ['it is at 03103, its history says 03102', [step('lease')], { office_code: THERE }],
  ])('is found: %s', (fault, steps, changes) => {
    expect(strangersHand(steps, { ...DOSSIER, ...changes })).toBe(fault);
  });
});
