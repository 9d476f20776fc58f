import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PERSONAS } from '../../src/registry/registry.personas.ts';
import { GHOST_SCRIPTS } from '../../src/simulator/ghosts/ghost-scripts.ts';
import { JOURNEYS } from '../../src/simulator/journeys/journeys.ts';
import { VARIATIONS } from '../../src/simulator/personas/desk.personas.ts';
import { PHOTO_DEFECTS } from '../../src/simulator/photo-lab/defects.ts';
import { expectedOf, GRADES, type Expected } from '../../src/simulator/photo-lab/photo-truth.ts';

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => (cells[0] === '---' ? `|${cells.join('|')}|` : `| ${cells.join(' | ')} |`))
    .join('\n');

const said = ({ expected, codes }: Expected) => (expected === 'accepted' ? 'accepted' : `${expected}: \`${codes.join('`, `')}\``);

const TABLES = {
  personas: table(
    ['persona', 'shows'],
    [
      ...PERSONAS.map(({ key, shows, person }) => [`\`${key}\``, `${person.fullName}: ${shows.en}`]),
      ...VARIATIONS.map(({ key, shows }) => [`\`${key}\``, shows.en]),
    ],
  ),
  journeys: table(
    ['journey', 'leads to', 'steps', 'status'],
    JOURNEYS.map(({ name, shows, steps, ends, movesClock }) => [
      `\`${name}\``,
      `${shows.en}${movesClock ? ' (moves the clock)' : ''}`,
      steps.join(' → '),
      `\`${ends}\``,
    ]),
  ),
  ghosts: table(
    ['script', 'what happens', 'acts'],
    Object.entries(GHOST_SCRIPTS).map(([name, { shows, acts }]) => [`\`${name}\``, shows.en, acts.join(' → ')]),
  ),
  photos: table(
    ['defect', ...['portrait', 'paper'].flatMap((kind) => GRADES.map((grade) => `${kind}, grade ${grade}`))],
    PHOTO_DEFECTS.map((defect) => [
      `\`${defect}\``,
      ...(['portrait', 'idFront'] as const).flatMap((slot) => GRADES.map((grade) => said(expectedOf(slot, defect, grade)))),
    ]),
  ),
};

describe('the page of the simulator', () => {
  it.each(Object.entries(TABLES))('has the table of %s as the code has it', (_name, expected) => {
    expect(readFileSync('docs/simulator.md', 'utf8')).toContain(expected);
  });
});
