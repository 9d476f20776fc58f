import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Refusal } from '../refusal.ts';
import { ACCESS, type Access } from './access.decorator.ts';

/** Checks one kind of caller; throws a Refusal, or leaves who it is on the request. */
export type Doorkeeper<Kind extends Access['who'] = Access['who']> = (
  request: Request,
  access: Extract<Access, { who: Kind }>,
) => Promise<void> | void;

/** Where the rooms that know a kind of caller say how to check it; platform itself knows none of them. */
@Injectable()
export class Doorkeepers {
  private readonly byKind = new Map<Access['who'], Doorkeeper>();

  register<Kind extends Access['who']>(kind: Kind, check: Doorkeeper<Kind>): void {
    this.byKind.set(kind, check as unknown as Doorkeeper);
  }

  of(kind: Access['who']): Doorkeeper | undefined {
    return this.byKind.get(kind);
  }
}

/** Lets nobody through a route that does not say who may use it. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly doorkeepers: Doorkeepers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    if (!access) throw new Error(`${context.getClass().name}.${context.getHandler().name} names nobody who may call it`);
    if (access.who === 'public') return true;
    const check = this.doorkeepers.of(access.who);
    if (!check) throw new Error(`nobody checks callers of the kind ${access.who}`);
    await check(context.switchToHttp().getRequest<Request>(), access);
    return true;
  }
}

/** The bearer token of a request. @throws Refusal `unauthenticated` when there is none, or one that cannot be a token */
export function bearerToken(request: Request): string {
  const token = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) throw new Refusal('unauthenticated');
  return token;
}
