import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PHOTO_LIMITS } from '../../src/photos/photo-thresholds.ts';
import { AT_ONCE } from '../../src/photos/photo-line.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { EXPORT_BATCH } from '../../src/statistics/dossier-export.service.ts';
import { ACCESS_SECONDS, REFRESH_SECONDS } from '../../src/platform/sessions.ts';
import { isSpec, readJson, sources } from './sources.ts';

const read = (path: string) => readFileSync(join(packageRoot(), path), 'utf8');
const model = read('docs/security.md');
const asvs = read('docs/security-asvs.md');

function sectionOf(page: string, heading: string): string {
  return page.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
}

/** The cells of the table below a heading. */
function rowsOf(page: string, heading: string): string[][] {
  const lines = sectionOf(page, heading).split('\n').filter((line) => line.startsWith('| ')); // prettier-ignore
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}

const { 1: first, 2: second } = readJson<Record<1 | 2, string[]>>('security/asvs-5.0-l2.json');
const inOrder = (id: string) => id.split('.').map((part) => part.padStart(3, '0')).join('.'); // prettier-ignore
const requirements = [...first, ...second].sort((one, other) => (inOrder(one) < inOrder(other) ? -1 : 1));

/** `1.2.3`, several, or `1.2.3 – 1.2.5`: all of levels 1 and 2 from one to the other. */
function idsOf(cell: string): string[] {
  return cell.split(', ').flatMap((part) => {
    const [from, to] = part.split(' – ');
    return to === undefined ? [part] : requirements.slice(requirements.indexOf(from!), requirements.indexOf(to) + 1);
  });
}

/** What tests are called, and the groups that they stand in. */
function titlesIn(path: string): string[] {
  const titled = /(?:\b(?:it|test|describe)|\))\s*\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;
  return [...read(path).matchAll(titled)].map(([, , title]) => title!.replaceAll("\\'", "'"));
}

/** What a cell names that is not there: files, tests by part of their title, and files without a test. */
function missingIn(cell: string): string[] {
  return cell.split('; `').flatMap((part, index) => {
    const reference = index === 0 ? part : `\`${part}`;
    const [, path, named] = /^`([^`]+\.spec\.ts)` (“.+”)$/.exec(reference) ?? [];
    if (!path || !existsSync(join(packageRoot(), path))) return [reference];
    const titles = titlesIn(path);
    return named!.slice(1, -1).split('”, “').filter((part) => !titles.some((title) => title.includes(part))); // prettier-ignore
  });
}

describe('the page about ASVS', () => {
  const met = rowsOf(asvs, 'Met');
  const notMet = rowsOf(asvs, 'Not met');
  const beside = rowsOf(asvs, 'Does not apply');
  const third = rowsOf(asvs, 'Level 3, where it came along');

  it('judges every requirement of levels 1 and 2, once', () => {
    expect([first.length, second.length]).toEqual([70, 183]);
    const judged = [...met, ...notMet, ...beside].flatMap(([item]) => idsOf(item!));
    expect(judged.sort((one, other) => (inOrder(one) < inOrder(other) ? -1 : 1))).toEqual(requirements);
    expect(asvs).toContain(`All ${requirements.length} requirements`);
    expect(model).toContain(`[All ${requirements.length} requirements](security-asvs.md)`);
  });

  it('shows what is met by tests that are there, under titles that they have', () => {
    expect(met.length).toBeGreaterThan(100);
    for (const [item, , by, shown] of [...met, ...third]) {
      expect([item, by !== '', missingIn(shown ?? '')]).toEqual([item, true, []]);
    }
    expect(missingIn('`test/house/nothing.spec.ts` “is there”')).toHaveLength(1);
    expect(missingIn('`test/house/security.spec.ts`')).toHaveLength(1);
    expect(missingIn(`\`test/house/security.spec.ts\` “judges every”, “is ${'nowhere'}”`)).toEqual(['is nowhere']);
  });

  it('says of all else why', () => {
    for (const [item, , reason] of notMet) expect([item, reason!.length > 15]).toEqual([item, true]);
    for (const [item, reason] of beside) expect([item, reason!.length > 8]).toEqual([item, true]);
  });

  it('names each item in the order of the standard, and none of level 3 among the others', () => {
    for (const rows of [met, notMet, beside, third]) {
      const names = rows.map(([item]) => idsOf(item!)[0]!).map(inOrder);
      expect(names).toEqual([...new Set(names)].sort());
    }
    expect(third.filter(([item]) => !/^\d+\.\d+\.\d+$/.test(item!) || requirements.includes(item!))).toEqual([]);
  });
});

