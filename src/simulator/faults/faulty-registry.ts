import { Refusal } from '../../platform/refusal.ts';
import { Registry, type HealthInsuranceCard, type InsuredPerson, type PersonSearch } from '../../registry/registry.port.ts';
import { magicFault } from '../magic/magic-values.ts';
import type { FaultBoard } from './fault-board.ts';
import { faultsOf } from './fault-catalogue.ts';
import { pause } from './pause.ts';

/** What the wrong person is called. */
const ANOTHER_NAME = 'Người Khác Tên';

/** The registry behind the faults of the registry, and behind the magic numbers. */
export class FaultyRegistry extends Registry {
  constructor(
    private readonly inner: Registry,
    private readonly board: FaultBoard,
  ) {
    super();
  }

  override findByInsuranceNumber(insuranceNumber: string): Promise<InsuredPerson | undefined> {
    return this.ask(
      insuranceNumber,
      () => this.inner.findByInsuranceNumber(insuranceNumber),
      (person) => ({ ...(person ?? somebody(insuranceNumber)), fullName: ANOTHER_NAME }),
      undefined,
    );
  }

  override findByIdNumber(idNumber: string): Promise<InsuredPerson | undefined> {
    return this.ask(
      idNumber,
      () => this.inner.findByIdNumber(idNumber),
      (person) => person && { ...person, fullName: ANOTHER_NAME },
      undefined,
    );
  }

  override findHealthCard(insuranceNumber: string): Promise<HealthInsuranceCard | undefined> {
    return this.ask(
      insuranceNumber,
      () => this.inner.findHealthCard(insuranceNumber),
      (card) => card && { ...card, fullName: ANOTHER_NAME },
      undefined,
    );
  }

  override search(search: PersonSearch): Promise<InsuredPerson[]> {
    return this.ask(
      undefined,
      () => this.inner.search(search),
      (people) => people.map((person) => ({ ...person, fullName: ANOTHER_NAME })),
      [],
    );
  }

  private async ask<T>(number: string | undefined, answer: () => Promise<T>, mistaken: (right: T) => T, nobody: T): Promise<T> {
    const strike =
      (number !== undefined && magicFault('registry', number)) ||
      (this.board.isRequest && (await this.board.meet(faultsOf('registry')))) ||
      undefined;
    switch (strike?.name) {
      case 'registry-down':
        throw new Refusal('service-unavailable', { retryAfter: 5 });
      case 'registry-mismatch':
        return mistaken(await answer());
      case 'registry-unknown':
        return nobody;
      case 'registry-slow':
        await pause(strike.parameters['milliseconds']!);
        return answer();
      case undefined:
        return answer();
    }
  }
}

function somebody(insuranceNumber: string): InsuredPerson {
  return {
    insuranceNumber,
    fullName: ANOTHER_NAME,
    dateOfBirth: '1980-01-01',
    sex: 'male',
    idNumber: '031080999999',
    provinceCode: '31',
    phone: null,
    diedOn: null,
  };
}
