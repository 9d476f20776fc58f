import { Injectable } from '@nestjs/common';
import { CredentialsReissue } from '../../verification/credentials-reissue.service.ts';
import { DecisionsService, type DecisionContext } from '../../verification/decisions.service.ts';
import { LeasesService, type Lease } from '../../verification/leases.service.ts';
import { PhoneChanges } from '../../verification/phone-changes.service.ts';
import { VisitsService } from '../../verification/visits.service.ts';
import type { OfficeOfficer } from '../../staff/officer.ts';
import { SimulatedStaff } from '../simulated-staff.ts';

/** An officer at work on a dossier: who, on which, and by which lease. */
export interface AtWork {
  readonly officer: OfficeOfficer;
  readonly declarationId: string;
  readonly lease?: Lease | undefined;
}

const ANY_VERSION = { holdsFor: () => true };

/** Another phone of the invented range. */
export const NEW_PHONE = '0352153099';
const WHY_PHONE = 'Số cũ không liên lạc được';

/** What officers do: through the services behind the counter's own routes, whose every rule and refusal holds. */
@Injectable()
export class OfficerSteps {
  constructor(
    private readonly staff: SimulatedStaff,
    private readonly leases: LeasesService,
    private readonly decisions: DecisionsService,
    private readonly phones: PhoneChanges,
    private readonly reissues: CredentialsReissue,
    private readonly visits: VisitsService,
  ) {}

  /** Somebody new who works at an office and may approve. */
  async newcomer(officeCode: string): Promise<OfficeOfficer> {
    const staff = await this.staff.newcomer('clerk', officeCode);
    // What an officer may do hangs on the person; sessions are for those who come over HTTP.
    return { ...staff, officeCode, sessionId: '', mustChangePassword: false };
  }

  async lease({ officer, declarationId }: AtWork): Promise<Lease> {
    const { body } = await this.leases.take(officer, declarationId, undefined);
    const { leaseToken, since, until } = body;
    return { leaseToken, since, until };
  }

  async approve(at: AtWork, originalIdNumber: string): Promise<void> {
    const checklist = {
      personPresent: true,
      originalIdSeen: true,
      originalIdNumber,
      portraitMatches: true,
      phoneConfirmed: true,
      formSigned: true,
      registryUnknownConfirmed: true,
    };
    await this.decisions.approve(contextOf(at), { checklist });
  }

  async returnPhoto(at: AtWork): Promise<void> {
    await this.decisions.return(contextOf(at), [{ slot: 'portrait', reasonCode: 'photo-blurred' }], undefined);
  }

  async returnFields(at: AtWork): Promise<void> {
    const items = [
      { field: 'phone', reasonCode: 'phone-not-own' },
      { field: 'street', reasonCode: 'address-incomplete' },
    ] as const;
    await this.decisions.return(contextOf(at), [...items], undefined);
  }

  async reject(at: AtWork, reasonCode: 'no-identity-paper' | 'not-filed-by-this-person'): Promise<void> {
    await this.decisions.reject(contextOf(at), { reasonCode }, undefined);
  }

  async transfer(at: AtWork, officeCode: string): Promise<void> {
    await this.decisions.transfer(contextOf(at), officeCode, 'Theo nơi cư trú');
  }

  async proposePhone({ officer, declarationId }: AtWork): Promise<void> {
    await this.phones.propose(officer, declarationId, NEW_PHONE, WHY_PHONE);
  }

  async confirmPhone({ officer, declarationId }: AtWork): Promise<void> {
    await this.phones.confirm(officer, declarationId, NEW_PHONE, undefined);
  }

  async reissue({ officer, declarationId }: AtWork): Promise<void> {
    await this.reissues.reissue(officer, declarationId, 'Không nhận được tin nhắn', undefined);
  }

  /** @throws Refusal `not-found` when number and paper do not belong together */
  async visit(officer: OfficeOfficer, dossierNumber: string, idNumber: string): Promise<void> {
    await this.visits.open(officer, { dossierNumber, idNumber }, undefined);
  }
}

function contextOf({ officer, declarationId, lease }: AtWork): DecisionContext {
  return { officer, declarationId, leaseToken: lease?.leaseToken, ifMatch: ANY_VERSION, key: undefined };
}
