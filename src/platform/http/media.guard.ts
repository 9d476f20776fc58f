import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Refusal } from '../refusal.ts';
import { hasBody } from './request-body.ts';

/** Where Nest keeps what `@ApiConsumes` says. */
export const CONSUMES = 'swagger/apiConsumes';
const PRODUCES = 'swagger/apiProduces';

/**
 * Refuses a body the route does not read (415) and an `Accept` it cannot meet (406), by the same `@ApiConsumes` and
 * `@ApiProduces` that the API document shows, so that the two cannot differ. JSON where a route says nothing.
 */
@Injectable()
export class MediaGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { accept = ANYTHING } = request.headers;
    if (accept !== ANYTHING && !request.accepts(['application/problem+json', ...this.producedBy(context)]))
      throw new Refusal('not-acceptable');
    if (hasBody(request) && !request.is([...this.consumedBy(context)])) throw new Refusal('unsupported-media-type');
    return true;
  }

  private producedBy(context: ExecutionContext): readonly string[] {
    return this.reflector.get<string[] | undefined>(PRODUCES, context.getHandler()) ?? ['application/json'];
  }

  private consumedBy(context: ExecutionContext): readonly string[] {
    return this.reflector.get<string[] | undefined>(CONSUMES, context.getHandler()) ?? JSON_BODIES;
  }
}

/** What who sends no `Accept` accepts (RFC 9110 12.5.1), and what most clients write. */
const ANYTHING = '*/*';
const JSON_BODIES = ['application/json', 'application/merge-patch+json'];
