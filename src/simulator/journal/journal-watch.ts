import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor, type OnModuleInit } from '@nestjs/common';
import type { Request, Response } from 'express';
import { tap, type Observable } from 'rxjs';
import { problemAnswered } from '../../platform/http/answered-problem.ts';
import { Onlookers } from '../../platform/http/onlookers.ts';
import type { Problem } from '../../platform/http/problem.ts';
import { currentWorkspace, inWorkspace } from '../../platform/workspace/workspace.context.ts';
import { SPARED } from '../faults/http-faults.ts';
import { clientOf } from './client-of.ts';
import type { FaultFacts, RefusalFacts } from './journal-entry.ts';
import { Journal } from './journal.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Where a dossier's or a draft's id stands in the path. */
const OF_A_DOSSIER = /^\/v1\/(staff\/)?(declarations|drafts)\/:id(\/|$)/;
/** Where a dossier or a draft is made, and its id stands in the answer. */
const MAKES_A_DOSSIER = /^\/v1\/(staff\/)?(declarations|drafts)$/;

/** Of one entry. */
const MOST_ERRORS = 50;

const made = new WeakMap<Request, string>();

/** Writes down every request of the API when its answer is out, or can no longer be. */
@Injectable()
export class JournalWatch implements OnModuleInit {
  constructor(
    private readonly onlookers: Onlookers,
    private readonly journal: Journal,
  ) {}

  onModuleInit(): void {
    this.onlookers.join((request, response) => this.look(request, response));
  }

  private look(request: Request, response: Response): void {
    if (SPARED.test(request.path)) return;
    const workspace = currentWorkspace();
    const cameAt = Date.now();
    const began = performance.now();
    // The socket tells of the end, and knows nothing of the request's workspace.
    response.once('close', () => inWorkspace(workspace, () => this.write(request, response, cameAt, began)));
  }

  private write(request: Request, response: Response, cameAt: number, began: number): void {
    const path = routePathOf(request);
    const problem = problemAnswered(response);
    const cursor = response.getHeader('X-Event-Cursor');
    this.journal.note({
      cameAt,
      method: request.method,
      route: path === undefined ? null : path.replaceAll(/:(\w+)/g, '{$1}'),
      declarationId: made.get(request) ?? (path === undefined ? undefined : dossierIn(path, request.params)),
      client: clientOf(request.headers),
      status: response.writableFinished ? response.statusCode : null,
      milliseconds: Math.round(performance.now() - began),
      eventCursor: typeof cursor === 'string' ? cursor : undefined,
      refusal: problem && factsOf(problem, response),
    });
  }
}

/** Sees which dossier a request has made. */
@Injectable()
export class JournalLens implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.method !== 'POST' || !MAKES_A_DOSSIER.test(routePathOf(request) ?? '')) return next.handle();
    return next.handle().pipe(
      tap((answer: unknown) => {
        const id = (answer as { id?: unknown } | null)?.id;
        if (typeof id === 'string') made.set(request, id);
      }),
    );
  }
}

function routePathOf(request: Request): string | undefined {
  return (request.route as { path?: string } | undefined)?.path;
}

/** What stands in the path is the client's text until it has an id's shape. */
function dossierIn(path: string, { id }: Request['params']): string | undefined {
  return OF_A_DOSSIER.test(path) && typeof id === 'string' && UUID.test(id) ? id.toLowerCase() : undefined;
}

function factsOf(problem: Problem, response: Response): RefusalFacts {
  const { code, errors = [], state, allowedActions, missing } = problem;
  const allow = response.getHeader('Allow');
  const retryAfter = response.getHeader('Retry-After');
  return {
    code,
    ...keptOf(errors),
    ...(typeof state === 'string' && { state }),
    ...(isTexts(allowedActions) && { allowedActions }),
    ...(isTexts(missing) && { missing }),
    ...(typeof allow === 'string' && { methods: allow.split(', ') }),
    ...(retryAfter !== undefined && { retryAfterSeconds: Number(retryAfter) }),
  };
}

/** Of thousands of faults not all are kept; no code is lost, by which entries are found and coverage is counted. */
function keptOf(errors: readonly FaultFacts[]): Pick<RefusalFacts, 'errors' | 'errorsInAll'> {
  const seen = new Set<string>();
  const kept = errors.filter(({ code }, place) => {
    const isFirst = !seen.has(code);
    seen.add(code);
    return isFirst || place < MOST_ERRORS;
  });
  return {
    errors: kept.map(({ pointer, code }) => ({ pointer, code })),
    ...(kept.length < errors.length && { errorsInAll: errors.length }),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
