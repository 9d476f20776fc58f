/** What must hold, whatever is sent as a photo. */
export const RULES = [
  'every file is answered as its kind must be',
  'every answer comes within 5 s',
  'no answer is a 5xx',
  'every refusal is a problem document that says which slot',
  'nothing of a payload is in the store',
  'nothing of a payload is in what is served',
  'nothing of a payload is in tables, files or mails',
  'what is stored is our own JPEG: pixels and nothing else',
  'good photos are taken: 99.8 % and more',
  'the server takes less than 300 MB more',
  'others wait no more than twice as long as beside good photos',
] as const;
export type Rule = (typeof RULES)[number];

const MOST_EXAMPLES = 8;

export class Book {
  private readonly violations = new Map<Rule, string[]>();
  /** How each family was answered. */
  private readonly answers = new Map<string, Map<string, number>>();
  /** As its sender waited. */
  slowestMs = 0;
  /** Without what nobody can answer for. */
  slowestOwnMs = 0;

  breach(rule: Rule, example: string): void {
    this.violations.set(rule, [...(this.violations.get(rule) ?? []), example]);
  }

  count(family: string, answer: string): void {
    const row = this.answers.get(family) ?? new Map<string, number>();
    row.set(answer, (row.get(answer) ?? 0) + 1);
    this.answers.set(family, row);
  }

  table(): string {
    const rows = [...this.answers].map(
      ([family, row]) => `  ${family.padEnd(52)} ${[...row].map(([answer, count]) => `${answer} ${count}`).join(', ')}`,
    );
    return rows.join('\n');
  }

  /** @returns how many rules held, and how many did not */
  judge(say: (line: string) => void): { passed: number; failed: number } {
    const score = { passed: 0, failed: 0 };
    for (const rule of RULES) {
      const examples = this.violations.get(rule) ?? [];
      score[examples.length === 0 ? 'passed' : 'failed']++;
      say(`${examples.length === 0 ? 'ok  ' : 'FAIL'} ${rule}: ${examples.length} violations`);
      for (const example of examples.slice(0, MOST_EXAMPLES)) say(`       ${example}`);
    }
    return score;
  }
}
