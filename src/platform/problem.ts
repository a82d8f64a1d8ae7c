/**
 * An expected failure, as a value: it crosses object calls unchanged (a thrown error would lose its
 * class there) and becomes an RFC 9457 answer at the API's edge.
 */
export interface Problem {
  /** Stable, snake_case, for programs. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** What was wrong and how to mend it, for people. */
  readonly detail: string;
  /** The wrong part of the input: `query.rules[2].value`. */
  readonly path?: string;
  /** Limit and actual, choices, circles: whatever helps. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Thrown inside one module; caught at its boundary. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** An answer of a remote object: the value, or why not. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const failure = <T = never>(problem: Problem): Outcome<T> => ({ ok: false, problem });

/** The value, or a ProblemError. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new ProblemError(outcome.problem);
}
