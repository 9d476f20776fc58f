import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';

const page = readFileSync(join(packageRoot(), 'docs', 'security.md'), 'utf8');

/** The cells of the table below a heading. */
function rowsOf(heading: string): string[][] {
  const [, section] = page.split(`\n## ${heading}\n`);
  const lines = section!.split('\n## ')[0]!.split('\n').filter((line) => line.startsWith('| ')); // prettier-ignore
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}

const items = rowsOf('OWASP ASVS 5.0, level 2').map(([item, asks, by, shown]) => ({
  item: item!,
  asks: asks!,
  by: by!,
  tests: [...(shown ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path!),
}));

describe('the security page', () => {
  it('shows each item of ASVS by tests that are there', () => {
    expect(items.length).toBeGreaterThan(70);
    for (const { item, tests } of items) {
      expect([item, tests.length]).not.toEqual([item, 0]);
      expect([item, tests.filter((path) => !/\.spec\.ts$/.test(path) || !existsSync(join(packageRoot(), path)))]).toEqual([item, []]);
    }
  });

  it('names each item once, in order, as ASVS numbers them', () => {
    const names = items.map(({ item }) => item);
    expect(names.filter((name) => !/^\d+\.\d+\.\d+((, | – )\d+\.\d+\.\d+)*( \(L3\))?$/.test(name))).toEqual([]);
    const first = names.map((name) => name.split(/[ ,]/)[0]!.split('.').map((part) => part.padStart(3, '0')).join('.')); // prettier-ignore
    expect(first).toEqual([...new Set(first)].sort());
  });

  it('gives every risk that it accepts a name, and names none that it does not explain', () => {
    const risks = rowsOf('Accepted risks').map(([name]) => name!);
    expect(risks).toEqual(risks.map((_, index) => `R${index + 1}`));
    for (const [, name] of page.matchAll(/\((?:accepted, )?(R\d+)\)/g)) expect(risks).toContain(name);
  });

  it.each(['docs/security.md', 'docs/privacy.md', 'SECURITY.md'])('has links that lead somewhere: %s', (path) => {
    const text = readFileSync(join(packageRoot(), path), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !existsSync(join(packageRoot(), dirname(path), link)))).toEqual([]);
  });
});
