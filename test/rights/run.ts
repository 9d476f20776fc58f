import { setTimeout as pause } from 'node:timers/promises';
import type { ApiDocument } from '../fuzz/api-description.ts';
import { Book } from '../fuzz/book.ts';
import { Lane } from '../fuzz/lane.ts';
import { Service } from '../fuzz/service.ts';
import { RIGHT_OF } from '../support/route-rights.ts';
import { bodiesOf, BODIES_THAT_CHANGE } from '../support/route-bodies.ts';
import { ACTORS, routesOf, verdictOf, type Actor, type Route } from '../support/rights-matrix.ts';
import { FORGERIES, KINDS } from './forgeries.ts';
import { changesOf, lookAt } from './kept.ts';
import type { RightsOptions } from './options.ts';
import { mustBeGood, mustBeSound, type Bodies } from './controls.ts';
import { buildStage, DESK_KEY, pathOf, tokenOf, type Stage } from './stage.ts';
import { DECOY, TRICKS, type Ask } from './tricks.ts';

/** One thing that must not be let through. */
interface Cell {
  readonly what: string;
  readonly ask: Ask;
  readonly body?: string;
  /** Whether anybody may ask here, and is told what is wrong with what they hold out. */
  readonly isPublic?: true;
}

const PATIENCE_MS = 30_000;
/** How long messages may take to come to rest. */
const REST_MS = 120_000;
const MOST_EXAMPLES = 20;
/**
 * What stays is one of these, whoever asks and however. A body that is found wanting has been read: whoever is told so was let in. Every body
 * here is a good one.
 */
const REFUSALS = new Set([401, 403, 404, 405, 414, 431, 501, 505]);
/** Of all cells at least so many, or routes, callers or tricks have got lost. */
const LEAST_CELLS = 20_000;

export async function runRightsTest(
  { every, lanes }: RightsOptions,
  dataDir: string,
  say: (line: string) => void,
): Promise<{ passed: number; failed: number }> {
  const trouble = new Book(dataDir);
  const service = await Service.start(dataDir, trouble, { SIMULATOR_KEY: DESK_KEY });
  const interrupted = () => void service.abandon().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as ApiDocument;
    const stage = await buildStage(service);
    const routes = routesOf(document);
    const bodies = { ...bodiesOf({ ...stage.owner, alikeId: stage.other.id }), ...BODIES_THAT_CHANGE };
    const controls = [...(await mustBeSound(service, stage, routes, bodies)), ...(await mustBeGood(service, stage))];
    const many = [...tricksAtDoors(stage, routes, bodies), ...forgedTokens(stage, routes, bodies)];
    // These are few, and all tried.
    const few = [...deadTokens(stage, routes, bodies), ...forgedRefreshes(stage)];
    const cells = [...many.filter((_, index) => isDrawn(index, every)), ...few];
    const decoys = cells.filter(({ ask }) => ask.target === DECOY).length;
    const decoy = await (await fetch(`${service.url}${DECOY}`)).text();
    await quiet(service);
    const before = await lookAt(service);
    const statuses = new Map<number, number>();
    const allowed: string[] = [];
    const misled: string[] = decoys === 0 ? ['nobody did'] : [];
    await knockAll(service, cells, lanes, (cell, status, answer) => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const told = `${cell.what}: ${status} · ${cell.ask.method} ${cell.ask.target}`;
      if (cell.ask.target === DECOY) {
        if (answer !== decoy) misled.push(told);
      } else if (!REFUSALS.has(status) && !(cell.isPublic && status === 422) && !isUnreadable(status, answer))
        allowed.push(`${told} ${answer.slice(0, 200)}`);
    });
    const changes = changesOf(before, await lookAt(service));
    controls.push(...(await mustBeGood(service, stage)));
    say(
      `  ${cells.length} cells · ${[...statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, count]) => `${status} ${count}`)
        .join(' · ')}`,
    );
    await service.stop();
    const rules = {
      'good tokens open their doors, before and afterwards, and every body is a good one': controls,
      [`there are ${LEAST_CELLS} cells and more, of which one in ${every} is tried`]:
        many.length < LEAST_CELLS ? [String(many.length)] : [],
      'nobody is let through': allowed,
      'whoever asks for one thing and names another in a header is shown the one thing': misled,
      'nothing is otherwise afterwards': changes,
      'the service is well': trouble.violationLines(),
    };
    return judged(rules, say);
  } finally {
    await service.abandon();
  }
}

