import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { birthYearOf } from '../../declarations/rules/id-number.rule.ts';
import { Lane } from '../../messages/relay.lane.ts';
import { Housekeeping } from '../../platform/housekeeping.ts';
import { describeError, log } from '../../platform/log.ts';
import { foldForSearch } from '../../platform/text/vietnamese.ts';
import { currentWorkspace, DEFAULT_WORKSPACE, inWorkspace, type Workspace } from '../../platform/workspace/workspace.context.ts';
import { isWorkspaceGone } from '../../platform/workspace/workspace-gone.ts';
import { Workspaces } from '../../platform/workspace/workspaces.ts';
import { Registry } from '../../registry/registry.port.ts';
import { ComparisonsStore, type ComparedDossier, type Found } from './comparisons.store.ts';
import { byWeight, MOST_CANDIDATES, signsBetween, type Compared } from './duplicate-signs.rule.ts';

const POLL_MILLISECONDS = 1_000;
const BATCH = 50;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** As long as a reader of the queue waits for what is being compared. */
const PATIENCE_MILLISECONDS = 1_000;

/**
 * Compares each dossier with all others, whatever door it came through: triggers write down in the transaction of the sending what is
 * to be compared, and here it is done, within a second, outside of every request. What a crash interrupts is still written down.
 * Whoever opens a dossier or the queue before that has it compared first, so that only `default` is polled.
 */
@Injectable()
export class Comparisons implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly lanes = new Map<string, Lane>();
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly store: ComparisonsStore,
    private readonly registry: Registry,
    private readonly housekeeping: Housekeeping,
    private readonly workspaces: Workspaces,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register({ name: 'compare dossiers', run: () => this.lane(currentWorkspace()).run() });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.poll(), POLL_MILLISECONDS).unref();
    this.workspaces.onForgotten((name) => this.lanes.delete(name));
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stopping = true;
    await Promise.all([...this.lanes.values()].map((lane) => lane.settled()));
  }

  /** Compares the dossier now, unless that has been done since it was last sent. @returns how many were compared */
  async compareIfDue(id: string): Promise<number> {
    const due = await this.store.findDue(id);
    if (!due) return 0;
    await this.compare(due);
    return 1;
  }

  /** Compares what is due, for whoever is about to look at all dossiers; not for longer than a reader would wait. */
  async catchUp(): Promise<void> {
    const [due] = await this.store.due(BEFORE_ALL, 1);
    if (!due) return;
    const patience = new AbortController();
    await Promise.race([
      this.runUnattended(this.lane(currentWorkspace())),
      pause(PATIENCE_MILLISECONDS, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  }

  private poll(): void {
    const lane = this.lane(DEFAULT_WORKSPACE);
    if (lane.idle) void this.runUnattended(lane);
  }

  private async runUnattended(lane: Lane): Promise<void> {
    await lane.run().catch((error: unknown) => log.warn({ error: describeError(error) }, 'dossiers could not be compared'));
  }

  private lane(workspace: Workspace): Lane {
    let lane = this.lanes.get(workspace.name);
    if (!lane)
      this.lanes.set(workspace.name, (lane = new Lane(() => inWorkspace({ ...workspace, chance: undefined }, () => this.compareAllDue()))));
    return lane;
  }

  /**
   * One after the other: nobody waits for it. What fails is left for the next time, and holds up nothing behind it; what is left when the
   * service stops is still written down. Of many that are due, each copy begins somewhere else.
   */
  private async compareAllDue(): Promise<number> {
    let compared = 0;
    for (let after = BEFORE_ALL; ;) {
      const due = await this.store.due(after, BATCH).catch(unlessGone);
      const first = due.length > 1 ? randomInt(due.length) : 0;
      for (const { id } of [...due.slice(first), ...due.slice(0, first)]) {
        if (this.stopping || this.housekeeping.stopping.aborted) return compared;
        try {
          compared += await this.compareIfDue(id);
        } catch (error) {
          log.warn({ error: describeError(error), declarationId: id }, 'a dossier could not be compared');
        }
      }
      const last = due.at(-1);
      if (!last || due.length < BATCH) return compared;
      after = last.id;
    }
  }

  private async compare({ id, asked }: { id: string; asked: number }): Promise<void> {
    const [dossier] = await this.store.dossiers([id]);
    if (dossier) {
      const person = await this.personIn(dossier);
      await this.store.describe(id, person);
      const own = { ...dossier, ...person };
      const candidates = await this.store.candidates(own);
      if (candidates.length > 0) await this.keep(own, await this.store.dossiers(candidates));
    }
    await this.store.answered(id, asked);
  }

  /** The registry's birth date where it knows somebody of this name by one of the two numbers, else the year within the ID number. */
  private async personIn({
    fullName,
    insuranceNumber,
    idNumber,
    idType,
  }: ComparedDossier): Promise<Pick<Compared, 'name' | 'birthDate' | 'birthYear'>> {
    const name = foldForSearch(fullName);
    const known = await Promise.all([this.registry.findByInsuranceNumber(insuranceNumber), this.registry.findByIdNumber(idNumber)]);
    const birthDate = known.find((person) => person && foldForSearch(person.fullName) === name)?.dateOfBirth ?? null;
    if (birthDate !== null) return { name, birthDate, birthYear: Number(birthDate.slice(0, 4)) };
    return { name, birthDate, birthYear: idType === 'cccd' ? birthYearOf(idNumber) : null };
  }

  private async keep(own: ComparedDossier, others: readonly ComparedDossier[]): Promise<void> {
    const newest = others.toSorted((one, other) => other.submittedAt.getTime() - one.submittedAt.getTime());
    const findings: Found[] = newest.map((other) => ({ other: other.id, signs: signsBetween(own, other) }));
    const alike = findings.filter(({ signs }) => signs.length > 0).sort((one, other) => byWeight(one.signs, other.signs));
    const unlike = findings.filter(({ signs }) => signs.length === 0).map(({ other }) => other);
    await this.store.keep(own.id, alike.slice(0, MOST_CANDIDATES), unlike);
  }
}

/** In a workspace that was removed meanwhile nothing is due. */
function unlessGone(error: unknown): [] {
  if (isWorkspaceGone(error)) return [];
  throw error;
}
