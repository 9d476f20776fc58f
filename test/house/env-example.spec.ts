import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../src/platform/env.ts';
import { packageRoot } from '../../src/platform/package-root.ts';

const text = readFileSync(join(packageRoot(), '.env.example'), 'utf8');
const example = parseEnv(text) as Record<string, string>;

/** Every name that the configuration asks its source for. */
function namesRead(): string[] {
  const names = new Set<string>();
  readEnvironment(
    new Proxy<NodeJS.ProcessEnv>(
      {},
      {
        get: (_target, name) => {
          names.add(String(name));
          return undefined;
        },
      },
    ),
  );
  return [...names].sort();
}

describe('.env.example', () => {
  it('names every variable that the configuration reads, and no other', () => {
    expect(Object.keys(example).sort()).toEqual(namesRead());
  });

  it('shows the defaults: with it as it is, the configuration is that of an empty environment', () => {
    expect(readEnvironment(example)).toEqual(readEnvironment({}));
  });

  it('explains each variable in the line above it', () => {
    const lines = text.trimEnd().split('\n');
    const unexplained = Object.keys(example).filter((name) => {
      const at = lines.findIndex((line) => line.startsWith(`${name}=`));
      return !/^# \S.*\.$/.test(lines[at - 1] ?? '');
    });
    expect(unexplained).toEqual([]);
  });
});
