import { bodyOf, IntakeRefusal, type IntakeApi, type Schema } from './api-client.ts';

/** The workspace's time. */
export class DeskClock {
  constructor(private readonly client: IntakeApi) {}

  async get(): Promise<Schema<'ClockAnswer'>> {
    return bodyOf(this.client.GET('/_sim/clock'));
  }

  /** @param now RFC 3339. @returns what fell due on the way */
  async set(now: string, { frozen }: { frozen?: boolean } = {}): Promise<Schema<'AdvanceAnswer'>> {
    return bodyOf(this.client.PUT('/_sim/clock', { body: { now, ...(frozen !== undefined && { frozen }) } }));
  }

  /** Lets the time stand still, or go on. */
  async freeze(frozen = true): Promise<Schema<'AdvanceAnswer'>> {
    return bodyOf(this.client.PUT('/_sim/clock', { body: { frozen } }));
  }

  /** @param by ISO 8601, such as `P3D` or `PT15M`. @returns what fell due on the way, all of it done when this resolves */
  async advance(by: string): Promise<Schema<'AdvanceAnswer'>> {
    return bodyOf(this.client.POST('/_sim/clock/advance', { body: { by } }));
  }
}

/** The workspace's dossier numbers. */
export class DeskCounters {
  constructor(private readonly client: IntakeApi) {}

  /** The next number will be `last + 1`. */
  async set(counter: Schema<'CounterDto'>): Promise<Schema<'CounterDto'>> {
    return bodyOf(this.client.PUT('/_sim/counters', { body: counter }));
  }

  /** For every counter: what it gave, where the desk made it jump, and what is missing. */
  async continuity(): Promise<Schema<'ContinuityAnswer'>['counters']> {
    return (await bodyOf(this.client.GET('/_sim/counters/continuity'))).counters;
  }
}

/**
 * A door of the desk by its path, as JSON. For those whose shape is the service's catalogue and no type: what a fault, a journey or a
 * persona is called, the running server knows.
 * @throws IntakeRefusal for every answer that is no success; `not-found` where the server has no such door
 */
export async function knock(
  client: IntakeApi,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: `/_sim/${string}`,
  body?: object,
): Promise<unknown> {
  const anyDoor = client as unknown as {
    request(method: string, path: string, init: object): Promise<{ data?: unknown; error?: unknown; response: Response }>;
  };
  const { data, error, response } = await anyDoor.request(method, path, body ? { body } : {});
  if (!response.ok) throw new IntakeRefusal(error, response);
  return data;
}

/** What goes wrong in the workspace, by name: `GET /_sim/faults`. */
export class DeskFaults {
  constructor(private readonly client: IntakeApi) {}

  /** Arms these faults and no others: `{ 'sms-5xx': { count: 2 } }`. */
  async set(faults: Record<string, object>): Promise<unknown> {
    return knock(this.client, 'PUT', '/_sim/faults', faults);
  }

  async get(): Promise<unknown> {
    return knock(this.client, 'GET', '/_sim/faults');
  }

  async clear(): Promise<void> {
    await knock(this.client, 'DELETE', '/_sim/faults');
  }
}
