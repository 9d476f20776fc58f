import { sqlState } from '../database/database.ts';
import { currentWorkspace, DEFAULT_WORKSPACE } from './workspace.context.ts';

/** Neither schema, nor table, nor function of that name. */
const NOTHING_THERE = ['3F000', '42P01', '42883'];

/** Whether work failed because its workspace was removed meanwhile. */
export function isWorkspaceGone(error: unknown): boolean {
  return currentWorkspace().name !== DEFAULT_WORKSPACE.name && NOTHING_THERE.includes(sqlState(error) ?? '');
}
