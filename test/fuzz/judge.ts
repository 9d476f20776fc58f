import type { Truth } from '../support/openapi-truth.ts';
import type { Book, Rule } from './book.ts';
import { holdsCanary } from './canary.ts';
import type { RawAnswer } from './answer-reader.ts';
import type { Outcome } from './lane.ts';
import type { FuzzRequest } from './requests.ts';

/** Words of our own code, of the database and of the machine: an answer that has one of them tells more than it should. */
const INSIDE =
  /node_modules|\bat \S+ \(|\.[jt]s:\d|\bSELECT\b|\bINSERT\b|\bUPDATE \w|QueryFailed|\bpg_|SQLSTATE|\bE(?:NOENT|ACCES|CONN\w+)\b|\/dist\/|TypeError|RangeError|SyntaxError|Unexpected token|busboy|multer/i;
const PROBLEM = 'application/problem+json';

const LIMIT_MS = 5_000;

/**
 * Holds one outcome against everything that must hold of it.
 * @param starvedMs of the time it took, how long the service was kept from working
 */
export async function judge(request: FuzzRequest, outcome: Outcome, starvedMs: number, truth: Truth, book: Book): Promise<void> {
  book.count(request, outcome);
  if (outcome.kind === 'answer') book.took(outcome.milliseconds - starvedMs - request.waitMs);
  for (const [rule, what] of faultsOf(request, outcome, starvedMs, truth)) await book.breachBy(rule, what, request, outcome);
}

type Found = readonly [Rule, string];

function faultsOf(request: FuzzRequest, outcome: Outcome, starvedMs: number, truth: Truth): Found[] {
  switch (outcome.kind) {
    case 'left':
      return [];
    case 'silent':
      return [['every answer comes within 5 s, and what it was told to wait', `nothing in ${Math.round(outcome.milliseconds)} ms`]];
    case 'closed':
      return mayGoUnanswered(request) ? [] : [['every whole request is answered', `closed after ${outcome.received.length} bytes`]];
    case 'answer':
      return [
        ...timing(request, outcome.milliseconds, starvedMs),
        ...statusFaults(outcome.answer),
        ...contentFaults(request, outcome.answer, truth),
      ];
  }
}

/** Who ends in the middle has no right to an answer; nor has a tunnel (CONNECT), which no origin server builds. */
function mayGoUnanswered({ wire, method }: FuzzRequest): boolean {
  return wire.then === 'ends' || method === 'CONNECT';
}

function timing({ waitMs }: FuzzRequest, milliseconds: number, starvedMs: number): Found[] {
  if (milliseconds - starvedMs <= LIMIT_MS + waitMs) return [];
  return [
    [
      'every answer comes within 5 s, and what it was told to wait',
      `${Math.round(milliseconds)} ms, of these ${Math.round(starvedMs)} starved`,
    ],
  ];
}

function statusFaults({ status, headers }: RawAnswer): Found[] {
  const found: Found[] = [];
  if (status === 503) {
    found.push(['no answer is a 503 while nothing is out of order', headers['retry-after'] ? '503' : '503 without Retry-After']);
  } else if (status >= 500 || !(status >= 200)) found.push(['no answer is a 5xx', String(status)]);
  const needed = { 401: 'www-authenticate', 405: 'allow', 429: 'retry-after' }[status];
  if (needed !== undefined && headers[needed] === undefined) {
    found.push(['every refusal is a problem document with a known code', `${status} without ${needed}`]);
  }
  const { location = '' } = headers;
  if (/^(\/\/|\\|\w+:)/.test(location)) found.push(['no redirection leads elsewhere', location]);
  return found;
}

function contentFaults(request: FuzzRequest, answer: RawAnswer, truth: Truth): Found[] {
  const { status, headers, body, surplus } = answer;
  const { method, sketch, operation, wire, canary } = request;
  const found: Found[] = [];
  const type = headers['content-type'] ?? '';
  const isRefusal = status >= 400;
  if (isRefusal && method !== 'HEAD' && !type.startsWith(PROBLEM)) {
    found.push(['every refusal is a problem document with a known code', `${status} as ${type || 'nothing'}`]);
  }
  const isPromised = sketch.isPlain && method === operation.method && status < 300;
  if ((isRefusal || isPromised) && method !== 'HEAD') found.push(...documentFaults(request, answer, truth, isRefusal));

  // The desk's photo says from which seed it was drawn, in printable ASCII, which ends no header.
  const shownHeaders = Object.entries(headers)
    .filter(([name, value]) => name !== 'sim-photo-truth' || /[^ -~]/.test(value ?? ''))
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
  const text = /json|text|xml|html/.test(type) ? body.toString('utf8') : '';
  // A redirection says where, and that is where one came from.
  if (holdsCanary(shownHeaders) && !headers.location) found.push(['no refusal and no header repeats what was sent', 'in a header']);
  // The desk shows what arrived instead, and that may be anybody's.
  const isEcho = operation.template === '/_sim/await' ? text.includes(canary) : holdsCanary(text);
  if (isRefusal && isEcho) found.push(['no refusal and no header repeats what was sent', `${status} in its body`]);
  if (isRefusal && INSIDE.test(text)) found.push(['no answer tells of the inside', INSIDE.exec(text)![0]]);
  if (surplus > 0 && wire.then === 'keeps' && method !== 'HEAD') found.push(['one request, one answer', `${surplus} bytes more`]);
  return found;
}

function documentFaults({ operation, sketch, method }: FuzzRequest, answer: RawAnswer, truth: Truth, isRefusal: boolean): Found[] {
  const rule = isRefusal ? 'every refusal is a problem document with a known code' : 'every success is as the API document says';
  const { status, headers, body } = answer;
  const isJson = /json/.test(headers['content-type'] ?? '');
  if (isRefusal && !isJson) return [];
  try {
    const parsed = isJson && body.length > 0 ? (JSON.parse(body.toString('utf8')) as { status?: unknown }) : {};
    truth(method, isRefusal ? operation.template : sketch.path, { status, headers, body: parsed });
    return isRefusal && parsed.status !== status ? [[rule, `status ${String(parsed.status)} in a ${status}`]] : [];
  } catch (error) {
    return [[rule, (error as Error).message]];
  }
}
