import type { Service } from '../fuzz/service.ts';
import { RIGHT_OF } from '../support/route-rights.ts';
import { ACTORS, verdictOf, type Actor, type Route } from '../support/rights-matrix.ts';
import { DESK_KEY, pathOf, tokenOf, type Stage } from './stage.ts';

/** By route. */
export type Bodies = Readonly<Record<string, object>>;

/** What says that it is the body which is wrong. */
const OF_THE_BODY = new Set(['malformed-request', 'validation-failed', 'unsupported-media-type', 'payload-too-large']);
/** A form, a piece of a file, a table: what they are is looked at behind the door only, so that JSON will do for whoever must not pass. */
const NOT_JSON = [
  'PUT /v1/drafts/{id}/photos/{slot}',
  'PUT /v1/declarations/{id}/photos/{slot}',
  'PATCH /v1/uploads/{id}',
  'POST /v1/staff/declarations',
  'POST /v1/admin/offices/import',
];
/** In which nobody looks for changes. */
const PLAYGROUND = 'playground';

/** One request for each kind of token that it must let in; otherwise nothing is shown by those that are not let in. */
export async function mustBeGood({ url }: Service, { owner, tokens }: Stage): Promise<string[]> {
  const doors = {
    citizen: ['/v1/me', tokens.citizen],
    staff: [`/v1/staff/declarations/${owner.id}`, tokens.staff],
    draft: [`/v1/drafts/${owner.draft.id}`, tokens.draft],
    tracking: [`/v1/declarations/${owner.id}`, tokens.tracking],
  } as const;
  const found: string[] = [];
  for (const [kind, [path, token]] of Object.entries(doors)) {
    const { status } = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
    if (status !== 200) found.push(`a good ${kind} token at ${path}: ${status}`);
  }
  return found;
}

/** Whoever may send a body is not told that there is something wrong with it. Those that change something are sent where nobody looks. */
export async function mustBeSound({ url }: Service, stage: Stage, routes: readonly Route[], bodies: Bodies): Promise<string[]> {
  const call = async (method: string, path: string, bearer: string | undefined, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'X-Simulator-Key': DESK_KEY,
        'Idempotency-Key': `sound ${method} ${path}`,
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    });
    const answer = (response.status === 204 ? {} : await response.json()) as Record<string, unknown>;
    return { status: response.status, answer };
  };
  await call('POST', '/_sim/workspaces', undefined, { name: PLAYGROUND });
  const { answer: admin } = await call('POST', `/w/${PLAYGROUND}/_sim/tokens`, undefined, { role: 'admin' });
  const found: string[] = [];
  for (const route of routes.filter(({ hasBody, access, name }) => hasBody && access !== 'public' && !NOT_JSON.includes(name))) {
    const { name, method, template, access } = route;
    const isElsewhere = access === 'desk' || template.startsWith('/v1/admin');
    const actor = ACTORS.find((one: Actor) => verdictOf(route, RIGHT_OF[name], one) === 'open');
    const bearer = isElsewhere ? (access === 'desk' ? undefined : String(admin['accessToken'])) : tokenOf(stage, actor!, access);
    const path = pathOf(stage, route);
    const { status, answer } = await call(method.toUpperCase(), isElsewhere ? `/w/${PLAYGROUND}${path}` : path, bearer, bodies[name] ?? {});
    const isLetIn = ![401, 403].includes(status) || answer['code'] === 'invalid-credentials';
    if (!isLetIn || OF_THE_BODY.has(String(answer['code']))) found.push(`${name}: whoever may is told ${status} ${JSON.stringify(answer)}`);
  }
  return found;
}
