import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { Clock } from './clock.ts';
import { Database } from './database/database.ts';
import { ENV, type Environment } from './env.ts';
import { HealthModule } from './health/health.module.ts';
import { HouseRules, NoHouseRules } from './house-rules.port.ts';
import { AccessGuard, Doorkeepers } from './http/access.guard.ts';
import { BodyGuard } from './http/body.guard.ts';
import { InputPipe } from './http/input.pipe.ts';
import { MediaGuard } from './http/media.guard.ts';
import { Onlookers } from './http/onlookers.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { ProblemsController } from './http/problems.controller.ts';
import { QueryGuard } from './http/query.guard.ts';
import { Housekeeping } from './housekeeping.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import { Keyring } from './keyring.ts';
import { AttemptLimits } from './limits/attempt-limits.ts';
import { RequestCeiling } from './limits/request-ceiling.ts';
import { LoginRecord } from './login-record.ts';
import { Passwords } from './passwords.ts';
import { PortCovers } from './port-covers.ts';
import { ProcessRules } from './process-rules.ts';
import { Proofs } from './proofs.ts';
import { Randomness } from './randomness.ts';
import { Unseen } from './unseen.ts';
import { Workspaces } from './workspace/workspaces.ts';

/** The ground that every room stands on; it knows no social insurance. */
@Global()
@Module({})
export class PlatformModule {
  static with(environment: Environment, keyring: Keyring, covers = new PortCovers()): DynamicModule {
    const shared = [
      Clock,
      Database,
      Housekeeping,
      AttemptLimits,
      Idempotency,
      LoginRecord,
      Passwords,
      ProcessRules,
      Proofs,
      Randomness,
      RequestCeiling,
      Doorkeepers,
      Onlookers,
      Unseen,
      Workspaces,
    ];
    return {
      module: PlatformModule,
      imports: [HealthModule],
      controllers: [ProblemsController],
      providers: [
        ...shared,
        { provide: ENV, useValue: environment },
        { provide: Keyring, useValue: keyring },
        { provide: PortCovers, useValue: covers },
        { provide: HouseRules, useValue: covers.over(HouseRules, new NoHouseRules()) },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: MediaGuard },
        { provide: APP_GUARD, useClass: QueryGuard },
        { provide: APP_GUARD, useClass: BodyGuard },
        { provide: APP_PIPE, useClass: InputPipe },
      ],
      exports: [...shared, ENV, HealthModule, HouseRules, Keyring, PortCovers],
    };
  }
}
