import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Bench, connected, dossier, newId } from './bench.ts';

const AT = '2026-06-01T02:00:00Z';

let bench: Bench;
let other: pg.Client;
let dossierId: string;
let waiting: string;

beforeAll(async () => {
  bench = await Bench.open();
  other = await connected(bench.urls.requestUrl);
});
afterAll(async () => {
  await other.end();
  await bench.close();
});

/** A dossier whose first password never came, and whose other message is under way. */
beforeEach(async () => {
  const row = dossier();
  dossierId = row['id'] as string;
  waiting = newId();
  await bench.insert('declarations', row);
  await bench.insert('messages', message(newId(), 'credentials', 1, 'permanent-failure'));
  await bench.insert('messages', message(waiting, 'received', 1, 'sending'));
  expect(await flag()).toBe(true);
});

function message(id: string, purpose: string, issue: number, state: string) {
  const at = { next_attempt_at: AT, expires_at: AT, created_at: AT };
  return { id, declaration_id: dossierId, purpose, issue, channel: 'sms', recipient: '+84352153000', state, ...at };
}

async function flag(): Promise<boolean> {
  const { rows } = await bench.owner.query<{ failed: boolean }>('SELECT message_failed AS failed FROM declarations WHERE id = $1', [
    dossierId,
  ]);
  return rows[0]!.failed;
}

const replaced = () => bench.insert('messages', message(newId(), 'credentials', 2, 'created'));
const failed = () => other.query(`UPDATE messages SET state = 'permanent-failure' WHERE id = $1`, [waiting]);

describe('a dossier whose failed message is replaced while another one fails', () => {
  it('says that it has one, when the failure comes second', async () => {
    await bench.request.query('BEGIN');
    await replaced();
    const failing = failed();
    await Promise.race([bench.somebodyWaits(), failing]);
    await bench.request.query('COMMIT');
    await failing;
    expect(await flag()).toBe(true);
  });

  it('says that it has one, when the failure comes first', async () => {
    await other.query('BEGIN');
    await failed();
    const replacing = replaced();
    await Promise.race([bench.somebodyWaits(), replacing]);
    await other.query('COMMIT');
    await replacing;
    expect(await flag()).toBe(true);
  });
});

it('a dossier whose only failed message is replaced says so no more', async () => {
  await replaced();
  expect(await flag()).toBe(false);
});
