import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultsOfFile, type CheckableFile, type SealedEntry } from './dossier-file.ts';

const ID = '01a2039f-178e-70e9-8830-3f0e406f124d';
const STEPS: [action: string, from: string | null, to: string | null][] = [
  ['submit', null, 'SUBMITTED'],
  ['view', null, null],
  ['lease', 'SUBMITTED', 'IN_VERIFICATION'],
  ['approve', 'IN_VERIFICATION', 'APPROVED'],
  ['download-file', null, null],
];

function chain(steps = STEPS, id = ID): SealedEntry[] {
  let previousHash = '';
  return steps.map(([action, from, to], index) => {
    const sealed = JSON.stringify(['declaration', id, index + 1, 1618884000000000 + index, 'staff', null, '03102', action, from, to, {}]);
    const hash = createHash('sha256').update(Buffer.from(previousHash, 'hex')).update(sealed).digest('hex');
    const entry = { sealed, previousHash, hash };
    previousHash = hash;
    return entry;
  });
}

const file = (changes: Partial<CheckableFile> = {}): CheckableFile => ({
  dossier: { id: ID, status: 'APPROVED' },
  entries: chain(),
  ...changes,
});

describe('the file of a dossier', () => {
  it('is found whole as it was written', () => {
    expect(faultsOfFile(file())).toEqual([]);
  });

  it('betrays every altered character, and names the entry', () => {
    fc.assert(
      fc.property(fc.nat(STEPS.length - 1), fc.nat(), fc.constantFrom('sealed', 'hash', 'previousHash' as const), (index, at, part) => {
        const entries = chain();
        const text = entries[index]![part];
        if (text.length === 0) return;
        const place = at % text.length;
        const other = text[place] === '0' ? '1' : '0';
        entries[index] = { ...entries[index]!, [part]: text.slice(0, place) + other + text.slice(place + 1) };
        expect(faultsOfFile(file({ entries })).join('\n')).toContain(`entry ${index + 1} `);
      }),
    );
  });

  it.each<[string, Partial<CheckableFile>, RegExp]>([
    ['an entry taken out', { entries: chain().toSpliced(1, 1) }, /entry 2 does not follow/],
    ['two entries in each other’s place', { entries: [0, 2, 1, 3, 4].map((index) => chain()[index]!) }, /entry 2 does not follow/],
    ['an end cut off before the decision', { entries: chain().slice(0, 3) }, /status APPROVED/],
    ['another status', { dossier: { id: ID, status: 'REJECTED' } }, /status REJECTED/],
    ['the entries of another dossier', { entries: chain(STEPS, ID.replace('0', '1')) }, /entry 1 is of another dossier/],
    ['a chain that begins elsewhere', { entries: chain([['view', null, null], ...STEPS]).slice(1) }, /entry 1 does not follow/],
    ['no entries', { entries: [] }, /no entry/],
  ])('betrays %s', (_what, changes, fault) => {
    expect(faultsOfFile(file(changes)).join('\n')).toMatch(fault);
  });

  it('that holds anything at all is judged, and breaks nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ sealed: fc.string(), previousHash: fc.string(), hash: fc.string() })), (entries) => {
        expect(faultsOfFile(file({ entries })).length).toBeGreaterThan(0);
      }),
    );
  });
});
