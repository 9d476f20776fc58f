import { timingSafeEqual, createHash } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ENV, type Environment } from '../platform/env.ts';
import { Doorkeepers } from '../platform/http/access.guard.ts';
import { Refusal } from '../platform/refusal.ts';

/** The desk's door: open on loopback, by `X-Simulator-Key` wherever a key is set. */
@Injectable()
export class DeskDoor implements OnModuleInit {
  constructor(
    private readonly doorkeepers: Doorkeepers,
    @Inject(ENV) private readonly env: Pick<Environment, 'desk'>,
  ) {}

  onModuleInit(): void {
    const { key } = this.env.desk;
    this.doorkeepers.register('desk', (request) => {
      if (key !== undefined && !equal(String(request.headers['x-simulator-key'] ?? ''), key)) throw new Refusal('simulator-key-required');
    });
  }
}

function equal(given: string, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(key));
}
