import { Intake1790000000000 } from './1790000000000-intake.ts';
import { PasswordResets1790000100000 } from './1790000100000-password-resets.ts';
import { Uploads1790000200000 } from './1790000200000-uploads.ts';
import { MessagesAtEveryStep1790000300000 } from './1790000300000-messages-at-every-step.ts';
import { Retention1790000400000 } from './1790000400000-retention.ts';
import { Queues1790000500000 } from './1790000500000-queues.ts';
import { Counter1790000600000 } from './1790000600000-counter.ts';
import { AuditText1790000700000 } from './1790000700000-audit-text.ts';
import { Statistics1790000800000 } from './1790000800000-statistics.ts';
import { Duplicates1790000900000 } from './1790000900000-duplicates.ts';
import { WalkIn1790001000000 } from './1790001000000-walk-in.ts';
import { Administration1790001100000 } from './1790001100000-administration.ts';
import { Faults1790001200000 } from './1790001200000-faults.ts';
import { LeaseEnds1790001300000 } from './1790001300000-lease-ends.ts';
import { Profiles1790001500000 } from './1790001500000-profiles.ts';
import { GrowingLimits1790001700000 } from './1790001700000-growing-limits.ts';
import { WhatIsOver1790001800000 } from './1790001800000-what-is-over.ts';
import { ManyMachines1790001900000 } from './1790001900000-many-machines.ts';
import { ErasureOnRequest1790002000000 } from './1790002000000-erasure-on-request.ts';
import { OutboxOrder1790002100000 } from './1790002100000-outbox-order.ts';
import { OtpTries1790002200000 } from './1790002200000-otp-tries.ts';
import { KeptTimes1790002300000 } from './1790002300000-kept-times.ts';
import { FlagInTurn1790002400000 } from './1790002400000-flag-in-turn.ts';
import { ClockTarget1790002500000 } from './1790002500000-clock-target.ts';
import { SupersededNotices1790002600000 } from './1790002600000-superseded-notices.ts';

/** Every migration, oldest first, listed by hand: a file that is not named here does not run. */
export const MIGRATIONS = [
  Intake1790000000000,
  PasswordResets1790000100000,
  Uploads1790000200000,
  MessagesAtEveryStep1790000300000,
  Retention1790000400000,
  Queues1790000500000,
  Counter1790000600000,
  AuditText1790000700000,
  Statistics1790000800000,
  Duplicates1790000900000,
  WalkIn1790001000000,
  Administration1790001100000,
  Faults1790001200000,
  LeaseEnds1790001300000,
  Profiles1790001500000,
  GrowingLimits1790001700000,
  WhatIsOver1790001800000,
  ManyMachines1790001900000,
  ErasureOnRequest1790002000000,
  OutboxOrder1790002100000,
  OtpTries1790002200000,
  KeptTimes1790002300000,
  FlagInTurn1790002400000,
  ClockTarget1790002500000,
  SupersededNotices1790002600000,
];
