import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { Language } from '../language.ts';
import type { RequestCeiling } from '../limits/request-ceiling.ts';
import { DEFAULT_WORKSPACE, inWorkspace } from '../workspace/workspace.context.ts';
import type { Workspaces } from '../workspace/workspaces.ts';

interface RequestContext {
  readonly requestId: string;
  readonly language: Language;
  readonly response: Response;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The language that a person reads: Vietnamese, or English by `Accept-Language: en`. */
export function currentLanguage(): Language {
  return storage.getStore()?.language ?? 'vi';
}

export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

/** Sets headers of the answer to the request at hand, for as long as it has not begun; does nothing for work that is nobody's request. */
export function tellClient(headers: Readonly<Record<string, string>>): void {
  const response = storage.getStore()?.response;
  if (response && !response.headersSent) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;

const requestIds = new WeakMap<object, string>();

/** The id the client gave, when it is one that a log line can hold; else a new one, the same for as long as the request lives. */
export function requestIdOf(request: Pick<Request, 'headers'>): string {
  const known = requestIds.get(request);
  if (known !== undefined) return known;
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  requestIds.set(request, id);
  return id;
}

/** Most clients of the world send one of a few texts, and negotiating is dearer than all the rest that a request from memory needs. */
const languages = new Map<string, Language>();
const MOST_LANGUAGE_TEXTS = 200;

function languageOf(request: Request): Language {
  const asked = request.headers['accept-language'];
  if (asked === undefined) return 'vi';
  const known = languages.get(asked);
  if (known !== undefined) return known;
  if (languages.size >= MOST_LANGUAGE_TEXTS) languages.clear();
  const language = request.acceptsLanguages('vi', 'en') === 'en' ? 'en' : 'vi';
  languages.set(asked, language);
  return language;
}

/** Gives every request its id, its language and its workspace, for all that runs because of it. */
export function requestContext(workspaces: Workspaces, ceiling: RequestCeiling) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const requestId = requestIdOf(request);
    const language = languageOf(request);
    storage.run({ requestId, language, response }, () => {
      const name = enterPlace(request);
      if (name === undefined || name === DEFAULT_WORKSPACE.name) return inWorkspace(DEFAULT_WORKSPACE, next);
      const refusal = workspaces.hasMet(name) ? undefined : ceiling.countNewcomer(request);
      if (refusal) return next(refusal);
      workspaces.enter(name, request).then((workspace) => inWorkspace(workspace, next), next);
    });
  };
}

const WORKSPACE_PATH = /^\/w\/([^/?]+)(\/[^]*|\?[^]*)?$/;

/** The workspace that a request names by its base URL `/w/<name>/…` or by `X-Workspace`, and what it asks for there. */
export function placeOf({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): { workspace: string | undefined; url: string } {
  const byPath = WORKSPACE_PATH.exec(url);
  if (byPath) {
    const rest = byPath[2] ?? '/';
    return { workspace: byPath[1], url: rest.startsWith('/') ? rest : `/${rest}` };
  }
  const byHeader = headers['x-workspace'];
  return { workspace: typeof byHeader === 'string' ? byHeader : undefined, url };
}

/** Takes the workspace's base path off the URL. */
function enterPlace(request: Request): string | undefined {
  const { workspace, url } = placeOf(request);
  if (url !== request.url) request.url = url;
  return workspace;
}

/** What stands before our own paths in the URL that the client called: the workspace's base path, or nothing. */
export function basePathOf({ originalUrl, url }: Pick<Request, 'originalUrl' | 'url'>): string {
  return WORKSPACE_PATH.test(originalUrl) ? originalUrl.slice(0, originalUrl.length - url.length) : '';
}
