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

  /** For every counter: each number that it gave with its dossier, where the desk made it jump, and what is missing. */
  async continuity(): Promise<Schema<'ContinuityAnswer'>['counters']> {
    const ask = (cursor?: string | null) =>
      bodyOf(this.client.GET('/_sim/counters/continuity', { params: { query: { limit: 10_000, ...(cursor && { cursor }) } } }));
    const first = await ask();
    const numbers = first.counters.map((counter) => [...counter.numbers]);
    for (let page = first; page.nextCursor;) {
      page = await ask(page.nextCursor);
      for (const { numbers: more, ...counter } of page.counters) numbers[placeOf(counter, first.counters)]?.push(...more);
    }
    return first.counters.map((counter, place) => ({ ...counter, numbers: numbers[place]! }));
  }
}

type CounterName = Pick<Schema<'CounterDto'>, 'officeCode' | 'kind' | 'year'>;

function placeOf({ officeCode, kind, year }: CounterName, counters: readonly CounterName[]): number {
  return counters.findIndex((counter) => counter.officeCode === officeCode && counter.kind === kind && counter.year === year);
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
