import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { runStatements } from '../support/cluster.ts';
import { superuserUrlOf } from '../support/many-dossiers.ts';

/** A node of a plan as PostgreSQL's EXPLAIN writes it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly Operation?: string;
  readonly Plans?: readonly PlanNode[];
  readonly [member: string]: unknown;
}

/** A statement that ran, with the plan that it ran by. */
export interface RanStatement {
  readonly sql: string;
  readonly plan: PlanNode;
}

/**
 * Has PostgreSQL itself write down every statement that the service runs from its next connection on, with its plan: also what triggers,
 * functions and foreign keys run inside of it. For an embedded database alone, whose data nobody minds in a log.
 */
export async function recordPlans(postgres: EmbeddedPostgres, dataDir: string): Promise<RecordedPlans> {
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_format': 'json',
    'auto_explain.log_verbose': 'on',
  };
  await runStatements(
    await superuserUrlOf(postgres, dataDir),
    Object.entries(settings).map(([name, value]) => `ALTER ROLE intake_request IN DATABASE intake SET ${name} = '${value}'`),
  );
  return RecordedPlans.from(join(dataDir, 'postgres', 'server.log'));
}

export class RecordedPlans {
  private constructor(
    private readonly log: FileHandle,
    private position: number,
  ) {}

  static async from(path: string): Promise<RecordedPlans> {
    const log = await open(path, 'r');
    return new RecordedPlans(log, (await log.stat()).size);
  }

  /** What ran since the last call. A statement stands in the log before its client hears that it has ended. */
  async next(): Promise<RanStatement[]> {
    const { size } = await this.log.stat();
    const { buffer } = await this.log.read({ buffer: Buffer.alloc(size - this.position), position: this.position });
    this.position = size;
    return [...buffer.toString('utf8').matchAll(PLAN)].map(([, json]) => {
      const { 'Query Text': sql, Plan: plan } = JSON.parse(json!) as { 'Query Text': string; Plan: PlanNode };
      return { sql, plan };
    });
  }

  async close(): Promise<void> {
    await this.log.close();
  }
}

/** An entry's further lines begin with a tab; what it says in JSON ends with a brace at the left. */
const PLAN = /duration: [\d.]+ ms {2}plan:\n(\t\{[\s\S]*?\n\t\})/g;

/** The node and all below it, and with each what joins it to others. */
export function* nodesOf(plan: PlanNode, joins: readonly string[] = []): Generator<{ node: PlanNode; joins: readonly string[] }> {
  yield { node: plan, joins };
  const further = [...joins, ...conditionsOf(plan, JOINS)];
  for (const child of plan.Plans ?? []) yield* nodesOf(child, further);
}

const JOINS = ['Hash Cond', 'Merge Cond', 'Join Filter'];
const OWN = ['Index Cond', 'Recheck Cond', 'Filter', 'Order By'];

/** What restricts a node itself. */
export function restrictionsOf(node: PlanNode): string[] {
  return conditionsOf(node, OWN);
}

function conditionsOf(node: PlanNode, kinds: readonly string[]): string[] {
  return kinds.map((kind) => node[kind]).filter((condition) => typeof condition === 'string');
}
