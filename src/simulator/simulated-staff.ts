import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import type { StaffRole } from '../staff/rights.ts';
import { StaffService, type StaffProfile } from '../staff/staff.service.ts';
import { GUIDES_OFFICE, NAMED_STAFF, SIMULATED_PASSWORD } from './named-staff.ts';

/** No hash that any password has. */
const NO_PASSWORD = '';

/** The simulator's officers: a few by name, and a new one for every token asked for. */
@Injectable()
export class SimulatedStaff implements OnApplicationBootstrap {
  constructor(
    private readonly staff: StaffService,
    private readonly accounts: AccountsService,
    private readonly offices: OfficesService,
    private readonly randomness: Randomness,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.staff.ensureSimulated(NAMED_STAFF, SIMULATED_PASSWORD);
  }

  /** A session of somebody new with this role, so that two calls are two people. @throws Refusal `validation-failed` */
  async tokenForRole(role: StaffRole, officeCode: string | undefined): Promise<{ accessToken: string; staff: StaffProfile }> {
    const staff = await this.newcomer(role, officeCode);
    return { accessToken: await this.tokenFor(staff), staff };
  }

  /** Another session of somebody who is there already. */
  async tokenFor({ id }: Pick<StaffProfile, 'id'>): Promise<string> {
    const { accessToken } = await this.staff.openSessionFor(id);
    return accessToken;
  }

  /** Somebody new, without a session. @throws Refusal `validation-failed` */
  async newcomer(role: StaffRole, officeCode?: string): Promise<StaffProfile> {
    const serial = this.randomness.uuid().slice(-12);
    const office = role === 'admin' ? null : (officeCode ?? GUIDES_OFFICE);
    if (office !== null && !this.offices.findOffice(office)) throw validationFailed([{ pointer: '/officeCode', code: 'office-unknown' }]);
    return this.staff.insert({
      username: `sim.${role}.${serial}`,
      fullName: `${TITLES[role]} ${serial.slice(-4).toUpperCase()}`,
      role,
      officeCode: office,
      mayApprove: role !== 'admin',
      passwordHash: NO_PASSWORD,
      simulated: true,
    });
  }

  /** @throws Refusal `not-found` when the number has no account */
  async tokenForCitizen(insuranceNumber: string): Promise<{ accessToken: string }> {
    const session = await this.accounts.openSessionFor(insuranceNumber);
    if (!session) throw new Refusal('not-found');
    return { accessToken: session.accessToken };
  }
}

const TITLES: Record<StaffRole, string> = { clerk: 'Cán bộ', supervisor: 'Lãnh đạo', admin: 'Quản trị' };
