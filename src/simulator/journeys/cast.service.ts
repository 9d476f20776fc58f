import { Inject, Injectable } from '@nestjs/common';
import { Clock, vietnameseDay } from '../../platform/clock.ts';
import { Database } from '../../platform/database/database.ts';
import { ENV, type Environment } from '../../platform/env.ts';
import { ProcessRules } from '../../platform/process-rules.ts';
import { Randomness } from '../../platform/randomness.ts';
import { Refusal } from '../../platform/refusal.ts';
import { inventPeople } from '../../registry/invented-people.ts';
import { ageOn, SELF_REGISTRATION_AGE } from '../../registry/registry-match.ts';
import type { InsuredPerson } from '../../registry/registry.port.ts';
import { DeskPersonas, type DeskPersona, type FilledForm } from '../personas/personas.service.ts';
import type { Journey } from './journeys.ts';

/** The registry holds as many beside the personas. */
const REGISTERED = 1000;
/** Asked for at once: hardly ever are all of them taken. */
const AT_ONCE = 8;
const MOST_ROUNDS = 12;

/** Finds who plays a journey's citizen: somebody of the registry whose number is free in this workspace. */
@Injectable()
export class Cast {
  private readonly registered: readonly InsuredPerson[];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
    private readonly personas: DeskPersonas,
    private readonly rules: ProcessRules,
    @Inject(ENV) { registrySeed }: Pick<Environment, 'registrySeed'>,
  ) {
    this.registered = inventPeople(registrySeed, REGISTERED);
  }

  /** @throws Refusal `declaration-already-open` when nearly everybody has filed */
  async somebody(declares: Journey['declares']): Promise<DeskPersona> {
    const today = vietnameseDay(await this.clock.now());
    const { addresses } = this.rules.on(today);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const candidates = Array.from({ length: AT_ONCE }, () => this.randomness.below(REGISTERED))
        .map((serial) => ({ serial, person: this.registered[serial]! }))
        .filter(({ person }) => person.diedOn === null && ageOn(today, person.dateOfBirth) >= SELF_REGISTRATION_AGE)
        .map(({ serial, person }) => this.personas.fromRegistry(person, serial, addresses));
      const taken = await this.taken(candidates.map(({ form }) => declared(form, declares).insuranceNumber));
      const free = candidates.find(({ form }) => !taken.has(declared(form, declares).insuranceNumber));
      if (free) return free;
    }
    throw new Refusal('declaration-already-open');
  }

  private async taken(insuranceNumbers: string[]): Promise<Set<string>> {
    const rows = await this.database.rows<{ insurance_number: string }>(
      `SELECT insurance_number FROM declarations WHERE insurance_number = ANY($1) AND status <> 'DRAFT'`,
      [insuranceNumbers],
    );
    return new Set(rows.map(({ insurance_number: number }) => number));
  }
}

/** The form with what a journey declares otherwise than the registry holds it. */
export function declared(form: FilledForm, declares: Journey['declares']): FilledForm {
  // No province's number begins with 00, and no invented number ends alike in two provinces.
  if (declares === 'unknown-number') return { ...form, insuranceNumber: `00${form.insuranceNumber.slice(2)}` };
  if (declares === 'other-id') return { ...form, idNumber: form.idNumber.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) };
  return form;
}
