import type { OutgoingHttpHeaders } from 'node:http';
import type { RecordedBody } from './run.types.ts';
import { sha256 } from './transcript-hash.ts';

/** An answer's headers that the story depends on. Left out are those of the connection, the date, and those that are always the same. */
const HEADERS = [
  ...['allow', 'content-disposition', 'content-type', 'etag', 'idempotent-replayed', 'link', 'location', 'retry-after'],
  ...['sim-photo-truth', 'upload-expires', 'upload-length', 'upload-metadata', 'upload-offset', 'www-authenticate', 'x-event-cursor'],
];

/** Longer JSON is reference data: its hash says enough. */
const LONGEST_JSON = 64 * 1024;

/** What of an answer is the place it was asked in, and not the story. */
export interface Surroundings {
  /** `host:port` as the client called it. */
  readonly host: string;
  /** The workspace's base path, or nothing. */
  readonly basePath: string;
  readonly requestId: string;
}

/** A text without the server's address, the workspace's base path and the request's id. */
function homeless(text: string, { host, basePath, requestId }: Surroundings): string {
  let cleaned = text;
  if (host !== '') cleaned = cleaned.replaceAll(`http://${host}`, '').replaceAll(`https://${host}`, '');
  if (basePath !== '') cleaned = cleaned.replaceAll(`${basePath}/`, '/');
  return requestId === '' ? cleaned : cleaned.replaceAll(requestId, '(request id)');
}

export function canonicalHeaders(headers: OutgoingHttpHeaders, surroundings: Surroundings): Record<string, string> {
  const told = HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, homeless(String(headers[name]), surroundings)]]));
  return Object.fromEntries(told) as Record<string, string>;
}

/** What is different each time by its nature: by the path that was asked, or by the kind of the answer. */
const LEFT_OUT: readonly { readonly path?: RegExp; readonly type?: RegExp; readonly because: string }[] = [
  { path: /^(?!\/(v1|_sim|problems)(\/|$))/, because: 'no part of the API: health, metrics, documentation' },
  { path: /^\/_sim\/(journal|coverage)(\/|$)/, because: 'tells of the requests themselves, and how long they took' },
  { type: /^message\/rfc822/, because: 'a mail has a date and boundaries of its own' },
];

export interface WholeAnswer {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  /** Of all of the body, also where `body` is not all of it. */
  readonly sha256: string;
  readonly bytes: number;
}

export function canonicalBody(answer: WholeAnswer, surroundings: Surroundings): RecordedBody {
  const { path, contentType, body, bytes } = answer;
  const pathname = path.split('?')[0]!;
  const exempt = LEFT_OUT.find((exemption) => exemption.path?.test(pathname) || exemption.type?.test(contentType));
  if (exempt) return { leftOut: exempt.because };
  if (!/^application\/(problem\+)?json/.test(contentType) || body.length < bytes) return { sha256: answer.sha256, bytes };
  const text = homeless(body.toString(), surroundings);
  if (text.length > LONGEST_JSON) return { sha256: sha256(text), bytes: Buffer.byteLength(text) };
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return { sha256: answer.sha256, bytes };
  }
}
