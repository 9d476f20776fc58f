import { Injectable } from '@nestjs/common';
import { compareNames } from './name-match.rule.ts';
import { Registry, type HealthInsuranceCard, type InsuredPerson, type PersonSearch } from './registry.port.ts';
import { PERSONAS } from './registry.personas.ts';
import { simulatedHealthCard } from './simulated-health-card.ts';

/** The registry that stands in for the national databases: the invented personas, in memory, always the same. */
@Injectable()
export class SimulatedRegistry extends Registry {
  private readonly people: readonly InsuredPerson[] = PERSONAS.map(({ person }) => person);
  private readonly byInsuranceNumber = new Map(this.people.map((person) => [person.insuranceNumber, person]));
  private readonly byIdNumber = new Map(this.people.map((person) => [person.idNumber, person]));

  override async findByInsuranceNumber(insuranceNumber: string): Promise<InsuredPerson | undefined> {
    return this.byInsuranceNumber.get(insuranceNumber);
  }

  override async findByIdNumber(idNumber: string): Promise<InsuredPerson | undefined> {
    return this.byIdNumber.get(idNumber.toUpperCase());
  }

  override async findHealthCard(insuranceNumber: string): Promise<HealthInsuranceCard | undefined> {
    const person = this.byInsuranceNumber.get(insuranceNumber);
    return person && person.diedOn === null ? simulatedHealthCard(person) : undefined;
  }

  override async search({ fullName, dateOfBirth, provinceCode }: PersonSearch): Promise<InsuredPerson[]> {
    const born = this.people.filter(
      (person) =>
        person.diedOn === null &&
        person.dateOfBirth === dateOfBirth &&
        (provinceCode === undefined || person.provinceCode === provinceCode),
    );
    const named = (comparison: 'equal' | 'differs-in-diacritics') =>
      born.filter((person) => compareNames(fullName, person.fullName) === comparison);
    return [...named('equal'), ...named('differs-in-diacritics')];
  }
}
