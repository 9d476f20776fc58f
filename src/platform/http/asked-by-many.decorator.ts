const askedByMany = new WeakSet<object>();

/**
 * Marks the query class of public reference data, which very many clients ask for in the same few ways: what a query was found to be is
 * remembered for the next one of the same letters. Its instances are shared, and frozen.
 */
export function AskedByMany(): ClassDecorator {
  return (query) => void askedByMany.add(query);
}

export function isAskedByMany(query: object | undefined): boolean {
  return query !== undefined && askedByMany.has(query);
}
