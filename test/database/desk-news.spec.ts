import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/data-source.ts';
import { Database } from '../../src/platform/database/database.ts';
import { DeskNews } from '../../src/simulator/desk-news.ts';
import { cloneDatabase, runStatements, type TestDatabase } from '../support/cluster.ts';

const TOPIC = 'weather';

let database: TestDatabase;
let source: DataSource;
let here: DeskNews;
let there: DeskNews;

beforeAll(async () => {
  database = await cloneDatabase();
  source = await new DataSource(dataSourceOptions(database.requestUrl, { poolSize: 2 })).initialize();
  [here, there] = [copy(), copy()];
  await Promise.all([here.onApplicationBootstrap(), there.onApplicationBootstrap()]);
});
afterAll(async () => {
  await Promise.all([here.onApplicationShutdown(), there.onApplicationShutdown()]);
  await source.destroy();
  await database.drop();
});

function copy(): DeskNews {
  return new DeskNews(new Database(source), database.ownerUrl);
}

/** What a copy hears of the topic from now on, and the way to wait for the next of it. */
function ear(news: DeskNews, topic = TOPIC) {
  const heard: (string | undefined)[] = [];
  const events = new EventTarget();
  news.on(topic, (workspace) => {
    heard.push(workspace);
    events.dispatchEvent(new Event('news'));
  });
  return { heard, next: () => once(events, 'news') };
}

describe('news of the desk', () => {
  it('are heard by the copy that tells them before it goes on, by the others soon after, and by each once', async () => {
    const [mine, theirs, other] = [ear(here), ear(there), ear(there, 'tides')];
    const arrival = theirs.next();
    await here.announce(TOPIC, 'blue');
    expect(mine.heard).toEqual(['blue']);
    await arrival;
    const back = mine.next();
    await there.announce(TOPIC, 'green');
    await back;
    expect([mine.heard, theirs.heard, other.heard]).toEqual([['blue', 'green'], ['blue', 'green'], []]);
  });

  it('that may have been missed while the connection was broken are made up for: everything may have changed', async () => {
    const { heard, next } = ear(there);
    const again = next();
    await runStatements(database.ownerUrl, [
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'bhxh-intake desk news'`,
    ]);
    await again;
    expect(heard).toEqual([undefined]);
    const arrival = next();
    await here.announce(TOPIC, 'blue');
    await arrival;
    expect(heard).toEqual([undefined, 'blue']);
  });

  it('reach all who listen, though one of them fails, and nobody who has stopped', async () => {
    const stop = here.on(TOPIC, () => Promise.reject(new Error('not now')));
    const gone: unknown[] = [];
    here.on(TOPIC, (workspace) => void gone.push(workspace))();
    const { heard } = ear(here);
    await here.announce(TOPIC, 'blue');
    expect([heard, gone]).toEqual([['blue'], []]);
    stop();
  });

  it('are not listened for before the database can be reached, nor after the end', async () => {
    const unreachable = new URL(database.ownerUrl);
    unreachable.port = '1';
    const early = new DeskNews(new Database(source), unreachable.href);
    await early.onApplicationBootstrap();
    const { heard } = ear(early);
    await early.announce(TOPIC, 'blue');
    await early.onApplicationShutdown();
    expect(heard).toEqual(['blue']);
  });
});
