import { nodesOf, restrictionsOf, type PlanNode, type RanStatement } from './recorded-plans.ts';
import { SHARD_MAP, type Spread } from './shard-map.ts';

/** Where a statement goes, as its plan shows. */
export interface Routing {
  /** What the rows belong to that it touches, without what is everywhere. */
  readonly spreads: ReadonlySet<Spread>;
  /** Tables of which it names neither the machine nor the one thing that their rows belong to. */
  readonly astray: ReadonlySet<string>;
  /** Tables that it reads from one end to the other. */
  readonly readWhole: ReadonlySet<string>;
}

/** What the service does by itself every hour, whoever waits for it or not: it goes over everything, on each machine for itself. */
const BACKGROUND = [
  ' aged WHERE ctid = ANY (ARRAY(',
  'UPDATE declarations SET overdue_noticed_at',
  'UPDATE declarations SET reminded_at',
  `UPDATE declarations SET status = 'EXPIRED'`,
  'DELETE FROM declarations USING due',
  'AND status_since = created_at AND status_since <= domain_now()',
  'FROM photos photo JOIN declarations declaration',
  'AND EXISTS (SELECT FROM photos WHERE declaration_id = declaration.id AND created_at',
  'erase_declared_data(id)',
  'FROM declarations WHERE lease_until <= domain_now()',
  'DELETE FROM queue_tallies USING long',
  'UPDATE uploads SET received = 0',
];

export function isBackground(sql: string): boolean {
  return BACKGROUND.some((words) => plain(sql).includes(words));
}

/** The statement in one line. */
export function plain(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ').trim();
}

/** @throws Error for a table that the shard map does not know */
export function routingOf({ sql, plan }: RanStatement): Routing {
  const spreads = new Set<Spread>();
  const astray = new Set<string>();
  const readWhole = new Set<string>();
  for (const { node, joins } of nodesOf(plan)) {
    const table = node['Relation Name'];
    if (table === undefined || (node['Node Type'] === 'ModifyTable' && node.Operation !== 'Insert')) continue;
    const spreading = SHARD_MAP[table];
    if (!spreading) throw new Error(`the shard map does not know ${table}`);
    if (node['Node Type'] === 'Seq Scan') readWhole.add(table);
    if (spreading.spread === 'everywhere') continue;
    spreads.add(spreading.spread);
    const columns = [...spreading.by, ...(spreading.through ?? [])];
    const isNamed = node.Operation === 'Insert' ? columns.some((column) => writes(sql, table, column)) : isFoundBy(node, joins, columns);
    if (!isNamed) astray.add(table);
  }
  return { spreads, astray, readWhole };
}

function writes(sql: string, table: string, column: string): boolean {
  const lists = sql.matchAll(new RegExp(`INSERT INTO ${table}(?: AS \\w+)? \\(([^)]*)\\)`, 'g'));
  return [...lists].some(([, list]) => list!.split(/,\s*/).includes(column));
}

/** By equality in the node itself or in what joins it; a name is looked up by words that begin with their office. */
function isFoundBy(node: PlanNode, joins: readonly string[], columns: readonly string[]): boolean {
  const conditions = [...restrictionsOf(node), ...joins];
  const equals = (column: string) => new RegExp(`\\b${node.Alias}\\.${column} = |= ${node.Alias}\\.${column}\\b`);
  return (
    columns.some((column) => conditions.some((condition) => equals(column).test(condition))) ||
    conditions.some((condition) => OFFICE_OF_NAME.test(condition))
  );
}

const OFFICE_OF_NAME = /name_terms\(\w+\.office_code, \w+\.full_name\) @@ '''\d{5}:/;
