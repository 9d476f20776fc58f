import type { Problem } from './problem.ts';

const problems = new WeakMap<object, Problem>();

/** Remembers, for as long as the answer lives, that it is this problem. */
export function rememberProblem(response: object, problem: Problem): void {
  problems.set(response, problem);
}

/** The problem that an answer is, for whoever looks on from outside; undefined when it is none, or none of ours. */
export function problemAnswered(response: object): Problem | undefined {
  return problems.get(response);
}
