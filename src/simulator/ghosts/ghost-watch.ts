import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { concatMap, defer, type Observable } from 'rxjs';
import { Ghosts } from './ghosts.service.ts';

/**
 * Watches the requests about dossiers that pass the door, and lets ghosts act between them: before a client's write, or when its read
 * has its answer and has not sent it yet, so that whoever reads the answer reads what has just become old.
 */
@Injectable()
export class GhostWatch implements NestInterceptor {
  constructor(private readonly ghosts: Ghosts) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, params, path } = context.switchToHttp().getRequest<Request>();
    const id = typeof params.id === 'string' ? params.id : undefined;
    if (id === undefined || !path.startsWith('/v1/') || !this.ghosts.haunt(id)) return next.handle();
    const isRead = method === 'GET' || method === 'HEAD';
    const before = defer(() => this.ghosts.pass(id, isRead ? 'before-read' : 'before-write'));
    const answered = before.pipe(concatMap(() => next.handle()));
    if (!isRead) return answered;
    return answered.pipe(
      concatMap(async (answer: unknown) => {
        await this.ghosts.pass(id, 'after-read');
        return answer;
      }),
    );
  }
}
