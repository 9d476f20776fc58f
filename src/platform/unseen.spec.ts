import { afterEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_WORKSPACE, inWorkspace } from './workspace/workspace.context.ts';
import { log } from './log.ts';
import { Unseen } from './unseen.ts';

const elsewhere = { ...DEFAULT_WORKSPACE, name: 'elsewhere' };

describe('work that nobody may notice', () => {
  const unseen = new Unseen();

  afterEach(() => unseen.onModuleDestroy());

  it('does not begin with the answer, and is done at once for whoever must know', async () => {
    let done = 0;
    unseen.begin(() => Promise.resolve(void done++), 'not done');
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(0);
    let turned = false;
    setImmediate(() => (turned = true));
    await unseen.settled();
    // Not one turn of the loop later, and so without any timer.
    expect([done, turned]).toEqual([1, false]);
  });

  it('begins by itself', async () => {
    await new Promise<void>((resolve) => unseen.begin(() => Promise.resolve(resolve()), 'not done'));
  });

  it('is hurried in its own workspace alone, and everywhere when the service ends', async () => {
    const done: string[] = [];
    const note = (name: string) => () => Promise.resolve(void done.push(name));
    unseen.begin(note('here'), 'not done');
    inWorkspace(elsewhere, () => unseen.begin(note('elsewhere'), 'not done'));
    await inWorkspace(elsewhere, () => unseen.settled());
    expect(done).toEqual(['elsewhere']);
    await unseen.onModuleDestroy();
    expect(done).toEqual(['elsewhere', 'here']);
  });

  it('tells nobody but the log of what failed', async () => {
    const { level } = log;
    log.level = 'silent';
    unseen.begin(() => Promise.reject(new Error('no database')), 'not done');
    await expect(unseen.settled()).resolves.toBeUndefined();
    log.level = level;
  });
});
