import { timingSafeEqual, createHash } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ENV, isLoopback, type Environment } from '../platform/env.ts';
import { Doorkeepers } from '../platform/http/access.guard.ts';
import { Refusal } from '../platform/refusal.ts';

/**
 * The desk's door: open on loopback, by `X-Simulator-Key` wherever a key is set. Without a key, a page that a developer happens to read
 * could empty the world of the service beside it: a POST without a body asks nobody first. So pages are of this machine, or are named.
 */
@Injectable()
export class DeskDoor implements OnModuleInit {
  constructor(
    private readonly doorkeepers: Doorkeepers,
    @Inject(ENV) private readonly env: Pick<Environment, 'desk' | 'corsOrigins'>,
  ) {}

  onModuleInit(): void {
    const { corsOrigins, desk } = this.env;
    const { key } = desk;
    this.doorkeepers.register('desk', (request) => {
      if (key !== undefined && !equal(String(request.headers['x-simulator-key'] ?? ''), key)) throw new Refusal('simulator-key-required');
      if (key === undefined && isForeignPage(request.headers.origin, corsOrigins)) throw new Refusal('simulator-key-required');
    });
  }
}

/** Every browser says of a request that changes something which page it is from; other clients say nothing. */
function isForeignPage(origin: string | undefined, known: readonly string[]): boolean {
  if (origin === undefined || known.includes(origin)) return false;
  return !URL.canParse(origin) || !isLoopback(new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1'));
}

function equal(given: string, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(key));
}
