import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Refusal } from '../../platform/refusal.ts';
import { TUS_VERSION } from './tus-headers.ts';

/** Nothing is done for who speaks no version of the protocol that is known here; `OPTIONS` asks for just that. */
@Injectable()
export class TusGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context.switchToHttp().getRequest<Request>();
    if (method === 'OPTIONS' || headers['tus-resumable'] === TUS_VERSION) return true;
    context.switchToHttp().getResponse<Response>().setHeader('Tus-Version', TUS_VERSION);
    throw new Refusal('tus-version-unsupported');
  }
}
