/** The members of a body that were sent: of a merge patch, what is left out stays as it is. */
export function said<Body extends object>(body: Body): Partial<Body> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Partial<Body>;
}
