import { Agent, request as send, type IncomingMessage } from 'node:http';
import { request as sendSecurely } from 'node:https';
import { differenceOf, type Difference } from './answer-difference.ts';
import { Counterparts } from './counterparts.ts';
import { Run } from './run-reader.ts';
import type { RecordedCall, RunHead } from './run.types.ts';

export interface ReplayWish {
  /** The server's base URL. */
  readonly url: string;
  /** The server's `SIMULATOR_KEY`, where it has one. */
  readonly key?: string | undefined;
  /** The name of the workspace to make. It stays; one without a name is taken away again. */
  readonly workspace?: string | undefined;
}

export interface ReplayResult {
  readonly calls: number;
  /** In the order of the calls. */
  readonly differing: readonly (Difference & { readonly call: RecordedCall })[];
  /** Of the story as it was told this time; the same as the file's where nothing differs in a repeatable run. */
  readonly hash: string;
  /** Whether chance and time were bound. If not, only statuses and shapes were compared. */
  readonly repeatable: boolean;
  /** What may explain differences: other settings of the server, calls that overlapped. */
  readonly notes: readonly string[];
}

/** A server that does not do what a replay needs of it; without the answer's text. */
export class ReplayFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ReplayFailed';
  }
}

/**
 * Plays a run in a new workspace of its kind, one call after the other, has the server record it there, and compares the two recordings:
 * what an answer is was decided by the same code both times.
 * @throws ReplayFailed where the workspace could not be made or recorded; BadRun
 */
export async function replay(run: Run, { url, key, workspace }: ReplayWish): Promise<ReplayResult> {
  const server = new Server(url, key);
  const name = await makeWorkspace(server, run.head, workspace);
  try {
    const place = `/w/${name}`;
    if (run.head.workspace.seed === null) await server.mustDo('PUT', `${place}/_sim/clock`, run.head.clock);
    const { id } = await server.mustDo<{ id: string }>('POST', `${place}/_sim/runs`, { name: run.head.name ?? undefined });
    await playCalls(server, place, run);
    await server.mustDo('POST', `${place}/_sim/runs/${id}/end`);
    const told = await Run.ofText((await server.call('GET', `${place}/_sim/runs/${id}`)).body.toString());
    return compared(run, told);
  } finally {
    if (workspace === undefined) await server.call('DELETE', `/_sim/workspaces/${name}`).catch(() => undefined);
    server.leave();
  }
}

async function makeWorkspace(server: Server, head: RunHead, name: string | undefined): Promise<string> {
  const wish = { ...head.workspace, name };
  const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== null && value !== undefined));
  return (await server.mustDo<{ name: string }>('POST', '/_sim/workspaces', given)).name;
}

async function playCalls(server: Server, place: string, run: Run): Promise<void> {
  const counterparts = run.end.repeatable ? undefined : new Counterparts();
  const translate = (text: string) => counterparts?.translate(text) ?? text;
  for (const { request, answer } of run.calls) {
    const body = Buffer.concat(
      request.body.map((piece) => (typeof piece === 'string' ? Buffer.from(translate(piece)) : run.bytesOf(piece))),
    );
    const headers = Object.fromEntries(Object.entries(request.headers).map(([header, value]) => [header, translate(value)]));
    // What a broken connection was is in the server's own record.
    const got = await server.call(request.method, place + translate(request.path), { body, headers }).catch(() => undefined);
    if (!counterparts || !got) continue;
    counterparts.learn(answer.headers, got.headers);
    if ('json' in answer.body) counterparts.learn(answer.body.json, jsonOf(got.body));
  }
}

function compared(run: Run, told: Run): ReplayResult {
  const repeatable = run.end.repeatable && told.end.repeatable;
  const differing = run.calls.flatMap((call, index) => {
    const again = told.calls[index];
    if (!again) return [{ call, status: `${call.answer.status} → nothing`, pointers: [] }];
    const difference = differenceOf(call.answer, again.answer, repeatable);
    return difference ? [{ call, ...difference }] : [];
  });
  return { calls: run.calls.length, differing, hash: told.hash, repeatable, notes: notesOn(run, told) };
}

function notesOn({ head, end }: Run, told: Run): string[] {
  const settings = Object.keys(head.server).filter(
    (name) => head.server[name as keyof RunHead['server']] !== told.head.server[name as keyof RunHead['server']],
  );
  const { clock } = told.head;
  return [
    ...(settings.length > 0 ? [`the server is set otherwise in ${settings.join(', ')}`] : []),
    ...(clock.frozen && clock.now !== head.clock.now ? ['the clock began elsewhere'] : []),
    ...(head.service === told.head.service ? [] : [`recorded by version ${head.service}, replayed by ${told.head.service}`]),
    ...(end.overlapping > 0 ? [`${end.overlapping} calls overlapped when they were recorded, and were played one by one`] : []),
    ...(end.because === 'ended' ? [] : [`the recording stopped early: ${end.because}`]),
  ];
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** HTTP with no header but what is given: a client that adds its own would tell another story. */
class Server {
  private readonly base: URL;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    url: string,
    private readonly key: string | undefined,
  ) {
    this.base = new URL(url);
  }

  leave(): void {
    this.agent.destroy();
  }

  async mustDo<T>(method: string, path: string, wish?: object): Promise<T> {
    const json = wish && { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(wish)) };
    const { status, body } = await this.call(method, path, json);
    const answer = jsonOf(body) as T & { code?: string };
    if (status >= 300) throw new ReplayFailed(`${method} ${path} was answered with ${status} ${answer?.code ?? ''}`.trimEnd());
    return answer;
  }

  call(method: string, path: string, sent: { headers?: Record<string, string>; body?: Buffer } = {}): Promise<Answer> {
    const { headers = {}, body = Buffer.alloc(0) } = sent;
    const isSecure = this.base.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const outgoing = (isSecure ? sendSecurely : send)(
        {
          method,
          hostname: this.base.hostname.replace(/^\[|\]$/g, ''),
          port: this.base.port,
          path: this.base.pathname.replace(/\/$/, '') + path,
          ...(isSecure ? {} : { agent: this.agent }),
          headers: {
            ...headers,
            ...(this.key !== undefined && { 'x-simulator-key': this.key }),
            ...((body.length > 0 || !['GET', 'HEAD', 'DELETE'].includes(method)) && { 'content-length': body.length }),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(parts) }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
