import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { Request } from 'express';
import { Refusal } from '../refusal.ts';

/**
 * Refuses every query name on a route that reads no query: names are refused, never ignored. A route that reads one declares it
 * with `@Query()`, and the input pipe holds the names against its class.
 */
@Injectable()
export class QueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { query } = context.switchToHttp().getRequest<Request>();
    if (Object.keys(query).length > 0 && !readsQuery(context)) throw new Refusal('malformed-request');
    return true;
  }
}

/** Nest keeps a handler's arguments under `<kind>:<position>`. */
function readsQuery(context: ExecutionContext): boolean {
  const handlerArguments = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {}) as object;
  return Object.keys(handlerArguments).some((name) => name.startsWith(`${RouteParamtypes.QUERY}:`));
}
