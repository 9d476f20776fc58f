import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** A logged-in citizen as of this request. */
export interface Citizen {
  readonly accountId: string;
  readonly sessionId: string;
  readonly insuranceNumber: string;
  readonly declarationId: string;
  readonly mustChangePassword: boolean;
}

export const CurrentCitizen = createParamDecorator((_: unknown, context: ExecutionContext): Citizen => {
  const { citizen } = context.switchToHttp().getRequest<Request & { citizen?: Citizen }>();
  if (!citizen) throw new Error('CurrentCitizen on a route that is not for citizens');
  return citizen;
});
