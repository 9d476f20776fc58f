import { Inject, Injectable } from '@nestjs/common';
import { DeclarationsStore, type DeclarationRow } from '../../declarations/declarations.store.ts';
import { ENV, type Environment } from '../../platform/env.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { OfficeOfficer } from '../../staff/officer.ts';
import { DeskClock } from '../desk-clock.service.ts';
import { Cast } from './cast.service.ts';
import { CitizenSteps } from './citizen.steps.ts';
import type { StepName } from './journeys.ts';
import { OfficerSteps, type AtWork } from './officer.steps.ts';
import { PreparedPhotos } from './prepared-photos.service.ts';
import type { Scene } from './scene.ts';

/** Where a dossier is sent, or brought, that is not to stay where it is. */
const OTHER_OFFICES = ['03103', '03102'] as const;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What each step of a journey is: somebody does something, and the scene remembers what came of it. */
@Injectable()
export class Playbook {
  private readonly expiryDays: number;

  constructor(
    private readonly citizen: CitizenSteps,
    private readonly counter: OfficerSteps,
    private readonly cast: Cast,
    private readonly photos: PreparedPhotos,
    private readonly declarations: DeclarationsStore,
    private readonly clock: DeskClock,
    @Inject(ENV) { expiryDays }: Pick<Environment, 'expiryDays'>,
  ) {
    this.expiryDays = expiryDays;
  }

  /** @throws Refusal as the rules say */
  plays(step: StepName, scene: Scene): Promise<void> {
    return this.steps[step](scene);
  }

  /** Somebody new who works at an office and may approve. */
  newcomer(officeCode: string): Promise<OfficeOfficer> {
    return this.counter.newcomer(officeCode);
  }

  private readonly steps: Readonly<Record<StepName, (scene: Scene) => Promise<void>>> = {
    draft: (scene) => this.citizen.draft(scene),
    photos: (scene) => this.citizen.putPhotos(scene),
    'confirm-mail': (scene) => this.citizen.confirmMail(scene),
    'submit-draft': (scene) => this.citizen.submitDraft(scene),
    submit: (scene) => this.citizen.submit(scene),
    visit: async (scene) => {
      scene.secondOfficer = await this.counter.newcomer(otherOffice(scene.form.officeCode));
      await this.counter.visit(scene.secondOfficer, scene.dossierNumber!, scene.form.idNumber);
    },
    lease: async (scene) => {
      scene.lease = await this.counter.lease(await this.atWork(scene));
    },
    'lease-again': async (scene) => {
      scene.lostLease = scene.lease!;
      scene.lease = await this.counter.lease(await this.atWork(scene));
    },
    'return-photo': (scene) => this.deciding(scene, (at) => this.counter.returnPhoto(at)),
    'return-fields': (scene) => this.deciding(scene, (at) => this.counter.returnFields(at)),
    'amend-photo': (scene) => this.citizen.amendPhoto(scene),
    resubmit: (scene) => this.citizen.resubmit(scene),
    reject: (scene) => this.deciding(scene, (at) => this.counter.reject(at, 'no-identity-paper')),
    'reject-as-not-filed': (scene) => this.deciding(scene, (at) => this.counter.reject(at, 'not-filed-by-this-person')),
    transfer: async (scene) => {
      const officeCode = otherOffice(scene.form.officeCode);
      await this.deciding(scene, (at) => this.counter.transfer(at, officeCode));
      scene.secondOfficer = scene.officer!;
      scene.officer = await this.counter.newcomer(officeCode);
    },
    withdraw: (scene) => this.citizen.withdraw(scene),
    approve: (scene) => this.deciding(scene, (at) => this.counter.approve(at, scene.form.idNumber)),
    'propose-phone': async (scene) => this.counter.proposePhone(await this.atWork(scene)),
    'confirm-phone': async (scene) => {
      const at = await this.atWork(scene);
      scene.secondOfficer = await this.counter.newcomer(at.officer.officeCode);
      await this.counter.confirmPhone({ ...at, officer: scene.secondOfficer });
    },
    'reissue-credentials': async (scene) => this.counter.reissue(await this.atWork(scene)),
    'log-in': (scene) => this.citizen.logIn(scene),
    'change-password': (scene) => this.citizen.changePassword(scene),
    'five-wrong-passwords': (scene) => this.citizen.lockOut(scene),
    'family-approved': (scene) => this.approveRelative(scene),
    'wait-until-overdue': async (scene) => {
      const { due_on: dueOn } = await this.rowOf(scene);
      // The day ends in Vietnam.
      await this.waitUntil(Date.parse(`${dueOn}T24:00:00+07:00`));
    },
    'wait-until-expired': async (scene) => {
      const { status_since: since } = await this.rowOf(scene);
      await this.waitUntil(since.getTime() + this.expiryDays * DAY_MS);
    },
  };

  private async atWork(scene: Scene): Promise<AtWork> {
    const officer = (scene.officer ??= await this.counter.newcomer(scene.form.officeCode));
    return { officer, declarationId: scene.declarationId!, lease: scene.lease };
  }

  /** Every decision ends the lease. */
  private async deciding(scene: Scene, decide: (at: AtWork) => Promise<void>): Promise<void> {
    await decide(await this.atWork(scene));
    delete scene.lease;
  }

  /** A whole journey of somebody else, of whom the scene keeps nothing but the phone that both have. */
  private async approveRelative({ form, address }: Scene): Promise<void> {
    const relative = await this.cast.somebody(undefined);
    const scene: Scene = {
      form: { ...form, ...relative.form, phone: form.phone, officeCode: form.officeCode },
      sitter: undefined,
      address,
      photos: () => this.photos.arrive(undefined),
    };
    for (const step of ['submit', 'lease', 'approve'] as const) await this.steps[step](scene);
  }

  private async rowOf({ declarationId }: Scene): Promise<DeclarationRow> {
    const row = await this.declarations.find(declarationId!);
    if (!row) throw new Refusal('service-unavailable');
    return row;
  }

  /** All that falls due on the way, for whomever, has happened when this is over. */
  private async waitUntil(instant: number): Promise<void> {
    await this.clock.set({ now: new Date(instant + MINUTE_MS), frozen: undefined });
  }
}

/** An office that is not this one. */
export function otherOffice(officeCode: string): string {
  return OTHER_OFFICES.find((other) => other !== officeCode)!;
}