function judged(rules: Readonly<Record<string, readonly string[]>>, say: (line: string) => void) {
  const score = { passed: 0, failed: 0 };
  for (const [rule, examples] of Object.entries(rules)) {
    score[examples.length === 0 ? 'passed' : 'failed']++;
    say(`${examples.length === 0 ? 'ok  ' : 'FAIL'} ${rule}: ${examples.length} violations`);
    for (const example of examples.slice(0, MOST_EXAMPLES)) say(`       ${example}`);
  }
  return score;
}

/** Node's own words for what is no request, and a path that cannot be decoded: nobody has looked for a door yet. */
function isUnreadable(status: number, answer: string): boolean {
  return status === 400 && (answer === '' || /"code":"malformed-request"/.test(answer));
}

/** Everybody who may not, at every door, in every way. */
function tricksAtDoors(stage: Stage, routes: readonly Route[], bodies: Bodies): Cell[] {
  const byName = new Map(routes.map((route) => [route.name, route]));
  const isOpen = (method: string, template: string, actor: Actor) => {
    const route = byName.get(`${method} ${template}`);
    return route !== undefined && verdictOf(route, RIGHT_OF[route.name], actor) === 'open';
  };
  return routes
    .filter(({ access }) => access !== 'public')
    .flatMap((route) =>
      ACTORS.filter((actor) => verdictOf(route, RIGHT_OF[route.name], actor) !== 'open').flatMap((actor) => {
        const token = tokenOf(stage, actor, route.access);
        const plain: Ask = {
          method: route.method.toUpperCase(),
          target: pathOf(stage, route),
          lines: token === undefined ? [] : [`Authorization: Bearer ${token}`],
        };
        return Object.entries(TRICKS)
          .map(([trick, turn]) => ({ what: `${route.name}, ${actor}, ${trick}`, ask: turn(plain), ...withBody(bodies, route) }))
          .filter(({ ask }) => ask.target === DECOY || !isOpen(ask.method === 'HEAD' ? 'GET' : ask.method, route.template, actor));
      }),
    );
}

/** One in so many, always the same ones. By counting alone every trick but a few would be left out, as long as they are a multiple. */
function isDrawn(index: number, every: number): boolean {
  return (Math.imul(index, 0x9e3779b1) >>> 16) % every === 0;
}

function withBody(bodies: Bodies, { name }: Route): Pick<Cell, 'body'> {
  return bodies[name] ? { body: JSON.stringify(bodies[name]) } : {};
}

/** What was good once, at the doors that it opened, and for what it opened. */
function deadTokens(stage: Stage, routes: readonly Route[], bodies: Bodies): Cell[] {
  return stage.dead.flatMap(({ what, access, token, id, uploadId }) => {
    const { owner } = stage;
    const once = { ...stage, owner: { ...owner, id: id ?? owner.id, draft: { ...owner.draft, id: id ?? owner.draft.id } } };
    return routes
      .filter((route) => route.access === access)
      .map((route) => ({
        what: `${route.name}, ${what}`,
        ask: {
          method: route.method.toUpperCase(),
          target: pathOf({ ...once, uploadId: uploadId ?? stage.uploadId }, route),
          lines: [`Authorization: Bearer ${token}`],
        },
        ...withBody(bodies, route),
      }));
  });
}

