import type { CorsOptionsDelegate } from '@nestjs/common/interfaces/external/cors-options.interface.js';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { Environment } from '../env.ts';
import { Metrics } from '../health/metrics.ts';
import { RequestCeiling } from '../limits/request-ceiling.ts';
import { Refusal } from '../refusal.ts';
import { accessLog } from './access-log.ts';
import { CONTENT_POLICY, HTTPS_ONLY } from './browser-rules.ts';
import { Onlookers } from './onlookers.ts';
import { answerWithProblem } from './problem.filter.ts';
import { declaredLength } from './request-body.ts';
import { Workspaces } from '../workspace/workspaces.ts';
import { requestContext, requestIdOf } from './request-context.ts';
import { answerUnreadableRequests, refuseWithoutHost } from './unreadable-requests.ts';

/** Largest JSON body: every form, note and list of reasons fits many times over. */
const MOST_JSON = 128 * 1024;
const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

const HEADERS_TIMEOUT_MS = 10_000;
/** Ten megabytes per photo over a slow mobile network take their time; a dribble does not get for ever. */
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 5_000;

/** Everything between the socket and the routes; the tests and the server share it. */
export function configureHttp(app: NestExpressApplication, environment: Environment): void {
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', environment.trustProxy.length > 0 ? environment.trustProxy : false);
  app.use(accessLog);
  app.use(app.get(Metrics).observe);
  app.use(
    helmet({
      contentSecurityPolicy: false,
      crossOriginResourcePolicy: false,
      xFrameOptions: { action: 'deny' },
      strictTransportSecurity: HTTPS_ONLY,
    }),
  );
  app.use(ownHeaders);
  // Before whatever may refuse: a browser shows its app no answer that does not say who may read it.
  if (environment.corsOrigins.length > 0) {
    app.enableCors(corsFor(environment.corsOrigins));
  }
  app.use(requestContext(app.get(Workspaces), app.get(RequestCeiling)));
  app.use(app.get(Onlookers).use);
  app.use(app.get(RequestCeiling).use);
  app.use(refuseWithoutHost);
  app.use(refuseLongJson);
  app.useBodyParser('json', { limit: MOST_JSON, strict: false, type: JSON_TYPES });
  app.use(refuseBrokenBodies);
  const server = app.getHttpServer();
  answerUnreadableRequests(server);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
}

/** A browser's scripts see of an answer only these headers, besides a handful that they always see. */
const EXPOSED_HEADERS = [
  ...['ETag', 'Idempotent-Replayed', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Event-Cursor', 'X-Request-Id'],
  ...['Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size', 'Tus-Checksum-Algorithm'],
  ...['Upload-Expires', 'Upload-Length', 'Upload-Metadata', 'Upload-Offset'],
];

function corsFor(origin: string[]): CorsOptionsDelegate<Request> {
  return (request, decide) =>
    decide(null, {
      origin,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: EXPOSED_HEADERS,
      // OPTIONS is a preflight only when it asks for a method (Fetch standard); any other goes on to the routes.
      preflightContinue: request.headers['access-control-request-method'] === undefined,
    });
}

const DOCUMENTATION = /^(\/w\/[^/]+)?\/docs(\/|$)/;

/** API answers are nobody's to keep and no page: reference data and the documentation say otherwise for themselves. */
function ownHeaders(request: Request, response: Response, next: NextFunction): void {
  const isDocumentation = DOCUMENTATION.test(request.path);
  if (!isDocumentation) response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Security-Policy', isDocumentation ? CONTENT_POLICY.documentation : CONTENT_POLICY.answer);
  response.setHeader('Vary', 'Accept-Language');
  response.setHeader('X-Request-Id', requestIdOf(request));
  next();
}

/** The body parser would read a body to its end before it says that it is too long. */
function refuseLongJson(request: Request, _response: Response, next: NextFunction): void {
  next(declaredLength(request) > MOST_JSON && request.is(JSON_TYPES) ? new Refusal('payload-too-large') : undefined);
}

const refuseBrokenBodies: ErrorRequestHandler = (error, request, response, _next) => answerWithProblem(error, request, response);
