import { Inject, Injectable } from '@nestjs/common';
import { Clock, vietnameseDay } from './clock.ts';
import type { ProfileRules } from './dated-rules.ts';
import { ENV, type Environment } from './env.ts';
import { profileInForce, rulesOn, type ProfileChoice } from './process-profile.ts';

/** The process as it is in the current workspace. */
@Injectable()
export class ProcessRules {
  constructor(
    @Inject(ENV) private readonly env: Pick<Environment, 'processProfile'>,
    private readonly clock: Clock,
  ) {}

  get profile(): ProfileChoice {
    return profileInForce(this.env);
  }

  /** What holds on a day, for who knows it already. @param day `YYYY-MM-DD` in Vietnam */
  on(day: string): ProfileRules {
    return rulesOn(this.profile, day);
  }

  /** What holds now. The clock costs a statement, so it is asked only where the day decides. */
  async now(): Promise<ProfileRules> {
    return this.on(this.profile === 'by-date' ? vietnameseDay(await this.clock.now()) : '');
  }
}
