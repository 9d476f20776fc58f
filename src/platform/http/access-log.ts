import type { NextFunction, Request, Response } from 'express';
import { log } from '../log.ts';
import { requestIdOf } from './request-context.ts';

/** Asked for every few seconds by machines, and worth no line. */
const UNTOLD = new Set(['/health/live', '/health/ready', '/metrics']);

/**
 * One line per request: who asked for what by its route, how it ended, how many milliseconds it took. Never a query, a body or a header.
 * Written by hand: pino-http makes two loggers for every request before there is anything to say, which costs nine times the line itself.
 */
export function accessLog(request: Request, response: Response, next: NextFunction): void {
  if (!UNTOLD.has(request.url)) {
    const requestId = requestIdOf(request);
    const begun = performance.now();
    const tell = () => {
      response.removeListener('finish', tell);
      response.removeListener('close', tell);
      const { statusCode: status, writableEnded } = response;
      const isWhole = writableEnded && !request.readableAborted;
      const line = { requestId, method: request.method, route: routeOf(request), status, ms: Math.round(performance.now() - begun) };
      if (status >= 500) log.error(line, 'request errored');
      else log.info(line, isWhole ? 'request completed' : 'request aborted');
    };
    // Whichever comes first: a client that leaves lets no answer finish.
    response.on('finish', tell);
    response.on('close', tell);
  }
  next();
}

function routeOf(request: Request): string {
  return (request.route as { path?: string } | undefined)?.path ?? 'none';
}
