import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { describeError, log } from '../log.ts';
import { REFUSALS, STATUS_OF_KIND, type RefusalCode } from '../refusal-catalogue.ts';
import { Refusal } from '../refusal.ts';
import { rememberProblem } from './answered-problem.ts';
import { ClientGone } from './client-gone.ts';
import { drainAfterRefusal } from './early-refusal.ts';
import { methodsOf } from './known-methods.ts';
import { internalProblem, problemOf, type Problem } from './problem.ts';
import { currentLanguage, currentRequestId } from './request-context.ts';
import { isOutage } from './unavailable.ts';
import { isWorkspaceGone } from '../workspace/workspace-gone.ts';

/** Seconds. */
const SOON = 1;

/** Turns whatever is thrown into a problem document: refusals as they say, outages into 503, the rest into one fixed 500. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerWithProblem(error, http.getRequest<Request>(), http.getResponse<Response>());
  }
}

export function answerWithProblem(error: unknown, request: Request, response: Response): void {
  if (isGone(error) || (response.destroyed && !response.headersSent)) return void response.destroy();
  if (response.headersSent) {
    log.error({ requestId: currentRequestId(), error: describeError(error) }, 'failed after the answer had begun');
    return void response.destroy();
  }
  drainAfterRefusal(request, response);
  const refusal = refusalOf(error, request);
  if (!refusal) {
    log.error({ requestId: currentRequestId(), error: describeError(error) }, 'unexpected error');
    return send(response, internalProblem(currentLanguage(), currentRequestId()));
  }
  if (refusal.code === 'service-unavailable') log.warn({ requestId: currentRequestId(), error: describeError(error) }, 'unavailable');
  // Every 503 says when to come again, also one of a cause that nobody can foresee the end of.
  const { retryAfter = refusal.code === 'service-unavailable' ? SOON : undefined, allow } = refusal.details;
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(Math.max(1, Math.ceil(retryAfter))));
  if (allow) response.setHeader('Allow', allow.join(', '));
  if (refusal.kind === 'unauthenticated') response.setHeader('WWW-Authenticate', 'Bearer');
  send(response, problemOf(refusal, currentLanguage(), currentRequestId()));
}

/** The body parser has a word of its own for a client that leaves. */
function isGone(error: unknown): boolean {
  return error instanceof ClientGone || (error as { type?: unknown } | null)?.type === 'request.aborted';
}

function send(response: Response, problem: Problem): void {
  rememberProblem(response, problem);
  response.status(problem.status).setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Language', currentLanguage());
  response.end(JSON.stringify(problem));
}

function refusalOf(error: unknown, request: Request): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof HttpException) return refusalOfStatus(error.getStatus(), request);
  if (isOutage(error)) return new Refusal('service-unavailable', { retryAfter: SOON });
  if (isWorkspaceGone(error)) return new Refusal('workspace-unknown');
  // body-parser, the router and others mark what the client did wrong by a 4xx status of their own.
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500 ? refusalOfStatus(status, request) : undefined;
}

function refusalOfStatus(status: number, request: Request): Refusal | undefined {
  if (status === 404) {
    const allow = methodsOf(request);
    return allow.length > 0 && !allow.includes(request.method) ? new Refusal('method-not-allowed', { allow }) : new Refusal('not-found');
  }
  if (status === 400) return new Refusal('malformed-request');
  const code = (Object.keys(REFUSALS) as RefusalCode[]).find((known) => STATUS_OF_KIND[REFUSALS[known].kind] === status);
  return code ? new Refusal(code) : status < 500 ? new Refusal('malformed-request') : undefined;
}
