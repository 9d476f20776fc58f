/**
 * The query string of a route that takes none: declared with `@Query()`, it makes the input pipe refuse every name in it as
 * `malformed-request` instead of ignoring it.
 */
export class NoQuery {}
