import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { RIGHTS, STAFF_ROLES, type Right } from '../../src/staff/rights.ts';
import { ACTORS, KEYS, routesOf as routesOfDocument, verdictOf, type Key } from '../support/rights-matrix.ts';
import { readJson, sources } from './sources.ts';

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

const STATUS_OF = { open: 'yes', unauthenticated: '401', forbidden: '403', 'not-found': '404', 'simulator-key-required': '403' };
const KEY_NAMES: Record<Key, string> = {
  public: 'nothing',
  draftToken: 'a draft’s token',
  trackingCode: 'a tracking code',
  citizen: 'an account’s session',
  staff: 'an officer’s session',
  desk: 'the desk’s key',
};

/** What every caller is told, by what opens a route; those of staff by right, and whether they are about one dossier. */
function callersAsMarkdown(): string {
  const documented = routesOfDocument(readJson('docs/openapi.json'));
  const rowOf = (what: string, template: string, access: Key, right?: Right) =>
    `| ${[what, ...ACTORS.map((actor) => STATUS_OF[verdictOf({ template, access }, right, actor)])].join(' | ')} |`;
  const others = KEYS.filter((key) => key !== 'staff').flatMap((key) => {
    const templates = documented.filter(({ access }) => access === key).map(({ template }) => template);
    const isUpload = (template: string) => template.startsWith('/v1/uploads');
    const [plain, uploads] = [templates.find((template) => !isUpload(template)), templates.find(isUpload)];
    return [
      ...(plain ? [rowOf(KEY_NAMES[key], plain, key)] : []),
      ...(key === 'draftToken' && uploads ? [rowOf('a draft’s token, for an upload', uploads, key)] : []),
    ];
  });
  const staff = (Object.keys(RIGHTS) as Right[]).flatMap((right) =>
    [...new Set(routesOf(right).map((route) => (RIGHTS[right].offices === 'own' && route.includes('/:id') ? '/{id}' : '/')))].map(
      (template) => rowOf(`\`${right}\`${template === '/' ? '' : ', one dossier'}`, template, 'staff', right),
    ),
  );
  return [`| opened by | ${ACTORS.join(' | ')} |`, `|---|${ACTORS.map(() => '---|').join('')}`, ...others, ...staff].join('\n');
}

describe('the page of the rights', () => {
  it('is the matrix that drives the guard, with the routes that ask for each right', () => {
    expect(readFileSync('docs/rights.md', 'utf8')).toContain(asMarkdown());
  });

  it('says what every kind of caller is told, as the tests over every route try it', () => {
    expect(readFileSync('docs/rights.md', 'utf8')).toContain(callersAsMarkdown());
  });

  it('names a route for every right but those that decide within one', () => {
    expect(Object.keys(RIGHTS).filter((right) => routesOf(right).length === 0)).toEqual([
      'dossier.override-four-eyes',
      'dossier.export-personal',
    ]);
  });
});
