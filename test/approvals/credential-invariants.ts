import type pg from 'pg';
import { groupBy, rowsOf, type Dossier, type Invariant } from '../crash/aftermath.ts';
import { exchange } from '../crash/exchange.ts';
import { inTurns } from '../crash/in-turns.ts';
import { messageFields } from '../../src/simulator/providers/message-fields.ts';
import type { ApprovalJournal } from './approval-journal.ts';

interface Approved {
  readonly database: pg.Client;
  readonly dossiers: readonly Dossier[];
  readonly journal: ApprovalJournal;
  readonly url: string;
}

interface IntentRow {
  readonly id: string;
  readonly declaration_id: string;
  readonly issue: number;
  readonly state: string;
  readonly attempts: number;
  readonly has_secret: boolean;
}

interface ArrivedRow {
  readonly provider_key: string;
  readonly dossier_number: string;
  readonly recipient: string;
  readonly body: string;
  readonly deliveries: readonly { readonly differs?: true }[];
}

/** Logging in costs as much as approving: so many try. */
const MOST_LOGINS = 300;

export const CREDENTIAL_INVARIANTS: readonly Invariant<Approved>[] = [
  {
    name: 'I9 every dossier is approved once, with exactly one credential and one audit entry',
    check: async ({ database, dossiers }) => {
      const accounts = groupBy(
        await rowsOf<{ declaration_id: string }>(database, 'SELECT declaration_id FROM accounts'),
        ({ declaration_id: id }) => id,
      );
      const steps = groupBy(
        await rowsOf<{ subject_id: string }>(
          database,
          `SELECT subject_id FROM audit_entries WHERE subject_kind = 'declaration' AND action = 'approve'`,
        ),
        ({ subject_id: id }) => id,
      );
      return dossiers.flatMap(({ id, status, dossier_number: number }) => {
        const [credentials, approvals] = [accounts.get(id)?.length ?? 0, steps.get(id)?.length ?? 0];
        return status === 'APPROVED' && credentials === 1 && approvals === 1
          ? []
          : [`${number} is ${status}, with ${credentials} credentials and ${approvals} approvals on record`];
      });
    },
  },
  {
    name: 'I9 every issue of a password is exactly one intent, and the one that the winner was told of is the first',
    check: async ({ database, dossiers, journal }) => {
      const intents = await credentialIntents(database);
      const issues = await rowsOf<{ declaration_id: string; issue: number }>(
        database,
        'SELECT declaration_id, credential_issue AS issue FROM accounts',
      );
      const issuedTo = new Map(issues.map(({ declaration_id: id, issue }) => [id, issue]));
      return dossiers.flatMap(({ id, dossier_number: number }) => {
        const own = (intents.get(id) ?? []).sort((one, other) => one.issue - other.issue);
        const wanted = Array.from({ length: issuedTo.get(id) ?? 0 }, (_, index) => index + 1);
        const told = journal.approved.get(id);
        return [
          ...(own.map(({ issue }) => issue).join() === wanted.join() ? [] : [`${number}: ${wanted.length} issues, ${own.length} intents`]),
          ...(told === undefined || told === own[0]?.id ? [] : [`${number}: the winner was told of another message`]),
          ...own.filter(({ has_secret: hasSecret }) => hasSecret).map(() => `${number}: a secret is still in the outbox`),
        ];
      });
    },
  },
  {
    name: 'I9 exactly one SMS is on the phone for every issue that did not fail, after repeats are known by their key',
    check: async ({ database, dossiers }) => {
      const intents = await credentialIntents(database);
      const arrived = groupBy(await arrivedCredentials(database), (message) => message.dossier_number);
      const faults = dossiers.flatMap(({ id, phone, dossier_number: number }) => {
        const of = (which: (intent: IntentRow) => boolean) => (intents.get(id) ?? []).filter(which).map((intent) => intent.id);
        const expected = of(({ state }) => state !== 'permanent-failure');
        // Whose relay died behind the gateway's yes is sent again, and may be refused for good then.
        const possible = of(({ state, attempts }) => state === 'permanent-failure' && attempts > 1);
        const own = arrived.get(number) ?? [];
        arrived.delete(number);
        const keys = [...new Set(own.map(({ provider_key: key }) => originalKey(key)))];
        const originals = own.filter(({ provider_key: key }) => key === originalKey(key)).length;
        const isAsMeant = expected.every((key) => keys.includes(key)) && keys.every((key) => [...expected, ...possible].includes(key));
        return [
          ...(isAsMeant && originals === keys.length && expected.length >= 1
            ? []
            : [`${number}: ${expected.length} expected, ${originals} arrived`]),
          ...own.filter(({ recipient }) => recipient !== phone).map(() => `${number}: a password went to somebody else`),
        ];
      });
      return [...faults, ...[...arrived.keys()].map((number) => `a password for ${number}, which is nothing`)];
    },
  },
  {
    name: 'I9 all copies of a message carry the same secret',
    check: async ({ database }) => {
      const bodies = groupBy(await arrivedCredentials(database), ({ provider_key: key }) => originalKey(key));
      return [...bodies].flatMap(([key, copies]) =>
        new Set(copies.map(({ body }) => body)).size > 1 || copies.some(({ deliveries }) => deliveries.some(({ differs }) => differs))
          ? [`message ${key}`]
          : [],
      );
    },
  },
  {
    name: `I9 the password on the phone opens the account (of at most ${MOST_LOGINS} tried)`,
    check: async ({ database, url }) => {
      const newest = new Map((await arrivedCredentials(database)).map((message) => [message.dossier_number, message]));
      const wrong = await inTurns([...newest.values()].slice(0, MOST_LOGINS), async ({ dossier_number: number, body }) => {
        const { account, password } = messageFields(body);
        const outcome = await exchange({ method: 'POST', url: `${url}/v1/sessions`, body: { insuranceNumber: account, password } });
        return outcome.kind === 'answer' && outcome.status < 300
          ? undefined
          : `${number}: ${outcome.kind === 'answer' ? outcome.code : outcome.why}`;
      });
      return wrong.filter((example) => example !== undefined);
    },
  },
];

async function credentialIntents(database: pg.Client): Promise<Map<string, IntentRow[]>> {
  const rows = await rowsOf<IntentRow>(
    database,
    `SELECT id, declaration_id, issue, state, attempts, secret IS NOT NULL AS has_secret FROM messages WHERE purpose = 'credentials'`,
  );
  return groupBy(rows, ({ declaration_id: id }) => id);
}

/** Oldest first. */
export function arrivedCredentials(database: pg.Client): Promise<ArrivedRow[]> {
  return rowsOf<ArrivedRow>(
    database,
    `SELECT provider_key, dossier_number, recipient, body, deliveries FROM simulator_inbox WHERE template = 'credentials' ORDER BY received_at, id`,
  );
}

/** What a phone gets twice is two messages under one key. */
function originalKey(key: string): string {
  return key.replace(/#2$/, '');
}
