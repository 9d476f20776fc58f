import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { TRANSITIONS, type Status } from '../../../src/declarations/status.rule.ts';
import { acknowledged, groupBy, rowsOf, type Aftermath, type Dossier, type Invariant } from '../aftermath.ts';
import { PERSONAL_DATA } from '../applications.ts';

/** An entry in the history of a dossier. */
export interface StepRow {
  subject_id: string;
  sequence: number;
  actor_kind: string;
  actor_office_code: string | null;
  action: string;
  from_status: Status | null;
  to_status: Status | null;
  details: { fromOffice?: string; toOffice?: string };
}

const KEY_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I4 the key of every acknowledged submission is finished and names its dossier',
    check: async (aftermath) => {
      const rows = await rowsOf<{ key_hash: string; status: number | null; declaration_id: string | null }>(
        aftermath.database,
        `SELECT encode(key_hash, 'hex') AS key_hash, status, declaration_id FROM idempotency_keys`,
      );
      const byHash = groupBy(rows, (row) => row.key_hash);
      return acknowledged(aftermath).flatMap(([{ serial, key }, { id }]) => {
        const found = byHash.get(hashOfKey(key)) ?? [];
        return found.length === 1 && found[0]?.status === 201 && found[0].declaration_id === id ? [] : [`application ${serial}`];
      });
    },
  },
];

/** Whatever the dossiers went through. */
export const HISTORY_INVARIANTS: readonly Invariant<Pick<Aftermath, 'database' | 'dossiers' | 'logs'>>[] = [
  {
    name: 'I10 the history of every dossier is a legal path that ends at its status',
    check: async ({ database, dossiers }) => {
      const steps = await rowsOf<StepRow>(
        database,
        `SELECT subject_id, sequence, actor_kind, actor_office_code, action, from_status, to_status, details FROM audit_entries
         WHERE subject_kind = 'declaration' ORDER BY subject_id, sequence`,
      );
      const stepsOf = groupBy(steps, (step) => step.subject_id);
      return dossiers.flatMap((dossier) => {
        const { id, dossier_number: number } = dossier;
        const steps = stepsOf.get(id) ?? [];
        const fault = illegality(steps, dossier) ?? strangersHand(steps, dossier);
        return fault === undefined ? [] : [`${number}: ${fault}`];
      });
    },
  },
  {
    name: 'I10 the chain of the audit trail is whole',
    check: async ({ database }) => {
      const broken = await rowsOf<{ link: string }>(
        database,
        `SELECT subject_kind || ' ' || subject_id || ' ' || sequence AS link FROM (
           SELECT entry.*, audit_entry_hash(entry) AS computed, row_number() OVER chain AS place,
             lag(hash, 1, ''::bytea) OVER chain AS hash_before
           FROM audit_entries entry WINDOW chain AS (PARTITION BY subject_kind, subject_id ORDER BY sequence)) AS linked
         WHERE hash <> computed OR previous_hash <> hash_before OR sequence <> place`,
      );
      return broken.map(({ link }) => link);
    },
  },
  {
    name: 'I11 no log holds a number, name of a street, phone or address of anybody',
    check: async ({ logs }) => (await Promise.all(logs.map(linesWithPersonalData))).flat(),
  },
];

export const RECORD_INVARIANTS: readonly Invariant[] = [...KEY_INVARIANTS, ...HISTORY_INVARIANTS];

/** As the service keeps it: the hash of the length and the key. */
function hashOfKey(key: string): string {
  return createHash('sha256')
    .update(`${Buffer.byteLength(key)}:${key}`)
    .digest('hex');
}

function illegality(steps: readonly StepRow[], { status }: Pick<Dossier, 'status'>): string | undefined {
  if (steps.some(({ sequence }, index) => sequence !== index + 1)) return 'a step is missing';
  let at: Status = 'DRAFT';
  for (const { action, actor_kind: actor, from_status: from, to_status: to } of steps) {
    if (to === null) continue;
    if ((from ?? 'DRAFT') !== at) return `${action} from ${from} while it was ${at}`;
    if ((TRANSITIONS[at] as Record<string, Status>)[action] !== to) return `${action} leads from ${at} to ${to}`;
    if (action === 'submit' && actor !== 'citizen') return `submitted by ${actor}`;
    at = to;
  }
  return at === status ? undefined : `it is ${status}, its history says ${at}`;
}

const OFFICES_ACTIONS = ['lease', 'approve', 'return', 'reject', 'transfer', 'reissue-credentials'];

/**
 * Who did what an office does, and should not have: nobody but an officer of the office that the dossier was routed to then, or of one
 * where its citizen had stood. An office that closes is emptied by whoever closes it, and says so by naming itself.
 */
export function strangersHand(
  steps: readonly StepRow[],
  { receiving_office_code: first, office_code: last }: Pick<Dossier, 'receiving_office_code' | 'office_code'>,
): string | undefined {
  let office = first;
  const visited = new Set<string | null>();
  for (const { action, actor_kind: kind, actor_office_code: from, details } of steps) {
    if (action === 'visit') visited.add(from);
    const isEmptying = details.fromOffice !== undefined;
    if (isEmptying && details.fromOffice !== office) return `${action} out of ${details.fromOffice} while it was at ${office}`;
    if (OFFICES_ACTIONS.includes(action) && !isEmptying) {
      if (kind !== 'staff') return `${action} by ${kind}`;
      if (from !== office && !visited.has(from)) return `${action} by ${from} while it was at ${office}`;
    }
    office = details.toOffice ?? office;
  }
  return office === last ? undefined : `it is at ${last}, its history says ${office}`;
}

async function linesWithPersonalData(log: string): Promise<string[]> {
  const found: string[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(log) })) {
    number++;
    if (PERSONAL_DATA.test(line)) found.push(`${basename(log)} line ${number}`);
  }
  return found;
}
