import { AsyncLocalStorage } from 'node:async_hooks';
import { currentWorkspace } from '../../platform/workspace/workspace.context.ts';
import { parametersOf, type FaultName, type FaultParameters } from './fault-catalogue.ts';
import type { FaultWish } from './fault-wish.ts';
import type { FaultStore } from './fault.store.ts';

/** A fault that has struck. */
export interface Strike<Name extends FaultName = FaultName> {
  readonly name: Name;
  readonly parameters: FaultParameters;
}

/** A fault that a request asked for itself. */
interface OwnFault {
  skip: number;
  left: number;
  readonly parameters: FaultParameters;
}

type OwnFaults = ReadonlyMap<FaultName, OwnFault>;

const NOTHING: ReadonlySet<FaultName> = new Set();

/**
 * Where whoever could be struck asks. Which faults may strike stands in memory, workspace by workspace, so that while none is armed
 * nothing is asked of the database; each occasion of an armed one is counted there.
 */
export class FaultBoard {
  private readonly requests = new AsyncLocalStorage<OwnFaults>();
  private readonly armed = new Map<string, ReadonlySet<FaultName> | Promise<ReadonlySet<FaultName>>>();
  private store: FaultStore | undefined;
  private onStrike: ((name: FaultName) => void) | undefined;

  /** Until then nothing is armed. */
  attach(store: FaultStore): void {
    this.store = store;
  }

  /** Tells of every fault that strikes, in its workspace. */
  tellStrikes(listener: (name: FaultName) => void): void {
    this.onStrike = listener;
  }

  /** What is known of this workspace, or of all, may be wrong by now: it is read again when it is next needed. */
  forget(workspace: string | undefined): void {
    if (workspace === undefined) this.armed.clear();
    else this.armed.delete(workspace);
  }

  /** Runs a request of the API, with the faults it asked for itself. */
  inRequest<T>(wishes: readonly FaultWish[], work: () => T): T {
    const own = wishes.map(
      ({ name, skip, parameters, ...mode }) => [name, { skip, parameters, left: 'count' in mode ? mode.count : 0 }] as const,
    );
    return this.requests.run(new Map(own), work);
  }

  /** Whether this runs because of a request of the API, rather than of the desk or by itself. */
  get isRequest(): boolean {
    return this.requests.getStore() !== undefined;
  }

  /** Whether one of them might strike here and now. Counts nothing. */
  async mayStrike(names: readonly FaultName[]): Promise<boolean> {
    const own = this.requests.getStore();
    if (own && names.some((name) => (own.get(name)?.left ?? 0) > 0)) return true;
    const armed = this.armedHere();
    const known = armed instanceof Promise ? await armed : armed;
    return known.size > 0 && names.some((name) => known.has(name));
  }

  /** This is an occasion for any of them, in this order: the first that strikes, if one does. */
  async meet<Name extends FaultName>(names: readonly Name[]): Promise<Strike<Name> | undefined> {
    if (!(await this.mayStrike(names))) return undefined;
    for (const name of names) {
      const parameters = this.meetOwn(name) ?? (await this.meetArmed(name));
      if (!parameters) continue;
      this.onStrike?.(name);
      return { name, parameters };
    }
    return undefined;
  }

  private meetOwn(name: FaultName): FaultParameters | undefined {
    const own = this.requests.getStore()?.get(name);
    if (!own || own.left === 0) return undefined;
    if (own.skip > 0) return void own.skip--;
    own.left--;
    return parametersOf(name, own.parameters);
  }

  private async meetArmed(name: FaultName): Promise<FaultParameters | undefined> {
    const armed = this.armedHere();
    const known = armed instanceof Promise ? await armed : armed;
    if (!this.store || !known.has(name)) return undefined;
    const meeting = await this.store.meet(name);
    if (!meeting || meeting.spent) this.disarm(known, name);
    return meeting?.struck && parametersOf(name, meeting.struck);
  }

  private disarm(known: ReadonlySet<FaultName>, name: FaultName): void {
    const workspace = currentWorkspace().name;
    // Somebody may have armed it anew meanwhile.
    if (this.armed.get(workspace) === known) this.armed.set(workspace, new Set([...known].filter((other) => other !== name)));
  }

  private armedHere(): ReadonlySet<FaultName> | Promise<ReadonlySet<FaultName>> {
    if (!this.store) return NOTHING;
    const { name } = currentWorkspace();
    const known = this.armed.get(name);
    if (known) return known;
    const asked = this.store.armed();
    // Who needs no database goes on without one; it is asked again at the next occasion.
    const reading = asked.then(
      (names) => (names.length > 0 ? new Set(names) : NOTHING),
      () => NOTHING,
    );
    this.armed.set(name, reading);
    asked.then(
      async () => this.armed.get(name) === reading && this.armed.set(name, await reading),
      () => this.armed.get(name) === reading && this.armed.delete(name),
    );
    return reading;
  }
}
