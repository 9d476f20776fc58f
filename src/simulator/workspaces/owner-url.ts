/** For injection: the URL of the database's owner. */
export const OWNER_URL = Symbol('database owner');
