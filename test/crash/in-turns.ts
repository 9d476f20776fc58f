import pLimit from 'p-limit';

const ABREAST = 8;

/** Does a long list of small things, a few at a time. */
export function inTurns<T, Result>(items: readonly T[], work: (item: T) => Promise<Result>): Promise<Result[]> {
  const limit = pLimit(ABREAST);
  return Promise.all(items.map((item) => limit(() => work(item))));
}
