/** What the program says is wrong, at the rule that it is about. */
import type { Problem } from "../api/http.ts";
import type { Path } from "./tree.ts";

export interface Mark {
  readonly detail: string;
  /** Which piece of a formula's text it is, in characters. */
  readonly at?: { readonly from: number; readonly length: number };
  /** What to write there instead. */
  readonly suggestion?: string;
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

/** The program counts a formula's characters from 1. */
export function markOf({ detail, position, length, suggestion }: Problem): Mark {
  const at = typeof position === "number" && { from: position - 1, length: typeof length === "number" ? length : 0 };
  return { detail, ...(at ? { at } : {}), ...(typeof suggestion === "string" ? { suggestion } : {}) };
}
