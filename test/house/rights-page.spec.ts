import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { RIGHTS, STAFF_ROLES } from '../../src/staff/rights.ts';
import { sources } from './sources.ts';

/** Which routes ask for a right, by the decorators that stand above them. */
function routesOf(right: string): string[] {
  const method = /@(Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)(?:\s+@(?!StaffOnly)\w+\([^)]*\))*\s+@StaffOnly\('([^']+)'\)/g;
  return sources('src').flatMap(({ text }) => {
    const base = /@Controller\('([^']*)'\)/.exec(text)?.[1] ?? '';
    return [...text.matchAll(method)]
      .filter(([, , , asked]) => asked === right)
      .map(([, verb, path]) => `\`${verb!.toUpperCase()} /${[base, path].filter((part) => part).join('/')}\``);
  });
}

/** The page's table. */
function asMarkdown(): string {
  const rows = Object.entries(RIGHTS).map(([right, rule]) => {
    const roles = STAFF_ROLES.map((role) =>
      (rule.roles as readonly string[]).includes(role) ? ('needsMayApprove' in rule ? 'if `mayApprove`' : 'yes') : '–',
    );
    return `| \`${right}\` | ${roles.join(' | ')} | ${rule.offices} | ${routesOf(right).sort().join(', ') || 'within a route'} |`;
  });
  return [
    `| right | ${STAFF_ROLES.join(' | ')} | offices | routes |`,
    `|---|${STAFF_ROLES.map(() => '---|').join('')}---|---|`,
    ...rows,
  ].join('\n');
}

describe('the page of the rights', () => {
  it('is the matrix that drives the guard, with the routes that ask for each right', () => {
    expect(readFileSync('docs/rights.md', 'utf8')).toContain(asMarkdown());
  });

  it('names a route for every right but those that decide within one', () => {
    expect(Object.keys(RIGHTS).filter((right) => routesOf(right).length === 0)).toEqual(['dossier.export-personal']);
  });
});
