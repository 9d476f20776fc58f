/** What a page of documentation lets its reader run, and what it says will come of it. */
export interface PageBlock {
  /** The heading above it. */
  readonly under: string;
  readonly script: string;
  /** Of the lines `# →`: what must stand in the output; `…` stands for anything. */
  readonly expected: readonly string[];
  /** Of the comments behind commands: answers that are no success, in their order; 0 for a connection that breaks. */
  readonly refusals: readonly number[];
}

/** Every `bash` block of a page, in its order. */
export function blocksOf(page: string): PageBlock[] {
  let under = '';
  return [...page.matchAll(/^#+ (.*)$|^```bash\n([\s\S]*?)^```$/gm)].flatMap(([, heading, script]) => {
    if (heading !== undefined) under = heading;
    return script === undefined ? [] : [{ under, script, expected: expectedOf(script), refusals: refusalsOf(script) }];
  });
}

/** A line `# → …` goes on in the lines `#    …` below it. */
function expectedOf(script: string): string[] {
  const answers = [...script.matchAll(/^# → (.*(?:\n# {4}.*)*)$/gm)];
  return answers.map(([, text]) => text!.replaceAll(/\n# {4}/g, ''));
}

function refusalsOf(script: string): number[] {
  return [...script.matchAll(/\S +# (?:→ )?(?:([45]\d\d)\b|curl: \(\d+\))/g)].map(([, status]) => Number(status ?? 0));
}

/** Whether a line of the output is what the page says. */
export function isAsTold(line: string, told: string): boolean {
  const pattern = told.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*?')}$`, 'u').test(line);
}
