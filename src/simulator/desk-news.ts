import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { connectionTo } from '../platform/database/connections.ts';
import { Database } from '../platform/database/database.ts';
import { describeError, log } from '../platform/log.ts';
import { OWNER_URL } from './workspaces/owner-url.ts';

/**
 * Is told that something of a topic has changed.
 * @param workspace its name; undefined when news may have been missed, so that everything may have changed
 */
export type NewsListener = (workspace: string | undefined) => Promise<void> | void;

/** One channel for all topics: what a copy listens to never depends on what it has loaded. */
const CHANNEL = 'simulator_news';
const SOONEST_RETRY_MS = 100;
const LATEST_RETRY_MS = 5_000;

/**
 * What the copies of the desk tell each other, by PostgreSQL's LISTEN and NOTIFY over a connection of its own. News carry no facts, only
 * that there are new ones: who hears them reads the database.
 */
@Injectable()
export class DeskNews implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listeners = new Map<string, Set<NewsListener>>();
  /** Tells our own announcements, which were heard at once, from those of other copies. */
  private readonly origin = randomUUID();
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    @Inject(OWNER_URL) private readonly url: string,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.listen(SOONEST_RETRY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.client?.end().catch(() => undefined);
  }

  /** Gives the way to stop it. */
  on(topic: string, listener: NewsListener): () => void {
    const known = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, known.add(listener));
    return () => known.delete(listener);
  }

  /**
   * Tells every copy, to be called once the change is committed. When it resolves the listeners of this copy are done; those of the
   * others are within a moment, or when their broken connection stands again.
   */
  async announce(topic: string, workspace: string): Promise<void> {
    await this.tell(topic, workspace);
    await this.database.rows('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify({ topic, workspace, origin: this.origin })]);
  }

  private async listen(retryInMs: number): Promise<void> {
    const client = connectionTo(this.url, {
      application_name: 'bhxh-intake desk news',
      connectionTimeoutMillis: 4_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    this.client = client;
    client.on('notification', ({ payload = '' }) => void this.hear(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch {
      await client.end().catch(() => undefined);
      return this.listenAgain(retryInMs);
    }
    client.once('end', () => this.listenAgain(SOONEST_RETRY_MS));
    // What was said before we listened has passed us by.
    await Promise.all([...this.listeners.keys()].map((topic) => this.tell(topic, undefined)));
  }

  private listenAgain(inMs: number): void {
    if (this.stopped) return;
    this.retry = setTimeout(() => void this.listen(Math.min(2 * inMs, LATEST_RETRY_MS)), inMs).unref();
  }

  private async hear(payload: string): Promise<void> {
    const { topic, workspace, origin } = JSON.parse(payload) as { topic: string; workspace: string; origin: string };
    if (origin !== this.origin) await this.tell(topic, workspace);
  }

  /** A listener that fails keeps no other from hearing. */
  private async tell(topic: string, workspace: string | undefined): Promise<void> {
    const results = await Promise.allSettled([...(this.listeners.get(topic) ?? [])].map(async (listener) => listener(workspace)));
    for (const result of results) {
      if (result.status === 'rejected') log.warn({ topic, error: describeError(result.reason) }, 'news of the desk could not be followed');
    }
  }
}