describe('the page about the model', () => {
  it('gives every risk that it accepts a name, and names none that it does not explain', () => {
    const risks = rowsOf(model, 'Accepted risks').map(([name]) => name!);
    expect(risks).toEqual(risks.map((_, index) => `R${index + 1}`));
    for (const [, name] of `${model}${asvs}`.matchAll(/\((?:accepted, )?(R\d+)\)/g)) expect(risks).toContain(name);
  });

  it('names every way in that the code knows', () => {
    const kinds = [...read('src/platform/http/access.decorator.ts').matchAll(/^ {2}\| \{ readonly who: '(\w+)'/gm)].map(
      ([, kind]) => kind!,
    );
    const named = rowsOf(model, 'Ways in').flatMap(([kind]) => kind!.split(', ').map((part) => part.slice(1, -1)));
    expect(kinds.length).toBeGreaterThan(5);
    expect(named.sort()).toEqual(kinds.sort());
  });

  it('knows no hints and no questions about somebody’s life', () => {
    const names = [...read('docs/openapi.json').matchAll(/"([A-Za-z]+)": \{/g)].map(([, name]) => name!);
    expect(names).toContain('newPassword');
    expect(names.filter((name) => /hint|question|secretAnswer|maiden/i.test(name))).toEqual([]);
  });

  it('says of sessions what the code says', () => {
    const said = sectionOf(model, 'Sessions');
    expect(said).toContain(`holds for ${ACCESS_SECONDS / 60} minutes`);
    expect(said).toContain(`until ${REFRESH_SECONDS / 3600} hours after the login`);
  });

  it('says of uploads what the code says', () => {
    const [, factor] = /MOST_FILE_BYTES = (\d+) \* 1024 \* 1024;/.exec(read('src/photos/multipart.ts'))!;
    const said = sectionOf(model, 'Uploads');
    expect(said).toContain(`at most ${factor} MiB a photo as sent, ${PHOTO_LIMITS.mostPixels / 1_000_000} million pixels`);
    expect(said).toContain('JPEG or PNG by their content');
  });

  it('names every purpose for which the code has a key', () => {
    const code = sources('src').filter((source) => !isSpec(source));
    const purposes = code.flatMap(({ text }) => [...text.matchAll(/\.(?:keysFor|keyedHashes)\(\s*'([\w-]+)'/g)].map(([, name]) => name!));
    expect(new Set(purposes).size).toBeGreaterThan(6);
    const said = sectionOf(model, 'Keys');
    expect([...new Set(purposes)].filter((purpose) => !said.includes(`\`${purpose}\``))).toEqual([]);
  });

  it('names what the service talks to', () => {
    const environment = read('src/platform/env.ts');
    const named = [...environment.matchAll(/\burl\('(\w+)'|\bresolve\(text\('(\w+)'/g)].map(([, url, path]) => url ?? path!);
    expect(named.length).toBeGreaterThan(6);
    const said = sectionOf(model, 'What it talks to');
    expect(named.filter((name) => !said.includes(`\`${name}\``))).toEqual([]);
  });

  it('names what is logged, and where', () => {
    const log = read('src/platform/http/access-log.ts');
    const fields = [...log.matchAll(/const line = \{([^}]+)\}/g)][0]![1]!.split(',').map((field) => field.split(':')[0]!.trim());
    const untold = [...log.matchAll(/'(\/[\w/]+)'/g)].map(([, path]) => path!);
    expect([fields.length, untold.length]).toEqual([expect.any(Number), 3]);
    const said = sectionOf(model, 'Records and logs');
    expect([...fields, ...untold, 'audit_entries'].filter((name) => !said.includes(`\`${name}\``))).toEqual([]);
  });

  it('names what is costly, with its bounds', () => {
    const constant = (path: string, name: string) => Number(new RegExp(`${name} = ([\\d_]+)`).exec(read(path))![1]!.replaceAll('_', ''));
    const said = Object.fromEntries(rowsOf(model, 'What costs much').map(([what, bound]) => [what, bound]));
    expect(said['decoding photos']).toContain(`${AT_ONCE} at a time`);
    expect(said['hashing passwords']).toContain(`${constant('src/platform/passwords.ts', 'AT_ONCE')} at a time`);
    expect(said['exports']).toContain(`${constant('src/statistics/period.ts', 'MOST_DAYS')} days of one office`);
    expect(said['exports']).toContain(`in batches of ${EXPORT_BATCH.plain} rows`);
    expect(said['exports']).toContain(`with personal columns of ${EXPORT_BATCH.personal}, and 10 an hour`);
  });
});

it.each(['docs/security.md', 'docs/security-asvs.md', 'docs/privacy.md', 'SECURITY.md'])('links lead somewhere: %s', (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link]) => link!);
  expect(links.filter((link) => !existsSync(join(packageRoot(), dirname(path), link)))).toEqual([]);
});
