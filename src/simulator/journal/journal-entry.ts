/** One request of the API as it went by. Never a value that was sent: no body, no token, no query, no name of a person. */
export interface JournalEntry {
  /** Of the workspace, from 1, in the order in which the requests ended. */
  readonly sequence: number;
  /** When it came, by this process's own clock, in milliseconds since 1970. */
  readonly cameAt: number;
  readonly method: string;
  /** As the API document writes it, `/v1/staff/declarations/{id}/approval`; null where no route has the path. */
  readonly route: string | null;
  /** The dossier or draft that the path names, or that the request made. */
  readonly declarationId: string | undefined;
  readonly client: string;
  /** null when the connection broke before the answer was out. */
  readonly status: number | null;
  readonly milliseconds: number;
  /** `X-Event-Cursor` of a write. */
  readonly eventCursor: string | undefined;
  /** What the answer said where it was no. */
  readonly refusal: RefusalFacts | undefined;
}

export interface FaultFacts {
  readonly pointer: string;
  readonly code: string;
}

/** What a problem document said, without a word about anybody. */
export interface RefusalFacts {
  readonly code: string;
  /** The first of them, and of each code at least one. */
  readonly errors: readonly FaultFacts[];
  /** How many the answer named, where that is more than are kept. */
  readonly errorsInAll?: number;
  readonly state?: string;
  readonly allowedActions?: readonly string[];
  readonly missing?: readonly string[];
  readonly methods?: readonly string[];
  readonly retryAfterSeconds?: number;
}

/** What to look for; every part that is given must hold. */
export interface JournalFilter {
  readonly declarationId?: string | undefined;
  /** A path, or method and path, as the API document writes them. */
  readonly route?: string | undefined;
  readonly client?: string | undefined;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
}

export function matches(entry: JournalEntry, { declarationId, route, client, status, code }: JournalFilter): boolean {
  return (
    (declarationId === undefined || entry.declarationId === declarationId) &&
    (route === undefined || entry.route === route || `${entry.method} ${entry.route}` === route) &&
    (client === undefined || entry.client === client) &&
    (status === undefined || entry.status === status) &&
    (code === undefined || entry.refusal?.code === code || !!entry.refusal?.errors.some((error) => error.code === code))
  );
}

export interface JournalCount {
  readonly method: string;
  readonly route: string | null;
  readonly status: number | null;
  readonly code: string | undefined;
  count: number;
}

/** How often each route was answered how, the most frequent first. */
export function countsOf(entries: readonly JournalEntry[]): JournalCount[] {
  const counts = new Map<string, JournalCount>();
  for (const { method, route, status, refusal } of entries) {
    const key = `${method} ${route} ${status} ${refusal?.code}`;
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { method, route, status, code: refusal?.code, count: 1 });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}
