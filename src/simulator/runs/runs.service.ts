import { randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Relay } from '../../messages/relay.ts';
import { makePrivateFolders, unlessAbsent } from '../../platform/files.ts';
import { Database } from '../../platform/database/database.ts';
import { ENV, type Environment } from '../../platform/env.ts';
import { placeOf } from '../../platform/http/request-context.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { Refusal } from '../../platform/refusal.ts';
import { currentWorkspace, DEFAULT_WORKSPACE } from '../../platform/workspace/workspace.context.ts';
import { DeskClock } from '../desk-clock.service.ts';
import { DeskNews } from '../desk-news.ts';
import { DeskWorkspaces, isBesideTheStory, WORKSPACE_NEWS } from '../workspaces/workspaces.service.ts';
import { hearCall } from './heard-call.ts';
import { RunFile } from './run-file.ts';
import { RUN_FORMAT, type RunEnd, type RunHead, type RunLine } from './run.types.ts';

/** A file that a reader opens at once, and a disk that nobody fills by forgetting to end a run [D]. */
export const MOST_MEGABYTES = 256;
/** Of one workspace; the oldest make room [D]. */
const MOST_RUNS = 20;

const MEGABYTE = 1024 * 1024;
const RUN_ID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export interface RunView {
  readonly id: string;
  readonly name: string | null;
  /** `interrupted`: the service ended first; `full` and `failed`: there is no more in the file than was possible. */
  readonly state: 'recording' | 'interrupted' | RunEnd['because'];
  readonly recordedAt: string;
  /** Null while it is not over, as is what follows. */
  readonly calls: number | null;
  readonly overlapping: number | null;
  readonly repeatable: boolean | null;
  readonly hash: string | null;
}

/**
 * Records what is asked of a workspace, and what it answers, to a file of its own. While nothing is recorded, all that a request meets of
 * this is the question whether a map is empty. A run holds what this copy of the service was asked.
 */
@Injectable()
export class Runs implements OnModuleInit, OnApplicationShutdown {
  private readonly running = new Map<string, { id: string; file: RunFile }>();
  private readonly folder: string;

  constructor(
    @Inject(ENV) private readonly environment: Environment,
    private readonly database: Database,
    private readonly workspaces: DeskWorkspaces,
    private readonly clock: DeskClock,
    private readonly relay: Relay,
    private readonly news: DeskNews,
  ) {
    this.folder = join(environment.dataDir, 'runs');
  }

