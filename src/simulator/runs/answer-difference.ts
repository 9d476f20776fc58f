import type { RecordedAnswer } from './run.types.ts';

/** How the same call was answered differently: places only, because values may be anybody's. */
export interface Difference {
  /** `200 → 409` where the statuses differ. */
  readonly status?: string;
  /** `/body/…` as JSON pointers, or `/headers/…`. */
  readonly pointers: readonly string[];
}

/** More than anybody reads of one answer. */
const MOST_POINTERS = 20;

/**
 * @param strict false where chance and time were free: then only the status and the shape must be the same
 * @returns undefined where they are the same
 */
export function differenceOf(expected: RecordedAnswer, got: RecordedAnswer, strict: boolean): Difference | undefined {
  const status = expected.status === got.status ? undefined : `${expected.status} → ${got.status}`;
  const pointers = status === undefined || strict ? [...differing(expected.body, got.body, '/body', strict)] : [];
  if (strict) pointers.push(...differing(expected.headers, got.headers, '/headers', true));
  if (expected.broken !== got.broken) pointers.push('/broken');
  if (status === undefined && pointers.length === 0) return undefined;
  return { ...(status !== undefined && { status }), pointers: pointers.map(withoutKind).slice(0, MOST_POINTERS) };
}

function* differing(one: unknown, other: unknown, pointer: string, strict: boolean): Generator<string> {
  if (kindOf(one) !== kindOf(other)) {
    // Without a seed, what may be null is as it happens to be.
    if (strict || (one !== null && other !== null)) yield pointer;
  } else if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length && strict) yield `${pointer}/length`;
    for (let index = 0; index < Math.min(one.length, other.length); index++)
      yield* differing(one[index], other[index], `${pointer}/${index}`, strict);
  } else if (isObject(one) && isObject(other)) {
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)]))
      yield* differing(one[name], other[name], `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, strict);
  } else if (strict && one !== other) {
    yield pointer;
  }
}

/** `/body/json/id` → `/body/id`: how a body was kept is nobody's concern. */
function withoutKind(pointer: string): string {
  return pointer.replace(/^\/body\/json(?=\/|$)/, '/body');
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return kindOf(value) === 'object';
}
