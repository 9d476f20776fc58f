import { Injectable } from '@nestjs/common';
import { DeclarationsStore } from '../../declarations/declarations.store.ts';
import type { Status } from '../../declarations/status.rule.ts';
import { Relay } from '../../messages/relay.ts';
import { OfficesService } from '../../offices/offices.service.ts';
import { Refusal, validationFailed } from '../../platform/refusal.ts';
import type { OfficeOfficer } from '../../staff/officer.ts';
import type { Lease } from '../../verification/leases.service.ts';
import { DeskPersonas, type DeskPersona, type FilledForm } from '../personas/personas.service.ts';
import { InboxService, type InboxItem } from '../providers/inbox.service.ts';
import { SimulatedStaff } from '../simulated-staff.ts';
import { Cast, declared } from './cast.service.ts';
import { findJourney, type Journey, type StepName } from './journeys.ts';
import { Playbook } from './playbook.service.ts';
import { PreparedPhotos } from './prepared-photos.service.ts';
import type { Scene, SentForm } from './scene.ts';

export interface JourneyWish {
  readonly persona?: string | undefined;
  readonly officeCode?: string | undefined;
}

interface StaffAccess {
  readonly accessToken: string;
  readonly staff: { id: string; username: string; fullName: string; role: OfficeOfficer['role']; officeCode: string; mayApprove: boolean };
}

/** Where a journey has led, with all that is needed to go on from there. */
export interface Played {
  readonly name: string;
  readonly steps: readonly StepName[];
  readonly persona: string | null;
  readonly declarationId: string;
  readonly dossierNumber: string | null;
  readonly status: Status;
  readonly version: number;
  readonly revision: number;
  readonly officeCode: string;
  readonly form: SentForm;
  readonly trackingCode: string | null;
  readonly draftToken: string | null;
  readonly citizen: { insuranceNumber: string; password: string | null; accessToken: string | null; refreshToken: string | null };
  /** A clerk of the office that has it, who may approve. */
  readonly staff: StaffAccess;
  readonly secondStaff: StaffAccess | null;
  readonly lease: Lease | null;
  readonly lostLease: Lease | null;
  readonly messages: readonly InboxItem[];
}

/** How often another person is looked for when somebody else was quicker. */
const MOST_CASTINGS = 3;
/** An address of one's own: what confirms it is read from there, while others play the same. */
const mailOf = ({ insuranceNumber }: FilledForm) => ({
  emailCopy: true,
  emailForNotices: true,
  email: `cong.dan.${insuranceNumber}@example.com`,
});

/** Plays journeys: each step is what a person does, by the services that the API's routes call, so that every rule holds. */
@Injectable()
export class Journeys {
  constructor(
    private readonly cast: Cast,
    private readonly personas: DeskPersonas,
    private readonly offices: OfficesService,
    private readonly playbook: Playbook,
    private readonly photos: PreparedPhotos,
    private readonly declarations: DeclarationsStore,
    private readonly staff: SimulatedStaff,
    private readonly inbox: InboxService,
    private readonly relay: Relay,
  ) {}

  /** @throws Refusal `not-found` for an unknown journey, `validation-failed`, and whatever the rules refuse on the way */
  async play(name: string, wish: JourneyWish, address: string): Promise<Played> {
    const journey = findJourney(name);
    if (!journey) throw new Refusal('not-found');
    const fault = wish.officeCode === undefined ? undefined : this.offices.officeFault(wish.officeCode);
    const isNobody = wish.persona !== undefined && (await this.personas.find(wish.persona)) === undefined;
    const faults = [
      ...(fault ? [{ pointer: '/officeCode', ...fault }] : []),
      ...(isNobody ? [{ pointer: '/persona', code: 'bad-format' as const }] : []),
    ];
    if (faults.length > 0) throw validationFailed(faults);
    for (let casting = 1; ; casting++) {
      try {
        return await this.playOnce(journey, wish, address);
      } catch (error) {
        const wasTaken = error instanceof Refusal && (error.code === 'declaration-already-open' || error.code === 'already-registered');
        if (!wasTaken || wish.persona !== undefined || casting >= MOST_CASTINGS) throw error;
      }
    }
  }

  private async playOnce(journey: Journey, wish: JourneyWish, address: string): Promise<Played> {
    const persona = wish.persona === undefined ? await this.cast.somebody(journey.declares) : await this.personas.get(wish.persona);
    const scene = this.sceneOf(journey, persona, wish, address);
    for (const step of journey.steps) await this.playbook.plays(step, scene);
    return this.told(journey, wish, scene);
  }

  private sceneOf({ declares }: Journey, persona: DeskPersona, wish: JourneyWish, address: string): Scene {
    const sitter = wish.persona === undefined ? undefined : this.personas.sitter(persona);
    return {
      form: {
        ...declared(persona.form, declares),
        ...(wish.officeCode !== undefined && { officeCode: wish.officeCode }),
        ...(declares === 'mail' && mailOf(persona.form)),
        commitmentAccepted: true,
        dataProcessingAccepted: true,
      },
      sitter,
      address,
      photos: () => this.photos.arrive(sitter),
    };
  }

  private async told(journey: Journey, wish: JourneyWish, scene: Scene): Promise<Played> {
    const row = await this.declarations.find(scene.declarationId!);
    if (!row) throw new Refusal('service-unavailable');
    const officeCode = row.office_code ?? scene.form.officeCode;
    const officer = scene.officer ?? (await this.playbook.newcomer(officeCode));
    const [staff, secondStaff, messages] = await Promise.all([
      this.accessOf(officer),
      scene.secondOfficer ? this.accessOf(scene.secondOfficer) : null,
      scene.dossierNumber === undefined ? [] : this.arrived(scene.dossierNumber),
    ]);
    const password = scene.password ?? messages.find(({ template }) => template === 'credentials')?.fields.password ?? null;
    return {
      name: journey.name,
      steps: journey.steps,
      persona: wish.persona ?? null,
      declarationId: row.id,
      dossierNumber: row.dossier_number,
      status: row.status,
      version: row.version,
      revision: row.revision,
      officeCode,
      form: scene.form,
      trackingCode: scene.trackingCode ?? null,
      draftToken: scene.draftToken ?? null,
      citizen: {
        insuranceNumber: scene.form.insuranceNumber,
        password,
        accessToken: scene.accessToken ?? null,
        refreshToken: scene.refreshToken ?? null,
      },
      staff,
      secondStaff,
      lease: row.status === 'IN_VERIFICATION' ? (scene.lease ?? null) : null,
      lostLease: scene.lostLease ?? null,
      messages,
    };
  }

  /** Newest first, with what was only just written. */
  private async arrived(dossierNumber: string): Promise<InboxItem[]> {
    await this.relay.drainOnce();
    return this.inbox.list({ dossierNumber });
  }

  private async accessOf({ id, username, fullName, role, officeCode, mayApprove }: OfficeOfficer): Promise<StaffAccess> {
    return { accessToken: await this.staff.tokenFor({ id }), staff: { id, username, fullName, role, officeCode, mayApprove } };
  }
}
