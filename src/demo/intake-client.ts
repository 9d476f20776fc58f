/** Long enough for the longest wait at the desk. */
const PATIENCE_MS = 60_000;

/** A step that did not go as it should; the message is one sentence for a person. */
export class StepFailed extends Error {
  override readonly name: string = 'StepFailed';
}

/** The service said no. */
export class Refused extends StepFailed {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    readonly code: string,
    what: string,
    detail: string,
  ) {
    super(`${what} was answered ${status} ${code}: ${detail}`);
  }
}

export interface Sent {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly json?: object;
  readonly form?: FormData;
}

export interface Answer<Body> {
  readonly body: Body;
  readonly headers: Headers;
}

type Method = 'GET' | 'POST' | 'PUT';

/** The API as any client sees it: over HTTP, and nothing else. */
export class IntakeClient {
  constructor(
    private readonly baseUrl: string,
    private readonly simulatorKey?: string,
  ) {}

  /** @throws Refused for every answer that is not a success, StepFailed when nobody answers */
  async json<Body>(method: Method, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    const response = await this.send(method, path, sent);
    const text = await response.text();
    return { body: (text === '' ? undefined : JSON.parse(text)) as Body, headers: response.headers };
  }

  async bytes(path: string, sent: Sent = {}): Promise<Buffer> {
    const response = await this.send('GET', path, { headers: { Accept: '*/*' }, ...sent });
    return Buffer.from(await response.arrayBuffer());
  }

  private async send(method: Method, path: string, { token, headers, json, form }: Sent): Promise<Response> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        Accept: 'application/json, application/problem+json',
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(json && { 'Content-Type': 'application/json' }),
        ...(this.simulatorKey && path.startsWith('/_sim/') && { 'X-Simulator-Key': this.simulatorKey }),
        ...headers,
      },
      body: json ? JSON.stringify(json) : form,
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((fault: Error) => {
      throw new StepFailed(
        `nobody answered at ${this.baseUrl} (${reasonOf(fault)}). Start a server with \`npm start\`, or leave out --url.`,
      );
    });
    if (!response.ok) throw await refusalOf(response, `${method} ${path.split('?')[0]}`);
    return response;
  }
}

async function refusalOf(response: Response, what: string): Promise<Refused> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  return new Refused(response.status, problem.code ?? '', what, problem.detail ?? 'no problem document came with it');
}

function reasonOf(fault: Error): string {
  return (fault.cause as { code?: string } | undefined)?.code ?? fault.message;
}
