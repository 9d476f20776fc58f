/** A request's first line and further lines, before it is sent. */
export interface Ask {
  readonly method: string;
  readonly target: string;
  readonly lines: readonly string[];
}

type Trick = (ask: Ask) => Ask;

/** What anybody may see, and what somebody is shown who asks for it and names another thing in a header. */
export const DECOY = '/v1/reasons';

const path =
  (change: (target: string) => string): Trick =>
  (ask) => ({ ...ask, target: change(ask.target) });
const method =
  (name: string): Trick =>
  (ask) => ({ ...ask, method: name });
const lines =
  (...more: ((ask: Ask) => string)[]): Trick =>
  (ask) => ({ ...ask, lines: [...ask.lines, ...more.map((line) => line(ask))] });
/** Asks for something harmless by the same path, and for the thing itself in a header. */
const overridden =
  (name: string, as: string): Trick =>
  (ask) => ({ ...ask, method: as, lines: [...ask.lines, `${name}: ${ask.method}`] });
const before = (prefix: string) => path((target) => `${prefix}${target}`);
const lastSlash = (between: string) => path((target) => target.replace(/\/(?=[^/]*$)/, between));

/** Ways round a door: by another method, another spelling of the path, or a header that says something else. */
export const TRICKS: Readonly<Record<string, Trick>> = {
  'as it is': (ask) => ask,
  HEAD: method('HEAD'),
  OPTIONS: method('OPTIONS'),
  'method in lower case': (ask) => ({ ...ask, method: ask.method.toLowerCase() }),
  'method TRACE': method('TRACE'),
  'method PROPFIND': method('PROPFIND'),
  'X-HTTP-Method-Override on POST': overridden('X-HTTP-Method-Override', 'POST'),
  'X-HTTP-Method-Override on GET': overridden('X-HTTP-Method-Override', 'GET'),
  'X-HTTP-Method on POST': overridden('X-HTTP-Method', 'POST'),
  'X-Method-Override on GET': overridden('X-Method-Override', 'GET'),
  '_method in the query': (ask) => ({
    ...ask,
    method: 'POST',
    target: `${ask.target}${ask.target.includes('?') ? '&' : '?'}_method=${ask.method}`,
  }),
  'a slash behind': path((target) => `${target}/`),
  'two slashes behind': path((target) => `${target}//`),
  'two slashes before': before('/'),
  'slashes doubled': path((target) => target.replaceAll('/', '//')),
  'upper case': path((target) => target.toUpperCase()),
  'a capital': path((target) => target.replace('/v1', '/V1').replace('/_sim', '/_SIM')),
  'a letter percent-encoded': path((target) => target.replace(/[a-z](?=[^a-z]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)),
  'the first letter percent-encoded': path((target) =>
    target.replace(/^\/(.)/, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`),
  ),
  'encoded twice': path((target) => target.replace(/^\/(.)/, (_, letter: string) => `/%25${letter.charCodeAt(0).toString(16)}`)),
  'a slash percent-encoded': lastSlash('%2f'),
  'a slash encoded twice': lastSlash('%252f'),
  'a backslash': lastSlash('\\'),
  'a semicolon behind': path((target) => `${target};`),
  'a parameter behind': path((target) => `${target};a=b`),
  'a parameter before': path((target) => target.replace(/^\/([^/]+)/, '/$1;a=b')),
  '..; in it': lastSlash('/..;/'),
  'a dot segment': lastSlash('/./'),
  'up and down': lastSlash('/x/../'),
  'up and down, encoded': lastSlash('/x/%2e%2e/'),
  'through a public door': before('/v1/reasons/..'),
  'through a public door, encoded': before('/v1/reasons/%2e%2e'),
  'through health': before('/health/live/../..'),
  'through the default workspace': before('/w/default'),
  'through the workspace twice': before('/w/default/w/default'),
  'a suffix': path((target) => `${target}.json`),
  'a NUL behind': path((target) => `${target}%00`),
  'a space behind': path((target) => `${target}%20`),
  'a tab behind': path((target) => `${target}%09`),
  'a line end behind': path((target) => `${target}%0a`),
  'a question mark encoded': path((target) => `${target}%3f`),
  'a fragment': path((target) => `${target}#`),
  'absolute form': before('http://localhost'),
  'X-Original-URL': (ask) => ({
    ...ask,
    method: 'GET',
    target: DECOY,
    lines: [...ask.lines, `X-Original-URL: ${ask.target}`, `X-Rewrite-URL: ${ask.target}`],
  }),
  'from within, it says': lines(
    () => 'X-Forwarded-For: 127.0.0.1',
    () => 'X-Real-IP: 127.0.0.1',
    () => 'X-Forwarded-Host: localhost',
  ),
  'as a user, it says': lines(
    () => 'X-User: admin',
    () => 'X-Remote-User: admin',
    () => 'X-Role: admin',
    () => 'X-Staff-Id: 1',
  ),
  'with a wrong desk key': lines(() => 'X-Simulator-Key: '),
  'with a referer': lines(
    () => 'Referer: http://localhost/docs',
    () => 'Origin: http://localhost',
  ),
};
