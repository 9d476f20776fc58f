import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DeclarationsService } from '../../declarations/declarations.service.ts';
import { DeclarationsStore, type DeclarationRow } from '../../declarations/declarations.store.ts';
import { Clock } from '../../platform/clock.ts';
import { Database } from '../../platform/database/database.ts';
import { Randomness } from '../../platform/randomness.ts';
import { Refusal, validationFailed } from '../../platform/refusal.ts';
import { currentWorkspace } from '../../platform/workspace/workspace.context.ts';
import { DeskNews } from '../desk-news.ts';
import { RESET_NEWS } from '../desk-reset.service.ts';
import { OfficerSteps, type AtWork } from '../journeys/officer.steps.ts';
import { otherOffice } from '../journeys/playbook.service.ts';
import { WORKSPACE_NEWS } from '../workspaces/workspaces.service.ts';
import { GHOST_SCRIPTS, type GhostAct, type GhostMoment, type GhostScriptName } from './ghost-scripts.ts';

export interface GhostWish {
  readonly declarationId?: string | undefined;
  readonly dossierNumber?: string | undefined;
  readonly script: GhostScriptName;
  readonly when: GhostMoment;
}

export interface Ghost {
  readonly id: string;
  readonly declarationId: string;
  readonly script: GhostScriptName;
  readonly when: GhostMoment;
  /** `waiting` for its moment or for the next act · `done` · `refused` by a rule, which ends its script. */
  state: 'waiting' | 'acting' | 'done' | 'refused';
  /** What it tried so far; `outcome` is `done` or the code of the refusal. */
  readonly acts: { at: string; act: GhostAct; outcome: string }[];
}

interface Haunting extends Ghost {
  at?: AtWork;
  next: number;
  requestsToPass: number;
}

/** What a request that a client makes means to a ghost. */
export type Passing = 'before-write' | 'before-read' | 'after-read';

/** Of one workspace; what has been over longest makes room. */
const MOST_GHOSTS = 100;
const REQUESTS_TO_PASS = 2;

/**
 * Second actors by script: between a client's read and its write they do what an officer, or the citizen, could have done just then.
 * They are kept in memory by the copy that was asked, workspace by workspace, and act on the requests that this copy serves.
 */
@Injectable()
export class Ghosts implements OnModuleInit {
  private readonly byWorkspace = new Map<string, Haunting[]>();

  constructor(
    private readonly database: Database,
    private readonly declarations: DeclarationsStore,
    private readonly citizens: DeclarationsService,
    private readonly counter: OfficerSteps,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
    private readonly news: DeskNews,
  ) {}

  /** Where the dossiers have gone, or another workspace has come in the name's place, nobody is left to haunt. */
  onModuleInit(): void {
    for (const topic of [RESET_NEWS, WORKSPACE_NEWS]) {
      this.news.on(topic, (workspace) => void (workspace !== undefined && this.byWorkspace.delete(workspace)));
    }
  }

  list(): Ghost[] {
    return this.here().map(shown);
  }

  /** @throws Refusal `validation-failed`, `not-found` when there is no such dossier */
  async summon(wish: GhostWish): Promise<Ghost> {
    const declarationId = await this.dossierOf(wish);
    const { script, when } = wish;
    const ghost: Haunting = {
      id: this.randomness.uuid(),
      declarationId,
      script,
      when,
      state: 'waiting',
      acts: [],
      next: 0,
      requestsToPass: REQUESTS_TO_PASS,
    };
    const { name } = currentWorkspace();
    const before = this.here();
    const over = before.length < MOST_GHOSTS ? undefined : before.find(({ state }) => state === 'done' || state === 'refused');
    if (before.length >= MOST_GHOSTS && !over) throw new Refusal('too-many-attempts', { retryAfter: 1 });
    this.byWorkspace.set(name, [...before.filter((known) => known !== over), ghost]);
    if (when === 'now') await this.act(ghost);
    return shown(ghost);
  }

  /** @param id of one ghost; absent = all. @throws Refusal `not-found` */
  dismiss(id?: string): void {
    const here = this.here();
    if (id !== undefined && !here.some((ghost) => ghost.id === id)) throw new Refusal('not-found');
    const left = id === undefined ? [] : here.filter((ghost) => ghost.id !== id);
    const { name } = currentWorkspace();
    if (left.length === 0) this.byWorkspace.delete(name);
    else this.byWorkspace.set(name, left);
  }

