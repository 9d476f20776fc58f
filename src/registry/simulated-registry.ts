import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Environment } from '../platform/env.ts';
import { inventPeople } from './invented-people.ts';
import { compareNames } from './name-match.rule.ts';
import { Registry, type HealthInsuranceCard, type InsuredPerson, type PersonSearch } from './registry.port.ts';
import { PERSONAS } from './registry.personas.ts';
import { simulatedHealthCard } from './simulated-health-card.ts';

/** How many people the registry holds beside the personas. */
const INVENTED = 1000;

/** The registry that stands in for the national databases: the personas, and people invented from a seed; in memory, the same each time. */
@Injectable()
export class SimulatedRegistry extends Registry {
  private readonly people: readonly InsuredPerson[];
  private readonly byInsuranceNumber: ReadonlyMap<string, InsuredPerson>;
  private readonly byIdNumber: ReadonlyMap<string, InsuredPerson>;

  constructor(@Inject(ENV) { registrySeed }: Pick<Environment, 'registrySeed'>) {
    super();
    this.people = [...PERSONAS.map(({ person }) => person), ...inventPeople(registrySeed, INVENTED)];
    this.byInsuranceNumber = new Map(this.people.map((person) => [person.insuranceNumber, person]));
    this.byIdNumber = new Map(this.people.map((person) => [person.idNumber, person]));
  }

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

  override async search({ fullName, dateOfBirth }: PersonSearch): Promise<InsuredPerson[]> {
    const born = this.people.filter((person) => person.diedOn === null && person.dateOfBirth === dateOfBirth);
    const named = (comparison: 'equal' | 'differs-in-diacritics') =>
      born.filter((person) => compareNames(fullName, person.fullName) === comparison);
    return [...named('equal'), ...named('differs-in-diacritics')];
  }
}
