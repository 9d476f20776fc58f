/** What a client knows after one request: the whole answer; that nobody was there to ask; or nothing. */
export type Outcome = Answer | { readonly kind: 'unreachable' | 'unknown'; readonly why: string };

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON. */
  readonly body: Record<string, unknown>;
  /** The problem's code, or else the status. */
  readonly code: string;
}

export interface Asking {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: FormData | object;
  /** Breaks off after so many milliseconds, in the middle of whatever is going on then. */
  readonly breakOffAfter?: number | undefined;
}

/** Longer than any answer may take, so that who hears nothing by then would hear nothing at all. */
const PATIENCE_MS = 30_000;

/** One request, once. Never throws: a connection that breaks leaves the outcome unknown. */
export async function exchange({ method, url, headers = {}, body, breakOffAfter = PATIENCE_MS }: Asking): Promise<Outcome> {
  const json = body !== undefined && !(body instanceof FormData);
  try {
    const response = await fetch(url, {
      method,
      headers: { 'Accept-Language': 'en', ...headers, ...(json ? { 'Content-Type': 'application/json' } : {}) },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(breakOffAfter),
    });
    const text = await response.text();
    const { status, headers: answered } = response;
    const isJson = /json/.test(answered.get('content-type') ?? '');
    const parsed = isJson ? (JSON.parse(text) as Answer['body']) : {};
    return {
      kind: 'answer',
      status,
      headers: answered,
      body: parsed,
      code: typeof parsed.code === 'string' ? parsed.code : String(status),
    };
  } catch (error) {
    const why = nameOf(error);
    return { kind: why === 'ECONNREFUSED' ? 'unreachable' : 'unknown', why };
  }
}

function nameOf(error: unknown): string {
  const { name, cause } = error as { name: string; cause?: { code?: string } };
  return cause?.code ?? name;
}
