/** What the program says is wrong, at the rule that it is about. */
import type { Problem } from "../api/http.ts";
import type { Path } from "./tree.ts";

export interface Mark {
  readonly detail: string;
  /** Where in a formula's text it is, in characters. */
  readonly position?: number;
  readonly length?: number;
}

/** `query.rules[2].where.rules[0].value` -> [2, "where", 0]; null where the path names no rule. */
export function pathOfProblem(path: string | undefined): Path | null {
  if (!path) return null;
  const steps = [...path.matchAll(/(?:rules|conditions)\[(\d+)\]|\.(where)(?=[.[])/g)].map(([, index, where]) =>
    where === undefined ? Number(index) : ("where" as const),
  );
  // A group of related records as a whole is told at its rule.
  while (steps.at(-1) === "where") steps.pop();
  return steps.length > 0 ? steps : null;
}

export function markOf(problem: Problem): Mark {
  const { detail, position, length } = problem;
  return {
    detail,
    ...(typeof position === "number" ? { position } : {}),
    ...(typeof length === "number" ? { length } : {}),
  };
}
