import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { Request } from 'express';
import { validationFailed } from '../refusal.ts';
import { safeName } from './input.pipe.ts';
import { CONSUMES } from './media.guard.ts';

/** Whoever sends more learns of the others when these are gone. */
const MOST_NAMED = 50;

/**
 * Refuses every field on a route that takes none: names are refused, never ignored. A route that takes some declares them with `@Body()`,
 * and the input pipe holds them against its class; one that reads its body by itself says what it reads with `@ApiConsumes()`.
 */
@Injectable()
export class BodyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const body = context.switchToHttp().getRequest<Request>().body as unknown;
    if (body === undefined || readsBody(context) || this.reflector.get(CONSUMES, context.getHandler()) !== undefined) return true;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw validationFailed([{ pointer: '', code: 'wrong-type' }]);
    const names = Object.keys(body).slice(0, MOST_NAMED);
    if (names.length > 0) throw validationFailed(names.map((name) => ({ pointer: `/${safeName(name)}`, code: 'unknown-field' })));
    return true;
  }
}

/** Nest keeps a handler's arguments under `<kind>:<position>`. */
function readsBody(context: ExecutionContext): boolean {
  const handlerArguments = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {}) as object;
  return Object.keys(handlerArguments).some((name) => name.startsWith(`${RouteParamtypes.BODY}:`));
}
