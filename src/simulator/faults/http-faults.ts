import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Doorkeepers } from '../../platform/http/access.guard.ts';
import { rememberProblem } from '../../platform/http/answered-problem.ts';
import { drainAfterRefusal } from '../../platform/http/early-refusal.ts';
import { problemOf } from '../../platform/http/problem.ts';
import { currentLanguage, currentRequestId } from '../../platform/http/request-context.ts';
import { Refusal } from '../../platform/refusal.ts';
import { FaultBoard, type Strike } from './fault-board.ts';
import { faultsOf, type FaultNameOf } from './fault-catalogue.ts';
import { faultWishesOfHeader } from './fault-wish.ts';
import { holdAnswer, type HeldAnswer } from './held-answer.ts';
import { pause } from './pause.ts';

type HttpFault = FaultNameOf<'http'>;
type StrikeAfter = Strike<Extract<HttpFault, `${string}-after-commit`>>;
type StrikeBefore = Strike<Exclude<HttpFault, StrikeAfter['name']>>;

function isAfter(strike: Strike<HttpFault>): strike is StrikeAfter {
  return strike.name.endsWith('-after-commit');
}

/** Doors that are no part of the API: the desk's own, and those of whoever runs the service. */
export const SPARED = /^\/(_sim|health|metrics|docs|openapi\.json)(\/|$)/;

/** Stands before every route: hears what faults a request asks for by `Sim-Fault`, and is where the faults of HTTP strike. */
@Injectable()
export class HttpFaults {
  constructor(
    private readonly board: FaultBoard,
    private readonly doorkeepers: Doorkeepers,
  ) {}

  async use(request: Request, response: Response, next: NextFunction): Promise<void> {
    if (SPARED.test(request.path)) return next();
    const header = request.headers['sim-fault'];
    if (header !== undefined) await this.doorkeepers.of('desk')?.(request, { who: 'desk' });
    const wishes = header === undefined ? [] : faultWishesOfHeader(String(header));
    await this.board.inRequest(wishes, async () => {
      const strike = await this.board.meet(faultsOf('http'));
      if (strike && isAfter(strike)) holdAnswer(response, (answer) => void strikeAfter(strike, answer, response));
      else if (strike && (await strikeBefore(strike as StrikeBefore, request, response)) === 'ended') return;
      next();
    });
  }
}

async function strikeBefore({ name, parameters }: StrikeBefore, request: Request, response: Response): Promise<'ended' | 'goes on'> {
  switch (name) {
    case 'http-slow-before-commit':
      await pause(parameters['milliseconds']!, goneSignal(response));
      return response.destroyed ? 'ended' : 'goes on';
    case 'http-5xx-before-commit':
      drainAfterRefusal(request, response);
      answerUnavailable(response, parameters['status']!);
      return 'ended';
    case 'http-reset-before-commit':
      request.socket.resetAndDestroy();
      return 'ended';
    case 'http-cut-answer-before-commit':
      response.status(200).setHeader('Content-Type', 'application/json; charset=utf-8').setHeader('Content-Length', 1024);
      response.write('{"', () => request.socket.destroy());
      return 'ended';
  }
}

async function strikeAfter({ name, parameters }: StrikeAfter, { body, release }: HeldAnswer, response: Response): Promise<void> {
  switch (name) {
    case 'http-slow-after-commit':
      await pause(parameters['milliseconds']!, goneSignal(response));
      return response.destroyed ? undefined : release();
    case 'http-5xx-after-commit':
      return answerUnavailable(response, parameters['status']!);
    case 'http-reset-after-commit':
      return void response.socket?.resetAndDestroy();
    case 'http-cut-answer-after-commit': {
      if (body.length === 0) return void response.socket?.destroy();
      response.removeHeader('Transfer-Encoding');
      response.setHeader('Content-Length', body.length);
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
    }
  }
}

/** Aborts when the client has left. */
function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}

/** As something between us and the client would answer: nothing of the answer that was ready is left. */
function answerUnavailable(response: Response, status: number): void {
  for (const name of ['ETag', 'Location', 'Content-Length', 'Content-Disposition', 'Idempotent-Replayed', 'Transfer-Encoding'])
    response.removeHeader(name);
  const problem = problemOf(new Refusal('service-unavailable'), currentLanguage(), currentRequestId());
  rememberProblem(response, problem);
  response.status(status).setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Language', currentLanguage());
  response.setHeader('Retry-After', '1');
  response.end(JSON.stringify({ ...problem, status }));
}
