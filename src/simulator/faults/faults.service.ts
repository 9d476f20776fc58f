import { Injectable, type OnModuleInit } from '@nestjs/common';
import { currentWorkspace } from '../../platform/workspace/workspace.context.ts';
import { DeskNews } from '../desk-news.ts';
import type { ArmedFault } from './armed-fault.entity.ts';
import { FaultBoard } from './fault-board.ts';
import { FAULTS, type FaultArea, type FaultName, type FaultParameters } from './fault-catalogue.ts';
import { faultWishesOf } from './fault-wish.ts';
import { FaultStore } from './fault.store.ts';

/** A fault of the workspace as the desk shows it. */
export interface FaultState {
  readonly name: FaultName;
  readonly area: FaultArea;
  readonly count?: number;
  /** How often it will still strike. */
  readonly left?: number;
  readonly probability?: number;
  readonly seed?: number;
  readonly skip: number;
  /** Occasions so far, and those at which it struck. */
  readonly met: number;
  readonly hits: number;
  readonly parameters: FaultParameters;
}

const TOPIC = 'faults';
const WORKSPACES = 'workspaces';

/** Arms and disarms the faults of the current workspace, for every copy. */
@Injectable()
export class FaultsService implements OnModuleInit {
  constructor(
    private readonly store: FaultStore,
    private readonly board: FaultBoard,
    private readonly news: DeskNews,
  ) {}

  onModuleInit(): void {
    this.board.attach(this.store);
    // A workspace that is made anew, or out of another, may have others than its name had before.
    for (const topic of [TOPIC, WORKSPACES]) this.news.on(topic, (workspace) => this.board.forget(workspace));
  }

  async list(): Promise<FaultState[]> {
    return (await this.store.list()).map(stateOf);
  }

  /**
   * Arms these, from nought, and no others.
   * @throws Refusal `validation-failed` naming every bad key
   */
  async arm(wishes: object): Promise<FaultState[]> {
    await this.store.replace(faultWishesOf(wishes));
    await this.news.announce(TOPIC, currentWorkspace().name);
    return this.list();
  }
}

function stateOf({ name, count, probability, seed, skip, parameters, met, hits }: ArmedFault): FaultState {
  const mode = count === null ? { probability: probability!, seed: seed! } : { count, left: count - hits };
  return { name, area: FAULTS[name].area, ...mode, skip, met, hits, parameters };
}
