/** Refusals: always 422, with the path of the wrong part and a sentence that says how to mend it. */
import { type Problem, ProblemError } from "../../platform/problem.ts";

export type QueryProblemCode =
  | "malformed_query"
  | "unknown_field"
  | "unknown_operator"
  | "unknown_relation"
  | "unknown_segment"
  | "rule_not_allowed"
  | "operator_type_mismatch"
  | "aggregate_type_mismatch"
  | "formula_not_boolean"
  | "invalid_value"
  | "query_too_deep"
  | "too_many_conditions"
  | "list_too_long";

/** Throws the problem; caught at the parser's boundary. */
export function refuse(code: QueryProblemCode, path: string, detail: string, facts?: Problem["facts"]): never {
  throw new ProblemError({ code, status: 422, detail, path, ...(facts === undefined ? {} : { facts }) });
}

/** What was written, short enough for a sentence. */
export function quoted(written: unknown): string {
  const text = typeof written === "string" ? written : (JSON.stringify(written) ?? String(written));
  const cut = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return `"${cut.toWellFormed()}"`;
}

/** ` Did you mean "x"?` or nothing. */
export function didYouMean(name: string | null): string {
  return name === null ? "" : ` Did you mean ${quoted(name)}?`;
}
