import { bodyOf, createApi } from './api-client.ts';
import { startProcess, type ProcessWish } from './intake-process.ts';
import { PhotoAlbum } from './photo-album.ts';
import { Workspace, type WorkspaceWish } from './workspace.ts';

/** Where a run's only service is, for all its workers: whoever starts it tells the others by these two. */
export const SHARED_URL = 'BHXH_INTAKE_URL';
export const SHARED_KEY = 'SIMULATOR_KEY';

export interface IntakeWish extends ProcessWish {
  /** A running server, which is left running; by default that of `BHXH_INTAKE_URL`; without either, one is started. */
  readonly url?: string;
  /** What opens the desk of a running server that asks for a key; by default `SIMULATOR_KEY`. */
  readonly simulatorKey?: string;
}

/** The whole intake: service, database, mailboxes and phones. */
export class Intake implements AsyncDisposable {
  private readonly album: PhotoAlbum;

  constructor(
    readonly url: string,
    private readonly simulatorKey: string | undefined,
    private readonly end: () => Promise<void>,
  ) {
    this.album = new PhotoAlbum(createApi(this.server));
  }

  /** Makes a world of its own. A seed makes numbers, ids, passwords and times the same in every run. */
  async workspace(wish: WorkspaceWish = {}): Promise<Workspace> {
    const { name } = await bodyOf(createApi(this.server).POST('/_sim/workspaces', { body: wish }));
    return this.existing(name);
  }

  /** A world that is there already; `default` always is. */
  existing(name: string): Workspace {
    return new Workspace(name, this.server, this.album);
  }

  /** Whether there is a world of that name. */
  async has(name: string): Promise<boolean> {
    if (name === 'default') return true;
    const { items } = await bodyOf(createApi(this.server).GET('/_sim/workspaces'));
    return items.some((one) => one.name === name);
  }

  /** Stops the service if it was started here, and takes its temporary data away. */
  stop(): Promise<void> {
    return this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private get server() {
    return { url: this.url, ...(this.simulatorKey !== undefined && { simulatorKey: this.simulatorKey }) };
  }
}

/**
 * Boots the intake, embedded PostgreSQL included, or connects to one that runs.
 *
 * The first start makes a database, which takes some seconds; with `dataDir` later ones find it there.
 * @throws Error with the service's last words when it does not start, and when a running one is to be configured
 */
export async function startIntake({ url, simulatorKey, ...wish }: IntakeWish = {}): Promise<Intake> {
  const running = url ?? process.env[SHARED_URL];
  const inVain = (['environment', 'dataDir', 'log'] as const).filter((name) => wish[name] !== undefined);
  if (running && inVain.length > 0)
    throw new Error(`${running} runs already, so ${inVain.join(', ')} would change nothing: say it where that service is started`);
  if (running) return new Intake(running.replace(/\/+$/, ''), simulatorKey ?? process.env[SHARED_KEY], async () => undefined);
  const service = await startProcess(wish);
  return new Intake(service.url, wish.environment?.[SHARED_KEY], () => service.stop());
}
