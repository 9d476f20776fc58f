import { REFUSALS, type RefusalCode } from './refusal-catalogue.ts';

/** One fault of the input: where (JSON pointer), which rule, and optionally what the rule says in both languages. */
export interface Fault {
  /** JSON pointer into the request, e.g. `/phone` or `/portrait`. */
  pointer: string;
  /** A code of the fault catalogue. */
  code: string;
  /** Text of its own where the catalogue's sentence is too general; never an echo of the input. */
  text?: { vi: string; en: string };
}

/** What a refusal tells beyond its code. Every part is safe to show: no input, no person but the holder's own staff name. */
export interface RefusalDetails {
  errors?: Fault[];
  /** The status of the thing that refused, for refusals for the state of things. */
  state?: string;
  allowedActions?: readonly string[];
  heldBy?: { name: string; officeCode: string; since: string; until: string };
  decidedBy?: { officeCode: string; at: string };
  /** Further members of the problem document, e.g. `differences` or `missing`. */
  more?: Record<string, unknown>;
  /** Whole seconds after which a retry makes sense; becomes the header `Retry-After`. */
  retryAfter?: number;
  /** The methods a path knows, for 405. */
  allow?: readonly string[];
}

/**
 * How the business says no. The HTTP layer turns it into an RFC 9457 problem document; anything else that is thrown is a
 * fault of ours and becomes a 500 with a fixed sentence.
 */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly details: RefusalDetails = {},
  ) {
    super(code);
    this.name = 'Refusal';
  }

  get kind() {
    return REFUSALS[this.code].kind;
  }
}

/** More faults of one code than any form of ours has fields [D]. */
export const MOST_FAULTS_OF_A_CODE = 100;

/**
 * The refusal for faulty input: all faults at once. Names that somebody made up by the thousand are not all told back: of each code the first
 * hundred are, so that no fault of a field that exists is lost among them.
 */
export function validationFailed(errors: readonly Fault[]): Refusal {
  const told = new Map<string, number>();
  return new Refusal('validation-failed', {
    errors: errors.filter(({ code }) => {
      const before = told.get(code) ?? 0;
      told.set(code, before + 1);
      return before < MOST_FAULTS_OF_A_CODE;
    }),
  });
}
