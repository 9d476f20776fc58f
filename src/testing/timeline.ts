import { bodyOf, type IntakeApi, type Schema } from './api-client.ts';
import { Officer } from './officer.ts';

/** At most so many dossiers are told in full, the newest; a timeline is read by a person. */
const MOST_DOSSIERS = 20;

interface Happening {
  readonly at: string;
  readonly text: string;
}

/** What happened in a workspace, oldest first: the history of its dossiers, and every message that arrived. */
export async function timelineOf(client: IntakeApi, name: string): Promise<string> {
  const [clock, inbox, dossiers] = await Promise.all([
    bodyOf(client.GET('/_sim/clock')),
    bodyOf(client.GET('/_sim/messages')),
    historyOfAll(client),
  ]);
  const happened = [...dossiers, ...inbox.items.map(arrived)].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const lines = happened.map(({ at, text }) => `  ${at}  ${text}`);
  const heading = `timeline of workspace ${name}, where it is ${clock.now}${clock.frozen ? ' (frozen)' : ''}`;
  return [heading, ...(lines.length > 0 ? lines : ['  nothing happened'])].join('\n');
}

/** Read by supervisors made for it, who see what is their office's; each view is on record there, as any other. */
async function historyOfAll(client: IntakeApi): Promise<Happening[]> {
  const { counters } = await bodyOf(client.GET('/_sim/counters/continuity', { params: { query: { limit: 1 } } }));
  const offices = [...new Set(counters.map(({ officeCode }) => officeCode))];
  const told = offices.map(async (officeCode) => {
    const headers = await new Officer(client, { role: 'supervisor', officeCode }).headers();
    const query = { queue: 'all', limit: MOST_DOSSIERS } as const;
    const { items } = await bodyOf(client.GET('/v1/staff/declarations', { params: { query }, headers }));
    return Promise.all(items.map((dossier) => historyOf(client, headers, dossier)));
  });
  return (await Promise.all(told)).flat(2);
}

async function historyOf(
  client: IntakeApi,
  headers: { Authorization: string },
  { id, dossierNumber }: Schema<'ListedDossierDto'>,
): Promise<Happening[]> {
  const { items } = await bodyOf(client.GET('/v1/staff/declarations/{id}/history', { params: { path: { id } }, headers }));
  return items.map(({ at, action, from, to, actor }) => {
    const status = to === null || to === from ? '' : `  ${from ?? ''} → ${to}`;
    return { at, text: `${dossierNumber}  ${action}${status}  by ${actor.name ?? actor.kind}` };
  });
}

function arrived({ channel, to, template, state, text, subject, deliveries }: Schema<'InboxItemDto'>): Happening {
  const [first] = deliveries as { at?: string }[];
  return { at: first?.at ?? '', text: `${channel} to ${to}  ${template ?? ''} (${state})  ${subject ?? text}` };
}
