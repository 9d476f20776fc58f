const MOST_EXAMPLES = 5;

/** What held and what did not, said line by line. */
export class Score {
  passed = 0;
  failed = 0;

  constructor(private readonly say: (line: string) => void) {}

  note(name: string, violations: readonly string[]): void {
    if (violations.length === 0) this.passed++;
    else this.failed++;
    this.say(`${violations.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${violations.length} violations`);
    for (const example of violations.slice(0, MOST_EXAMPLES)) this.say(`       ${example}`);
  }

  /** What never took place was not tried: a run without its faults would pass all too easily. */
  noteSize(what: string, done: number, asked: number): void {
    this.note(`${what}: as many as were asked for`, done < asked ? [`${done} of ${asked}`] : []);
  }

  /** What was watched while the run was on. */
  noteRules(rules: readonly string[], breaches: readonly { readonly rule: string; readonly example: string }[]): void {
    for (const rule of rules)
      this.note(
        rule,
        breaches.filter((breach) => breach.rule === rule).map(({ example }) => example),
      );
  }
}
