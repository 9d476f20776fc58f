import { ValidateIf } from 'class-validator';

/**
 * A member of a body that may be left out. Unlike `IsOptional` it lets no `null` by: in a body that is no merge-patch, null is a
 * value like any other, and here a wrong one.
 */
export const MayBeAbsent = () => ValidateIf((_object, value) => value !== undefined);
