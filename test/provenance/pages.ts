import { ORIGINS, type ProvenanceEntry } from './marks.ts';

/** What the desk serves. */
export function provenanceJson(entries: readonly ProvenanceEntry[]): string {
  return `${JSON.stringify({ origins: Object.values(ORIGINS).map(({ origin, confidence, means }) => ({ origin, confidence, means })), rules: entries }, null, 2)}\n`;
}

/** The same as a page, by the room that keeps the rule. */
export function provenancePage(entries: readonly ProvenanceEntry[]): string {
  const roomOf = ({ rule }: ProvenanceEntry) => rule.slice(0, rule.indexOf('/'));
  const rooms = [...new Set(entries.map(roomOf))];
  const counts = Object.values(ORIGINS).map(({ origin }) => `${entries.filter((entry) => entry.origin === origin).length} ${origin}`);
  return [
    '# Where the rules come from',
    '',
    'Written by `npm run provenance` out of the docstrings of the code; the desk serves it at `GET /_sim/provenance`. The suite fails when a rule',
    'says nothing of its origin, and when this page is not what the code says.',
    '',
    ...Object.values(ORIGINS).map(({ origin, confidence, means }) => `- **${origin}** (confidence: ${confidence}): ${means}.`),
    '',
    `In all: ${counts.join(', ')}.`,
    ...rooms.flatMap((room) => [
      '',
      `## ${room}`,
      '',
      '| rule | statement | origin |',
      '| --- | --- | --- |',
      ...entries.filter((entry) => roomOf(entry) === room).map(rowOf),
    ]),
    '',
  ].join('\n');
}

function rowOf({ rule, statement, origin }: ProvenanceEntry): string {
  return `| \`${rule.slice(rule.indexOf('/') + 1)}\` | ${statement.replaceAll('|', '\\|')} | ${origin} |`;
}
