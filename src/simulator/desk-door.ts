import { timingSafeEqual, createHash } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Request } from 'express';
import { ENV, isLoopback, type Environment } from '../platform/env.ts';
import { Doorkeepers } from '../platform/http/access.guard.ts';
import { Refusal } from '../platform/refusal.ts';

/**
 * The desk's door: by `X-Simulator-Key` wherever a key is set, else open to this machine alone. That the service listens on loopback is
 * not enough for that: a page that a developer happens to read is sent from this machine too, and so is whatever a proxy beside us brings.
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
      const isLetIn =
        key === undefined
          ? !isForeignPage(request.headers.origin, corsOrigins) && isAskedByOurName(request) && isFromHere(request)
          : equal(String(request.headers['x-simulator-key'] ?? ''), key);
      if (!isLetIn) throw new Refusal('simulator-key-required');
    });
  }
}

/**
 * A POST without a body asks nobody first, and could empty the world of the service. Every browser says of a request that changes something
 * which page it is from; other clients say nothing.
 */
function isForeignPage(origin: string | undefined, known: readonly string[]): boolean {
  if (origin === undefined || known.includes(origin)) return false;
  return !URL.canParse(origin) || !isLoopback(bare(new URL(origin).hostname));
}

/** What programs in Android's emulator call the loopback of the machine that it runs on. No page can have it for a name of its own. */
const LOOPBACK_IN_EMULATOR = '10.0.2.2';

/** A page whose own name suddenly leads to 127.0.0.1 reads as if it were ours, and says no origin; but it asks by its name. */
function isAskedByOurName({ headers }: Request): boolean {
  const name = bare((headers.host ?? '').replace(/:\d*$/, '').toLowerCase());
  return isLoopback(name) || name === LOOPBACK_IN_EMULATOR;
}

/** Not for whom a proxy of this machine asks: whether we are told to believe it or not, it says who that is. */
function isFromHere({ ip = '', headers }: Request): boolean {
  const named = [headers['x-forwarded-for'], headers['x-real-ip']].flatMap((header) => header ?? []).flatMap((list) => list.split(','));
  return headers.forwarded === undefined && [ip, ...named].every((address) => isLoopback(bare(address.trim().replace(/^::ffff:/i, ''))));
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function equal(given: string, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(key));
}
