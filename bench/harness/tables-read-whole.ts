import { recordPlans } from '../../test/scale/recorded-plans.ts';
import { isBackground, routingOf } from '../../test/scale/routing.ts';
import type { Town } from './town.ts';

/** Reading so few rows from one end to the other is the quickest way. */
const FEW_ROWS = 1_000;

/**
 * Which tables of more than a thousand rows a service reads whole while it does this, by the plans that PostgreSQL itself ran by. What it
 * does behind the scenes does not count.
 */
export async function tablesReadWhole(town: Town, work: (url: string) => Promise<void>): Promise<string[]> {
  const { rows } = await town.owner.query<{ relname: string }>(`SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > $1`, [
    FEW_ROWS,
  ]);
  const large = new Set(rows.map(({ relname }) => relname));
  const plans = await recordPlans(town.database, town.directory);
  try {
    const service = await town.service({ SIMULATOR_DESK: 'on' }, { log: 'recorded' });
    await work(service.url);
    const ran = await plans.next();
    if (ran.length === 0) throw new Error('PostgreSQL wrote down no plan');
    const read = ran.filter(({ sql }) => !isBackground(sql)).flatMap((statement) => [...routingOf(statement).readWhole]);
    return [...new Set(read)].filter((table) => large.has(table));
  } finally {
    await plans.close();
  }
}
