import { bodyOf, type IntakeApi, type Schema } from './api-client.ts';
import type { paths } from './openapi.types.ts';

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

/** Faults by name, each with a count or a probability: `{ 'sms-5xx': { count: 2 } }`. */
export type FaultWishes = NonNullable<paths['/_sim/faults']['put']['requestBody']>['content']['application/json'];

/** What goes wrong in the workspace, by name. */
export class DeskFaults {
  constructor(private readonly client: IntakeApi) {}

  /** Arms these faults and no others. */
  async set(faults: FaultWishes): Promise<Schema<'FaultStateDto'>[]> {
    return (await bodyOf(this.client.PUT('/_sim/faults', { body: faults }))).faults;
  }

  /** Those that are armed, and how often each has struck. */
  async get(): Promise<Schema<'FaultStateDto'>[]> {
    return (await bodyOf(this.client.GET('/_sim/faults'))).faults;
  }

  async clear(): Promise<void> {
    await bodyOf(this.client.DELETE('/_sim/faults'));
  }
}
