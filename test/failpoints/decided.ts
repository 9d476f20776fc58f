import { messageFields } from '../../src/simulator/providers/message-fields.ts';
import { exchange } from '../crash/exchange.ts';
import { groupBy, rowsOf, type Aftermath, type Invariant } from '../crash/aftermath.ts';
import { inTurns } from '../crash/in-turns.ts';

interface CredentialsRow {
  id: string;
  declaration_id: string;
  issue: number;
  state: string;
  has_secret: boolean;
}

interface ArrivedRow {
  provider_key: string;
  body: string;
}

/** What the decisions of officers must come to, whatever failed on the way. */
export const DECISION_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I9 an approved dossier has one account, and one SMS for each password that was issued; no other has any',
    check: async (aftermath) => {
      const accounts = groupBy(
        await rowsOf<{ declaration_id: string; credential_issue: number }>(
          aftermath.database,
          'SELECT declaration_id, credential_issue FROM accounts',
        ),
        (account) => account.declaration_id,
      );
      const messages = groupBy(await credentialsOf(aftermath), (message) => message.declaration_id);
      return aftermath.dossiers.flatMap(({ id, status, dossier_number: number }) => {
        const [account, ...more] = accounts.get(id) ?? [];
        const issues = (messages.get(id) ?? []).map(({ issue }) => issue).sort();
        if (status !== 'APPROVED') return account || issues.length > 0 ? [`${number} is ${status} and has an account or an SMS`] : [];
        const wanted = Array.from({ length: account?.credential_issue ?? 0 }, (_, index) => index + 1);
        return account && more.length === 0 && String(issues) === String(wanted)
          ? []
          : [`${number}: ${account ? more.length + 1 : 0} accounts, issues ${String(issues)} of ${String(wanted)}`];
      });
    },
  },
  {
    name: 'I9 each of those SMS is delivered, or has been superseded; its secret is gone, and repeats carry the same words',
    check: async (aftermath) => {
      const arrived = groupBy(await arrivedOf(aftermath), ({ provider_key: key }) => key);
      const messages = await credentialsOf(aftermath);
      const newest = newestIssues(messages);
      return messages.flatMap(({ id, declaration_id: owner, issue, state, has_secret: hasSecret }) => {
        const copies = arrived.get(id) ?? [];
        const isTold = state === 'delivered' && copies.length > 0 && new Set(copies.map(({ body }) => body)).size === 1;
        const isSuperseded = ['expired', 'technical-failure'].includes(state) && issue < newest.get(owner)!;
        if (!hasSecret && (isTold || isSuperseded)) return [];
        return [`issue ${issue} of ${owner}: ${state}, ${copies.length} arrived${hasSecret ? ', and its secret is still there' : ''}`];
      });
    },
  },
  {
    name: 'I9 the newest password that arrived opens the account, as long as it is valid',
    check: async (aftermath) => {
      const messages = await credentialsOf(aftermath);
      const newest = newestIssues(messages);
      const bodies = new Map((await arrivedOf(aftermath)).map(({ provider_key: key, body }) => [key, body]));
      const valid = await rowsOf<{ declaration_id: string; insurance_number: string }>(
        aftermath.database,
        'SELECT declaration_id, insurance_number FROM accounts WHERE password_expires_at > domain_now()',
      );
      const shut = await inTurns(valid, async ({ declaration_id: owner, insurance_number: insuranceNumber }) => {
        const message = messages.find(({ declaration_id: id, issue }) => id === owner && issue === newest.get(owner));
        const { password } = messageFields(bodies.get(message?.id ?? '') ?? '');
        const outcome = await exchange({ method: 'POST', url: `${aftermath.url}/v1/sessions`, body: { insuranceNumber, password } });
        if (outcome.kind === 'answer' && outcome.status === 201) return undefined;
        return `the account of ${owner}: ${outcome.kind === 'answer' ? outcome.status : outcome.why}`;
      });
      return shut.filter((example) => example !== undefined);
    },
  },
];

function newestIssues(messages: readonly CredentialsRow[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { declaration_id: owner, issue } of messages) newest.set(owner, Math.max(issue, newest.get(owner) ?? 0));
  return newest;
}

function credentialsOf({ database }: Aftermath): Promise<CredentialsRow[]> {
  return rowsOf<CredentialsRow>(
    database,
    `SELECT id, declaration_id, issue, state, secret IS NOT NULL AS has_secret FROM messages WHERE purpose = 'credentials'`,
  );
}

function arrivedOf({ database }: Aftermath): Promise<ArrivedRow[]> {
  return rowsOf<ArrivedRow>(database, `SELECT provider_key, body FROM simulator_inbox WHERE template = 'credentials'`);
}
