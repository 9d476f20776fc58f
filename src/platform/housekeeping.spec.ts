import { describe, expect, it } from '@jest/globals';
import { Housekeeping } from './housekeeping.ts';
import { currentWorkspace, type Workspace } from './workspace/workspace.context.ts';
import { Workspaces } from './workspace/workspaces.ts';

const FAULT = new Error('a reminder was there already');

/** Chores that write down where they ran. The first of them fails, in the workspace that it is told. */
function housekeepingFailingIn(failing: string, workspaces = new Workspaces()) {
  const housekeeping = new Housekeeping(workspaces);
  const ran: string[] = [];
  const runs = (name: string) => async () => ran.push(`${currentWorkspace().name} ${name}`);
  const remind = async () => {
    await runs('remind')();
    if (currentWorkspace().name === failing) throw FAULT;
    return 1;
  };
  housekeeping.register(
    { name: 'remind', run: remind, nextDue: async () => undefined },
    { name: 'expire', run: runs('expire'), nextDue: async () => undefined },
    { name: 'sweep', run: runs('sweep') },
  );
  return { housekeeping, ran };
}

describe('a chore that fails', () => {
  it('keeps no other from running, and whoever moved the clock hears of it', async () => {
    const { housekeeping, ran } = housekeepingFailingIn('default');
    await expect(housekeeping.runDue()).rejects.toBe(FAULT);
    expect(ran.splice(0)).toEqual(['default remind', 'default expire', 'default sweep']);
    await expect(housekeeping.runTraced()).rejects.toBe(FAULT);
    expect(ran).toEqual(['default remind', 'default expire']);
  });

  it('keeps nobody from looking after the next workspace', async () => {
    const workspaces = new Workspaces();
    const next: Workspace = { name: 'next', schema: 'w_next' };
    workspaces.keptBy({ enter: async () => next });
    await workspaces.enter('next', { method: 'GET', url: '/' });
    const { housekeeping, ran } = housekeepingFailingIn('default', workspaces);
    const swept = new Promise<number>((resolve) => {
      housekeeping.register({ name: 'last', run: async () => (currentWorkspace().name === 'next' ? (resolve(1), 1) : 0) });
    });
    housekeeping.onApplicationBootstrap();
    await swept;
    await housekeeping.onModuleDestroy();
    expect(ran).toEqual(['default', 'next'].flatMap((name) => [`${name} remind`, `${name} expire`, `${name} sweep`]));
  });
});

describe('a service that is stopped', () => {
  it('waits for the chore that is under way, and begins no other', async () => {
    const { housekeeping, ran } = housekeepingFailingIn('nowhere');
    housekeeping.onApplicationBootstrap();
    await housekeeping.onModuleDestroy();
    expect(ran).toEqual(['default remind']);
  });
});
