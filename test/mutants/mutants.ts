/** What is to notice a bug: a command in the copy, whose output names what does not hold. */
export interface Checker {
  readonly name: string;
  /** Arguments for Node, in the copy's root; `SEED` stands for the run's own. */
  readonly command: readonly string[];
}

/** A bug that was once made somewhere, as a patch for our sources. */
export interface Mutant {
  /** Of the patch, too: `patches/<name>.patch`. */
  readonly name: string;
  readonly checker: Checker;
  /** A line of the checker's output must say this: a run that breaks off for another reason has caught nothing. */
  readonly noticedBy: RegExp;
}

const crash = (submissions: number, kills: number): Checker => ({
  name: `crash test of ${submissions} submissions and ${kills} kills`,
  command: [
    'dist/test/crash/main.js',
    ...['--submissions', String(submissions), '--kills', String(kills), '--copies', '2', '--photos', 'small', '--seed', 'SEED'],
  ],
});
const approvals: Checker = {
  name: 'approvals under fire',
  command: ['dist/test/approvals/main.js', '--approvals', '30', '--kills', '2', '--copies', '2', '--seed', 'SEED'],
};
const spec = (path: string): Checker => ({ name: path, command: ['node_modules/jest/bin/jest.js', '--runInBand', path] });

const SUBMISSIONS = crash(200, 16);
const FEW_KILLS = crash(120, 4);

/** The twelve of the threat model. */
export const MUTANTS: readonly Mutant[] = [
  { name: 'ack-before-commit', checker: SUBMISSIONS, noticedBy: /^FAIL I1 every acknowledged dossier is there/m },
  { name: 'counter-in-own-transaction', checker: FEW_KILLS, noticedBy: /^FAIL I3 each counter/m },
  { name: 'sequence-instead-of-counter', checker: FEW_KILLS, noticedBy: /^FAIL I3 each counter/m },
  { name: 'synchronous-commit-off', checker: SUBMISSIONS, noticedBy: /^FAIL I1 every acknowledged dossier is there/m },
  {
    name: 'no-unique-on-sms',
    checker: spec('test/database/promises.spec.ts'),
    noticedBy: /● .*there is one intent per dossier, purpose and issue/,
  },
  {
    name: 'read-then-approve',
    checker: approvals,
    noticedBy: /^FAIL (who loses is told how the race stands|of all who approve a dossier one wins|no answer is a 5xx but 503|I9 )/m,
  },
  { name: 'file-after-commit', checker: SUBMISSIONS, noticedBy: /^FAIL I6 every dossier has the three photos/m },
  {
    name: 'utc-year',
    checker: spec('test/database/numbering.spec.ts'),
    noticedBy: /● .*begins again at 00001 with the Vietnamese year/,
  },
  {
    name: 'string-recipient',
    checker: spec('test/messages/smtp-mailer.spec.ts'),
    noticedBy: /● .*(is never handed to a mail server|the only one that the server hears of)/,
  },
  {
    name: 'save-whole-body',
    checker: spec('test/doors/declarations-choices.spec.ts'),
    noticedBy: /● .*that the form does not have is refused: status/,
  },
  {
    name: 'export-of-every-office',
    checker: spec('test/journeys/counter-statistics.spec.ts'),
    noticedBy: /● .*of the dossiers that the office has/,
  },
  {
    name: 'body-in-the-log',
    checker: spec('test/operations/logs.spec.ts'),
    noticedBy: /● .*holds nothing of a citizen, of what opens a door/,
  },
];
