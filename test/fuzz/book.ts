import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IN_VAIN } from './in-vain.ts';
import type { Outcome } from './lane.ts';
import type { FuzzRequest } from './requests.ts';

/** What must hold, whatever is sent. */
export const RULES = [
  'every route of the document is asked for',
  'every route that chance can lead to is answered with success',
  'who does everything right is served',
  'every whole request is answered',
  'no answer is a 5xx',
  'no answer is a 503 while nothing is out of order',
  'every answer comes within 5 s, and what it was told to wait',
  'every refusal is a problem document with a known code',
  'no refusal and no header repeats what was sent',
  'no answer tells of the inside',
  'every success is as the API document says',
  'one request, one answer',
  'no redirection leads elsewhere',
  'every dossier has all its parts, and every photo its file',
  'no photo and no upload is left without a row',
  'the numbers of every counter are continuous',
  'the process lives, is ready, and ends in order',
  'descriptors are back where they were',
  'memory is back where it was',
  'every line of the log can be read, none is an error, none holds what was sent',
] as const;
export type Rule = (typeof RULES)[number];

const MOST_DUMPS = 200;
const MOST_EXAMPLES = 5;
const MOST_BYTES = 200_000;

/** Counts what was answered, and keeps what may never happen, each with the request that brought it about. */
export class Book {
  private readonly figures = new Map<string, Map<string, number>>();
  private readonly violations = new Map<Rule, string[]>();
  /** Of each operation: how often it was asked for, and how often it did what it was asked. */
  private readonly operations = new Map<string, { asked: number; done: number }>();
  private readonly durations: number[] = [];
  /** The longest, without what nobody can answer for. */
  private longestOwnMs = 0;
  private dumps = 0;

  constructor(private readonly directory: string) {}

  get violationCount(): number {
    return [...this.violations.values()].reduce((sum, examples) => sum + examples.length, 0);
  }

  /** Every violation in one line. */
  violationLines(): string[] {
    return [...this.violations].flatMap(([rule, examples]) => examples.map((example) => `${rule}: ${example}`));
  }

  count({ operation }: FuzzRequest, outcome: Outcome): void {
    const row = this.figures.get(operation.group) ?? new Map<string, number>();
    const column = outcome.kind === 'answer' ? String(outcome.answer.status) : outcome.kind;
    row.set(column, (row.get(column) ?? 0) + 1);
    this.figures.set(operation.group, row);
    if (outcome.kind === 'answer') this.durations.push(outcome.milliseconds);
    const tally = this.operations.get(operation.name) ?? { asked: 0, done: 0 };
    tally.asked++;
    if (outcome.kind === 'answer' && outcome.answer.status < 300) tally.done++;
    this.operations.set(operation.name, tally);
  }

  /** What an answer took of the time in which the service could work. */
  took(milliseconds: number): void {
    this.longestOwnMs = Math.max(this.longestOwnMs, milliseconds);
  }

  /** Every operation must have been asked for; in a run that is long enough, most of them with success. */
  checkCoverage(names: readonly string[], isLong: boolean, say: (line: string) => void): void {
    const never = names.filter((name) => !this.operations.has(name));
    const inVain = names.filter((name) => this.operations.get(name)?.done === 0);
    say(
      `  routes covered: ${names.length - never.length} of ${names.length}; never with success: ${inVain.length === 0 ? 'none' : inVain.join(', ')}`,
    );
    for (const name of isLong ? inVain : [])
      if (!(name in IN_VAIN)) this.breach('every route that chance can lead to is answered with success', name);
    for (const name of never) this.breach('every route of the document is asked for', name);
  }

  /** Something that belongs to no one request. */
  breach(rule: Rule, example: string): void {
    const examples = this.violations.get(rule);
    if (examples) examples.push(example);
    else this.violations.set(rule, [example]);
  }

  async breachBy(rule: Rule, what: string, request: FuzzRequest, outcome: Outcome): Promise<void> {
    const at = `${request.serial}: ${request.method.slice(0, 20)} ${request.operation.template}`;
    if (this.dumps >= MOST_DUMPS) return this.breach(rule, `${at}: ${what}`);
    const file = join(this.directory, `violation-${String(++this.dumps).padStart(3, '0')}-request-${request.serial}.json`);
    this.breach(rule, `${at}: ${what} · ${file}`);
    await mkdir(this.directory, { recursive: true });
    await writeFile(file, JSON.stringify({ rule, what, request: dumpOf(request), outcome: outcomeDump(outcome) }, undefined, 2));
  }

  /** How many answers of each kind each part of the API gave, and how long they took. */
  table(): string {
    const groups = [...this.figures.keys()].sort();
    const columns = [...new Set(groups.flatMap((group) => [...this.figures.get(group)!.keys()]))].sort();
    const width = Math.max(...groups.map(({ length }) => length), 5);
    const line = (name: string, cells: readonly string[]) => `  ${name.padEnd(width)} ${cells.map((cell) => cell.padStart(6)).join(' ')}`;
    const rows = groups.map((group) =>
      line(
        group,
        columns.map((column) => String(this.figures.get(group)!.get(column) ?? '·')),
      ),
    );
    const sums = columns.map((column) => String(groups.reduce((sum, group) => sum + (this.figures.get(group)!.get(column) ?? 0), 0)));
    const sorted = this.durations.sort((one, other) => one - other);
    const at = (share: number) => Math.round(sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0);
    return [
      line('', columns),
      ...rows,
      line('all', sums),
      `  answered in ms: p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}, of its own ${Math.round(this.longestOwnMs)}`,
    ].join('\n');
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

/** Everything that is needed to send it again. */
function dumpOf({ serial, operation, sketch, wire }: FuzzRequest): object {
  const { method, path, query, version, headers, body } = sketch;
  return {
    serial,
    operation: operation.name,
    method,
    target: query === undefined ? path : `${path}?${query}`,
    version,
    headers,
    bodyBase64: body?.subarray(0, MOST_BYTES).toString('base64'),
    then: wire.then,
    wireBase64: wire.pieces.map((piece) => piece.subarray(0, MOST_BYTES).toString('base64')),
  };
}

function outcomeDump(outcome: Outcome): object {
  if (outcome.kind === 'closed') return { ...outcome, received: outcome.received.subarray(0, MOST_BYTES).toString('base64') };
  if (outcome.kind !== 'answer') return outcome;
  const { body, ...answer } = outcome.answer;
  return { kind: 'answer', milliseconds: outcome.milliseconds, ...answer, body: body.subarray(0, MOST_BYTES).toString('utf8') };
}
