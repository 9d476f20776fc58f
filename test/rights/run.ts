import type { ApiDocument } from '../fuzz/api-description.ts';
import { Book } from '../fuzz/book.ts';
import { Lane } from '../fuzz/lane.ts';
import { Service } from '../fuzz/service.ts';
import { RIGHT_OF } from '../support/route-rights.ts';
import { ACTORS, routesOf, verdictOf, type Route } from '../support/rights-matrix.ts';
import { FORGERIES, KINDS } from './forgeries.ts';
import { changesOf, lookAt } from './kept.ts';
import type { RightsOptions } from './options.ts';
import { buildStage, DESK_KEY, pathOf, tokenOf, type Stage } from './stage.ts';
import { TRICKS, type Ask } from './tricks.ts';

/** One thing that must not be let through. */
interface Cell {
  readonly what: string;
  readonly ask: Ask;
  readonly body?: string;
}

const PATIENCE_MS = 30_000;
const MOST_EXAMPLES = 20;
/** What stays is one of these, whoever asks and however. */
const REFUSALS = new Set([400, 401, 403, 404, 405, 406, 413, 414, 415, 422, 431, 501, 505]);

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
    const cells = [
      ...tricksAtDoors(stage, routesOf(document)),
      ...forgedTokens(stage, routesOf(document)),
      ...forgedRefreshes(stage),
    ].filter((_, index) => index % every === 0);
    await quiet(service);
    const before = await lookAt(service);
    const statuses = new Map<number, number>();
    const allowed: string[] = [];
    await knockAll(service, cells, lanes, (cell, status) => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (!REFUSALS.has(status)) allowed.push(`${cell.what}: ${status} · ${cell.ask.method} ${cell.ask.target}`);
    });
    const changes = changesOf(before, await lookAt(service));
    say(
      `  ${cells.length} cells · ${[...statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, count]) => `${status} ${count}`)
        .join(' · ')}`,
    );
    await service.stop();
    const rules = {
      'nobody is let through': allowed,
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

/** Everybody who may not, at every door, in every way. */
function tricksAtDoors(stage: Stage, routes: readonly Route[]): Cell[] {
  const open = new Set(routes.filter(({ access }) => access === 'public').map(({ name }) => name));
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
          .map(([trick, turn]) => ({ what: `${route.name}, ${actor}, ${trick}`, ask: turn(plain) }))
          .filter(({ ask }) => ask.target !== '/v1/reasons' && !open.has(`${ask.method} ${route.template}`));
      }),
    );
}

/** Everything that is no good token there, at every door that asks for one. */
function forgedTokens(stage: Stage, routes: readonly Route[]): Cell[] {
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
    }));
    const foreign = KINDS.filter((kind) => kind !== kindOf[access]).map((kind) => ({
      what: `${route.name}, a good ${kind} token`,
      ask: ask([`Authorization: Bearer ${stage.tokens[kind]}`]),
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
    }));
  });
}

async function knockAll(
  service: Service,
  cells: readonly Cell[],
  lanes: number,
  told: (cell: Cell, status: number) => void,
): Promise<void> {
  const { hostname, port } = new URL(service.url);
  const queue = cells.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const lane = new Lane(hostname, Number(port));
      for (const cell of queue) {
        const outcome = await lane.exchange({ pieces: [wireOf(cell)], then: 'keeps' }, cell.ask.method, PATIENCE_MS);
        // A connection that is closed lets nobody in either.
        told(cell, outcome.kind === 'answer' ? outcome.answer.status : outcome.kind === 'closed' ? 400 : 0);
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
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${hasBody ? body : ''}`, 'latin1');
}

/** Until every message has come to rest. */
async function quiet(service: Service): Promise<void> {
  await service.inDatabase(async (database) => {
    for (;;) {
      const { rows } = await database.query<{ moving: number }>(
        `SELECT count(*)::int AS moving FROM messages WHERE state IN ('created', 'sending', 'sent')`,
      );
      if (rows[0]!.moving === 0) return;
    }
  });
}