  onModuleInit(): void {
    this.news.on(WORKSPACE_NEWS, (name) => this.removeOfTheGone(name));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ file }) => file.end()));
  }

  /** Hears every request before anybody else does: what is refused at the door belongs to the story too. */
  listen(server: Server): void {
    server.prependListener('request', (message: IncomingMessage, response: ServerResponse) => {
      if (this.running.size === 0) return;
      const { workspace = DEFAULT_WORKSPACE.name, url } = placeOf(message);
      const run = this.running.get(workspace);
      if (run && !run.file.isOver && !isBesideTheStory(url)) run.file.take(hearCall(message, response));
    });
  }

  /**
   * In a recorded workspace each call finds what came of the calls before it done: whether a message has just arrived, or is just about
   * to, is no part of the story.
   */
  readonly settle = (_request: Request, _response: Response, next: NextFunction): void => {
    const run = this.running.size === 0 ? undefined : this.running.get(currentWorkspace().name);
    if (!run || run.file.isOver) return next();
    this.relay.drainOnce().then(() => next(), next);
  };

  /**
   * @param mostMegabytes how long the file may become
   * @throws Refusal `run-under-way`; `run-needs-a-beginning` where something has happened that the run would not hold
   */
  async start({ name = null, mostMegabytes = MOST_MEGABYTES }: { name?: string | null; mostMegabytes?: number }): Promise<RunView> {
    const workspace = currentWorkspace().name;
    this.mustNotBeRecorded(workspace);
    await this.mustBeAtTheBeginning(workspace);
    const head = await this.headOf(workspace, name);
    const folder = join(this.folder, workspace);
    await makePrivateFolders(this.folder, folder);
    await this.makeRoom(workspace);
    this.mustNotBeRecorded(workspace);
    // Not of the workspace's chance: runs of the same story are told apart.
    const id = randomUUID();
    const file = await RunFile.begin(this.pathOf(workspace, id), head, mostMegabytes * MEGABYTE);
    this.running.set(workspace, { id, file });
    return this.get(id);
  }

  /** The newest first. */
  async list(): Promise<RunView[]> {
    const views = await Promise.all((await this.idsOf(currentWorkspace().name)).map((id) => this.get(id)));
    return views.sort((one, other) => (one.recordedAt > other.recordedAt ? -1 : 1));
  }

  /** @throws Refusal `not-found` */
  async get(id: string): Promise<RunView> {
    const workspace = currentWorkspace().name;
    const lines = await this.firstAndLast(this.pathOf(workspace, id));
    if (!lines) throw new Refusal('not-found');
    const { head, last } = lines;
    const told = { id, name: head.name, recordedAt: head.recordedAt };
    if ('end' in last) {
      const { because: state, calls, overlapping, repeatable } = last.end;
      return { ...told, state, calls, overlapping, repeatable, hash: last.hash };
    }
    const state = this.running.get(workspace)?.id === id ? 'recording' : 'interrupted';
    return { ...told, state, calls: null, overlapping: null, repeatable: null, hash: null };
  }

  /** Ends the recording when the calls that are under way are over; what has ended stays as it is. @throws Refusal `not-found` */
  async end(id: string): Promise<RunView> {
    const workspace = currentWorkspace().name;
    const run = this.running.get(workspace);
    if (run?.id === id) {
      await run.file.end();
      if (this.running.get(workspace) === run) this.running.delete(workspace);
    }
    return this.get(id);
  }

  /** The file as it stands. @throws Refusal `not-found` */
  async open(id: string): Promise<ReadStream> {
    const path = this.pathOf(currentWorkspace().name, id);
    if (!(await unlessAbsent(stat(path)))) throw new Refusal('not-found');
    return createReadStream(path);
  }

  /** @throws Refusal `not-found` */
  async remove(id: string): Promise<void> {
    await this.end(id);
    await rm(this.pathOf(currentWorkspace().name, id), { force: true });
  }

  private mustNotBeRecorded(workspace: string): void {
    const run = this.running.get(workspace);
    if (run?.file.isOver) this.running.delete(workspace);
    else if (run) throw new Refusal('run-under-way', { more: { run: run.id } });
  }

  /** Nothing that the calls to come could build on, and no place of the seed taken. */
  private async mustBeAtTheBeginning(workspace: string): Promise<void> {
    const [state] = await this.database.rows<{ used: boolean }>(
      `SELECT ${BEGUN.map((table) => `EXISTS (SELECT FROM ${table})`).join(' OR ')} AS used`,
    );
    if (state?.used || (await this.workspaces.placesTaken(workspace)) > 0) throw new Refusal('run-needs-a-beginning');
  }

  private async headOf(workspace: string, name: string | null): Promise<RunHead> {
    const record = await this.workspaces.find(workspace);
    const { profile = null, seed = null, rateLimitFactor = null } = record ?? {};
    const { processProfile, registrySeed, rateLimitFactor: factor, expiryDays, retentionDays } = this.environment;
    const { version } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
    return {
      format: RUN_FORMAT,
      name,
      service: version,
      recordedAt: new Date().toISOString(),
      workspace: { profile, seed, rateLimitFactor },
      server: { processProfile, registrySeed, rateLimitFactor: factor, expiryDays, retentionDays },
      clock: await this.clock.read(),
    };
  }

  private async makeRoom(workspace: string): Promise<void> {
    const ids = await this.idsOf(workspace);
    if (ids.length < MOST_RUNS) return;
    for (const { id } of (await this.list()).slice(MOST_RUNS - 1)) await rm(this.pathOf(workspace, id), { force: true });
  }

  private async idsOf(workspace: string): Promise<string[]> {
    const names = (await unlessAbsent(readdir(join(this.folder, workspace)))) ?? [];
    return names.map((name) => name.replace('.ndjson', '')).filter((id) => RUN_ID.test(id));
  }

  private pathOf(workspace: string, id: string): string {
    if (!RUN_ID.test(id)) throw new Refusal('not-found');
    return join(this.folder, workspace, `${id}.ndjson`);
  }

  private async firstAndLast(path: string): Promise<{ head: RunHead; last: RunLine } | undefined> {
    const file = await unlessAbsent(open(path, 'r'));
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      const first = await stretchOf(file, 0, Math.min(size, LONGEST_EDGE));
      const end = await stretchOf(file, Math.max(0, size - LONGEST_EDGE), Math.min(size, LONGEST_EDGE));
      const firstLine = JSON.parse(first.split('\n')[0]!) as Extract<RunLine, { head: unknown }>;
      const lastLine = end.trimEnd().split('\n').at(-1)!;
      return { head: firstLine.head, last: lastLine.startsWith('{"end":') ? (JSON.parse(lastLine) as RunLine) : firstLine };
    } finally {
      await file.close();
    }
  }

  /** The files of a workspace go with it. @param name undefined when any may be gone */
  private async removeOfTheGone(name: string | undefined): Promise<void> {
    const names = name === undefined ? ((await unlessAbsent(readdir(this.folder))) ?? []) : [name];
    for (const workspace of names) {
      if (workspace === DEFAULT_WORKSPACE.name || (await this.workspaces.find(workspace))) continue;
      await this.running.get(workspace)?.file.end();
      this.running.delete(workspace);
      await rm(join(this.folder, workspace), { recursive: true, force: true });
    }
  }
}

/** What a workspace has once it was used. Its furniture, staff and offices, is not asked about. */
const BEGUN = ['audit_entries', 'declarations', 'accounts', 'dossier_counters', 'messages', 'simulator_faults', 'simulator_inbox'];

/** The first line and the last are shorter. */
const LONGEST_EDGE = 4_096;

async function stretchOf(file: Awaited<ReturnType<typeof open>>, from: number, bytes: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
  return buffer.toString('utf8', 0, bytesRead);
}
