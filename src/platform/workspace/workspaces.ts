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
  private keeper: WorkspaceKeeper | undefined;

  keptBy(keeper: WorkspaceKeeper): void {
    this.keeper = keeper;
  }

  /** @throws Refusal `workspace-unknown` */
  async enter(name: string, entrance: Entrance): Promise<Workspace> {
    const workspace = await this.keeper?.enter(name, entrance);
    if (!workspace) throw new Refusal('workspace-unknown');
    const known = this.met.get(name);
    if (known) known.lastAskedFor = Date.now();
    else this.meet(workspace);
    return workspace;
  }

  /** Those to look after: `default`, and what was asked for lately. */
  recent(): Workspace[] {
    const since = Date.now() - LOOKED_AFTER_MS;
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

  onForgotten(listener: (name: string) => void): void {
    this.events.on('forgotten', listener);
  }

  /** What is remembered for the background has no chance of its own: that belongs to the request. */
  private meet({ chance: _chance, ...workspace }: Workspace): void {
    this.met.set(workspace.name, { workspace, lastAskedFor: Date.now() });
    this.events.emit('met', workspace);
  }
}
