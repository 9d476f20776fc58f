import { RIGHTS, roleHas, STAFF_ROLES, type Right } from '../../src/staff/rights.ts';
import type { Method } from './api.ts';

/** Everybody who might knock. Expired and deactivated are a session past its end, and one of somebody who has left or is locked. */
export const ACTORS = [
  'anonymous',
  'citizen',
  'citizen of another dossier',
  'clerk',
  'clerk elsewhere',
  'supervisor',
  'admin',
  'expired',
  'deactivated',
] as const;
export type Actor = (typeof ACTORS)[number];

/** What opens a route, as the API document calls it; the desk's key opens all of the desk. */
export const KEYS = ['public', 'draftToken', 'trackingCode', 'citizen', 'staff', 'desk'] as const;
export type Key = (typeof KEYS)[number];

export interface Route {
  name: string;
  method: Method;
  template: string;
  access: Key;
  hasBody: boolean;
}

/** What a caller is told: that they may, or how they may not. */
export type Verdict = 'open' | 'unauthenticated' | 'forbidden' | 'not-found' | 'simulator-key-required';

interface Operation {
  security?: Record<string, unknown>[];
  requestBody?: object;
}

/** Every route of an API document. */
export function routesOf(document: { paths: Record<string, Record<string, object>> }): Route[] {
  return Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.entries(operations as Record<string, Operation>).map(([method, { security, requestBody }]) => ({
      name: `${method.toUpperCase()} ${template}`,
      method: method as Method,
      template,
      access: template.startsWith('/_sim') ? 'desk' : ((Object.keys(security?.[0] ?? {})[0] ?? 'public') as Key),
      hasBody: requestBody !== undefined,
    })),
  );
}

/** Routes for which a table has no row, and rows for which there is no route. */
export function mismatch(routes: readonly Pick<Route, 'name'>[], rows: readonly string[]): { rowless: string[]; routeless: string[] } {
  const names = routes.map(({ name }) => name);
  return { rowless: names.filter((name) => !rows.includes(name)), routeless: rows.filter((row) => !names.includes(row)) };
}

/** Whether a staff route is about one dossier, and so finds nothing elsewhere. */
export function isOfOneDossier({ template }: Pick<Route, 'template'>, right: Right): boolean {
  return template.includes('{id}') && RIGHTS[right].offices === 'own';
}

/** Roles × actions × own or other office: what the matrix says to somebody at a route. Who is a citizen holds that route's own kind of key. */
export function verdictOf(route: Pick<Route, 'template' | 'access'>, right: Right | undefined, actor: Actor): Verdict {
  switch (route.access) {
    case 'public':
      return 'open';
    case 'desk':
      return 'simulator-key-required';
    case 'draftToken':
      // An upload's token is its draft's: another draft's is good, and opens no upload but its own.
      if (actor === 'citizen of another dossier' && route.template.startsWith('/v1/uploads')) return 'not-found';
      return actor === 'citizen' ? 'open' : 'unauthenticated';
    case 'trackingCode':
      return actor === 'citizen' ? 'open' : 'unauthenticated';
    case 'citizen':
      // An account's routes name nobody: another citizen is let in, and sees their own.
      return actor === 'citizen' || actor === 'citizen of another dossier' ? 'open' : 'unauthenticated';
    case 'staff':
      return right ? verdictOfStaff(route, right, actor) : 'forbidden';
  }
}

function verdictOfStaff(route: Pick<Route, 'template'>, right: Right, actor: Actor): Verdict {
  const role = actor === 'clerk elsewhere' ? 'clerk' : STAFF_ROLES.find((known) => known === actor);
  if (!role) return 'unauthenticated';
  if (!roleHas(role, right)) return 'forbidden';
  return actor === 'clerk elsewhere' && isOfOneDossier(route, right) ? 'not-found' : 'open';
}
