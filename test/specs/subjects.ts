/** What is shown by spec files of the suite, and is asked for by name. */
export interface Subject {
  /** Files and folders, from the root. */
  readonly specs: readonly string[];
  /** Where a seed decides. Ids, keys and tokens come from a CSPRNG everywhere and decide nothing. */
  readonly seed?: string;
}

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  leaks: { specs: ['test/operations/leaks.spec.ts', 'test/operations/logs.spec.ts'] },
  limits: {
    specs: [
      ...['test/operations/limits.spec.ts', 'test/operations/limits-table.spec.ts'],
      ...['test/operations/limits-burst.spec.ts', 'test/operations/limits-of-others.spec.ts'],
    ],
  },
  privacy: {
    specs: [
      ...['test/privacy', 'test/journeys/privacy.spec.ts', 'test/house/privacy.spec.ts'],
      ...['test/photos/photo-store.spec.ts', 'test/photos/shred-ledger.spec.ts', 'test/database/erasure.spec.ts'],
    ],
  },
  backup: {
    specs: ['test/operations/backup.spec.ts', 'test/privacy/restore.spec.ts', 'test/privacy/restore-command.spec.ts'],
    seed: 'backup',
  },
  roles: { specs: ['test/database/roles.spec.ts', 'test/database/audit-chain.spec.ts'] },
};
