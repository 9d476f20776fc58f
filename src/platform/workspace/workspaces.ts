import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { Refusal } from '../refusal.ts';
import { DEFAULT_WORKSPACE, type Workspace } from './workspace.context.ts';

/** What a request says about itself when it enters a workspace. */
export interface Entrance {
  readonly method: string;
  /** Without the workspace's base path. */
  readonly url: string;
}

/** Whoever makes workspaces beside `default` and knows them. */
export interface WorkspaceKeeper {
  /** The workspace as this one request finds it; undefined where none has that name. */
  enter(name: string, entrance: Entrance): Promise<Workspace | undefined>;
}

/** How long a workspace that nobody asks for is still looked after in the background. */
const LOOKED_AFTER_MS = 3_600_000;

/** After so long without a request it sleeps: nothing is kept fresh for it until somebody comes back. */
export const AWAKE_MS = 10_000;

interface Met {
  readonly workspace: Workspace;
  lastAskedFor: number;
}

/**
 * The workspaces that this process has met. Without a keeper there is only `default`, which is never asked about. What works in the
 * background looks after the others from the first request that names them until an hour after the last: an idle one costs nothing.
 */
@Injectable()
export class Workspaces {
  private readonly met = new Map<string, Met>();
  private readonly events = new EventEmitter().setMaxListeners(0);
  private readonly wakers: ((workspace: Workspace) => Promise<void>)[] = [];
  private keeper: WorkspaceKeeper | undefined;

  keptBy(keeper: WorkspaceKeeper): void {
    this.keeper = keeper;
  }

  /** Whether somebody has entered it lately, so that entering it again asks nobody. */
  hasMet(name: string): boolean {
    return this.met.has(name);
  }

  /** @throws Refusal `workspace-unknown` */
  async enter(name: string, entrance: Entrance): Promise<Workspace> {
    const workspace = await this.keeper?.enter(name, entrance);
    if (!workspace) throw new Refusal('workspace-unknown');
    const before = this.met.get(name)?.lastAskedFor;
    const now = Date.now();
    if (before === undefined) this.meet(workspace);
    else this.met.get(name)!.lastAskedFor = now;
    if (before === undefined || before < now - AWAKE_MS) await Promise.all(this.wakers.map((waken) => waken(workspace)));
    return workspace;
  }

  /** Those to look after: `default`, and what was asked for lately. */
  recent(withinMs = LOOKED_AFTER_MS): Workspace[] {
    const since = Date.now() - withinMs;
    const asked = [...this.met.values()].filter(({ lastAskedFor }) => lastAskedFor >= since);
    return [DEFAULT_WORKSPACE, ...asked.map(({ workspace }) => workspace)];
  }

  /** It is gone, or not what it was: everybody lets go of what they hold of it. */
  forget(name: string): void {
    if (this.met.delete(name)) this.events.emit('forgotten', name);
  }

  /** Calls back when this process meets a workspace for the first time: something may have been left lying there. */
  onMet(listener: (workspace: Workspace) => void): void {
    this.events.on('met', listener);
  }

  /** Calls back, and makes the request wait, when somebody comes to a workspace that slept or was never met. Must not throw. */
  onWaking(waken: (workspace: Workspace) => Promise<void>): void {
    this.wakers.push(waken);
  }

  onForgotten(listener: (name: string) => void): void {
    this.events.on('forgotten', listener);
  }

  /** What is remembered for the background has no chance of its own: that belongs to the request. */
  private meet({ chance: _chance, ...workspace }: Workspace): void {
    this.met.set(workspace.name, { workspace, lastAskedFor: Date.now() });
    this.events.emit('met', workspace);
  }
}
