import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './openapi.types.ts';

/** A client of every route of the API document, typed by it: `client.GET('/v1/offices/{code}', { params: { path: { code } } })`. */
export type IntakeApi = Client<paths>;

/** A shape of the API document by its name there, such as `Schema<'ReceiptDto'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

export interface ApiAddress {
  /** `http://host:port`, or a workspace's base URL. */
  readonly url: string;
  /** The world that every call acts in; left out, the one that the URL names, else `default`. */
  readonly workspace?: string | undefined;
  /** What opens the desk of a server that asks for a key. */
  readonly simulatorKey?: string | undefined;
}

/** The service said no to what the kit asked for; the whole problem document is in `problem`. */
export class IntakeRefusal extends Error {
  override readonly name = 'IntakeRefusal';
  readonly status: number;
  /** The stable kebab-case name of the problem; empty when no problem document came. */
  readonly code: string;

  /** The problem document (RFC 9457). */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(said: unknown, { status, url }: { readonly status: number; readonly url: string }) {
    const problem = (typeof said === 'object' && said !== null ? said : {}) as Record<string, unknown>;
    const { code = '', detail = 'no problem document came with it', errors, instead } = problem;
    const more = [errors && `faults: ${JSON.stringify(errors)}`, instead && `instead: ${JSON.stringify(instead)}`].filter(Boolean);
    super([`${new URL(url).pathname} was answered ${status} ${String(code)}: ${String(detail)}`, ...more].join('\n'));
    this.problem = problem;
    this.status = status;
    this.code = String(code);
  }
}

/** Nobody answers at the address. */
export class IntakeUnreachable extends Error {
  override readonly name = 'IntakeUnreachable';
}

/** @returns a client that reaches the workspace, with the desk's key where one is needed */
export function createApi({ url, workspace, simulatorKey }: ApiAddress): IntakeApi {
  return createClient<paths>({
    baseUrl: url,
    headers: {
      Accept: 'application/json, application/problem+json',
      ...(workspace !== undefined && { 'X-Workspace': workspace }),
      ...(simulatorKey !== undefined && { 'X-Simulator-Key': simulatorKey }),
    },
    fetch: (request) =>
      fetch(request).catch((fault: Error) => {
        const reason = (fault.cause as { code?: string } | undefined)?.code ?? fault.message;
        throw new IntakeUnreachable(`nobody answers at ${new URL(request.url).origin} (${reason})`, { cause: fault });
      }),
  });
}

/** What a call of the typed client comes back with. */
interface Answered<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The body of a success; `undefined` where the success has none.
 * @throws IntakeRefusal for every other answer
 */
export async function bodyOf<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  return (await answerOf(call)).body;
}

/** As `bodyOf`, with the headers. */
export async function answerOf<Data>(call: Promise<Answered<Data>>): Promise<{ body: Data; headers: Headers }> {
  const { data, error, response } = await call;
  if (!response.ok) throw new IntakeRefusal(error, response);
  return { body: data as Data, headers: response.headers };
}