  /** Whether any ghost waits for a request about this dossier. Costs nothing where there are none. */
  haunt(declarationId: string | undefined): boolean {
    return this.byWorkspace.size > 0 && this.here().some((ghost) => ghost.declarationId === declarationId && ghost.state === 'waiting');
  }

  /** A client's request passes: those whose moment this is act, one after the other, before it goes on. */
  async pass(declarationId: string, passing: Passing): Promise<void> {
    for (const ghost of this.here()) {
      if (ghost.declarationId !== declarationId || ghost.state !== 'waiting') continue;
      const hasBegun = ghost.next > 0;
      if (hasBegun && passing !== 'after-read' && ghost.requestsToPass-- > 0) continue;
      if (hasBegun ? passing !== 'after-read' : isMoment(ghost, passing)) await this.act(ghost);
    }
  }

  private here(): Haunting[] {
    return this.byWorkspace.get(currentWorkspace().name) ?? [];
  }

  private async dossierOf({ declarationId, dossierNumber }: GhostWish): Promise<string> {
    if ((declarationId === undefined) === (dossierNumber === undefined)) {
      const code = declarationId === undefined ? 'required' : 'unknown-field';
      throw validationFailed([{ pointer: '/declarationId', code }]);
    }
    const [row] = await this.database.rows<{ id: string }>(
      `SELECT id FROM declarations WHERE (id::text = $1 OR dossier_number = $2) AND status <> 'DRAFT'`,
      [declarationId ?? null, dossierNumber ?? null],
    );
    if (!row) throw new Refusal('not-found');
    return row.id;
  }

  private async act(ghost: Haunting): Promise<void> {
    // Said at once, so that of two requests at the same time only one sees it act.
    ghost.state = 'acting';
    const acts: readonly GhostAct[] = GHOST_SCRIPTS[ghost.script].acts;
    while (ghost.next < acts.length) {
      const act = acts[ghost.next]!;
      if (act === 'let-two-requests-pass' && ghost.requestsToPass > 0) {
        ghost.state = 'waiting';
        return;
      }
      ghost.next++;
      if (act !== 'let-two-requests-pass' && !(await this.tried(ghost, act))) return;
    }
    ghost.state = 'done';
  }

  /** @returns whether the rules let it; anything but a refusal is a fault of ours, and is thrown */
  private async tried(ghost: Haunting, act: GhostAct): Promise<boolean> {
    const at = (await this.clock.now()).toISOString();
    try {
      const row = await this.declarations.find(ghost.declarationId);
      if (!row) throw new Refusal('not-found');
      await this.does(act, ghost, row);
      ghost.acts.push({ at, act, outcome: 'done' });
      return true;
    } catch (error) {
      ghost.state = 'refused';
      if (!(error instanceof Refusal)) throw error;
      ghost.acts.push({ at, act, outcome: error.code });
      return false;
    }
  }

  private async does(act: GhostAct, ghost: Haunting, row: DeclarationRow): Promise<void> {
    if (act === 'withdraw') return void (await this.citizens.withdraw(row.id, undefined));
    if (act === 'lease-in-another-window') return void (await this.counter.lease(holderAtWork(row)));
    const at = (ghost.at ??= { officer: await this.counter.newcomer(row.office_code!), declarationId: row.id });
    if (act === 'lease') ghost.at = { ...at, lease: await this.counter.lease(at) };
    if (act === 'approve') await this.counter.approve(at, row.id_number!);
    if (act === 'return-photo') await this.counter.returnPhoto(at);
    if (act === 'reject') await this.counter.reject(at, 'no-identity-paper');
    if (act === 'transfer') await this.counter.transfer(at, otherOffice(row.office_code!));
  }
}

function isMoment({ when }: Haunting, passing: Passing): boolean {
  return (when === 'before-my-next-write' && passing === 'before-write') || (when === 'after-my-next-read' && passing === 'after-read');
}

/** Whoever holds the dossier, in another window. @throws Refusal `lease-required` when nobody does */
function holderAtWork({
  id,
  lease_holder_id: holderId,
  lease_office_code: officeCode,
  lease_holder_name: fullName,
}: DeclarationRow): AtWork {
  if (holderId === null || officeCode === null) throw new Refusal('lease-required');
  const officer = {
    id: holderId,
    officeCode,
    fullName: fullName ?? '',
    username: '',
    role: 'clerk',
    mayApprove: false,
    sessionId: '',
    mustChangePassword: false,
  } as const;
  return { officer, declarationId: id };
}

function shown({ id, declarationId, script, when, state, acts }: Haunting): Ghost {
  return { id, declarationId, script, when, state, acts };
}
