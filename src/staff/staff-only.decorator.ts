import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ACCESS, type Access } from '../platform/http/access.decorator.ts';
import type { Right } from './rights.ts';
import type { Officer } from './officer.ts';

/** The route is for logged-in officers whose role has this right. */
export const StaffOnly = (right: Right) => SetMetadata(ACCESS, { who: 'staff', right } satisfies Access);

/** The officer who calls. */
export const CurrentOfficer = createParamDecorator((_: unknown, context: ExecutionContext): Officer => {
  const { officer } = context.switchToHttp().getRequest<Request & { officer?: Officer }>();
  if (!officer) throw new Error('CurrentOfficer on a route that is not for staff');
  return officer;
});