/** Everything that is no good token there, at every door that asks for one. */
function forgedTokens(stage: Stage, routes: readonly Route[], bodies: Bodies): Cell[] {
  const goodOf = {
    citizen: stage.tokens.citizen,
    staff: stage.tokens.staff,
    draftToken: stage.tokens.draft,
    trackingCode: stage.tokens.tracking,
  };
  const kindOf = { citizen: 'citizen', staff: 'staff', draftToken: 'draft', trackingCode: 'tracking' } as const;
  return routes.flatMap((route) => {
    const { access } = route;
    if (access === 'public' || access === 'desk') return [];
    const ask = (lines: readonly string[]): Ask => ({ method: route.method.toUpperCase(), target: pathOf(stage, route), lines });
    const forged = Object.entries(FORGERIES).map(([name, forge]) => ({
      what: `${route.name}, ${name}`,
      ask: ask(forge(goodOf[access], stage.tokens)),
      ...withBody(bodies, route),
    }));
    const foreign = KINDS.filter((kind) => kind !== kindOf[access]).map((kind) => ({
      what: `${route.name}, a good ${kind} token`,
      ask: ask([`Authorization: Bearer ${stage.tokens[kind]}`]),
      ...withBody(bodies, route),
    }));
    return [...forged.filter(({ ask: { lines } }) => !isTheGoodOne(lines, access, stage)), ...foreign];
  });
}

/** A tracking code is read as people type it: some spellings of it are the code. */
function isTheGoodOne(lines: readonly string[], access: string, { tokens }: Stage): boolean {
  const plain = (text: string) => text.replace(/[\s-]/g, '').toUpperCase();
  return access === 'trackingCode' && lines.some((line) => plain(line) === plain(`Authorization: Bearer ${tokens.tracking}`));
}

/** Access tokens and others in the place of refresh tokens. */
function forgedRefreshes({ tokens }: Stage): Cell[] {
  return ['/v1/sessions/refresh', '/v1/staff/sessions/refresh'].flatMap((target) => {
    const isStaff = target.includes('staff');
    const wrong = Object.entries({ ...tokens, prefix: tokens.refresh.slice(0, -1), empty: '', none: null, list: [tokens.refresh] }).filter(
      ([name]) => !(isStaff && name === 'refresh'),
    );
    return wrong.map(([name, refreshToken]) => ({
      what: `POST ${target}, ${name}`,
      ask: { method: 'POST', target, lines: [] },
      body: JSON.stringify({ refreshToken }),
      isPublic: true as const,
    }));
  });
}

async function knockAll(
  service: Service,
  cells: readonly Cell[],
  lanes: number,
  told: (cell: Cell, status: number, answer: string) => void,
): Promise<void> {
  const { hostname, port } = new URL(service.url);
  const queue = cells.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const lane = new Lane(hostname, Number(port));
      for (const cell of queue) {
        const outcome = await lane.exchange({ pieces: [wireOf(cell)], then: 'keeps' }, cell.ask.method, PATIENCE_MS);
        if (outcome.kind === 'answer') told(cell, outcome.answer.status, outcome.answer.body.toString('utf8'));
        // A connection that is closed lets nobody in either.
        else told(cell, outcome.kind === 'closed' ? 400 : 0, '');
      }
      lane.close();
    }),
  );
}

function wireOf({ ask: { method, target, lines }, body = '{}' }: Cell): Buffer {
  const hasBody = !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method.toUpperCase());
  const head = [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    ...(hasBody
      ? ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, 'Idempotency-Key: rights', 'If-Match: *']
      : []),
    ...lines,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(hasBody ? body : '')]);
}

/** Until every message has come to rest. @throws Error when they do not */
async function quiet(service: Service): Promise<void> {
  const deadline = Date.now() + REST_MS;
  await service.inDatabase(async (database) => {
    for (; ; await pause(50)) {
      const { rows } = await database.query<{ moving: number }>(
        `SELECT count(*)::int AS moving FROM messages WHERE state IN ('created', 'sending', 'sent')`,
      );
      if (rows[0]!.moving === 0) return;
      if (Date.now() > deadline) throw new Error(`after ${REST_MS} ms ${rows[0]!.moving} messages were still on their way`);
    }
  });
}
