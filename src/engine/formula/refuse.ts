/** Refusals of formulas: always 422, with where, what is wrong and how to mend it. */
import { ProblemError } from "../../platform/problem.ts";

export type FormulaProblemCode =
  | "malformed_formula"
  | "formula_too_long"
  | "formula_too_deep"
  | "formula_type_mismatch"
  | "formula_circle"
  | "unknown_field"
  | "unknown_function"
  | "invalid_value";

/** A part of the source, in UTF-16 units. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Where {
  readonly source: string;
  /** Of the formula in the request. */
  readonly path: string;
}

const REACH = 20;

/** Throws the problem; caught at the parser's boundary. `position` counts from 1. */
export function refuseAt(
  where: Where,
  code: FormulaProblemCode,
  at: Stretch,
  detail: string,
  facts: Readonly<Record<string, unknown>> = {},
): never {
  const position = at.start + 1;
  const around = excerpt(where.source, at);
  const place = around === "" ? "" : `At position ${position} (${around}): `;
  throw new ProblemError({
    code,
    status: 422,
    detail: `${place}${detail}`,
    path: where.path,
    facts: { position, length: Math.max(0, at.end - at.start), around, ...facts },
  });
}

/** The text around a stretch, in one line. */
function excerpt(source: string, { start, end }: Stretch): string {
  const from = Math.max(0, start - REACH);
  const to = Math.min(source.length, Math.min(end, start + REACH) + REACH);
  const cut = source.slice(from, to).toWellFormed().replace(/\s+/g, " ").trim();
  return `${from > 0 ? "…" : ""}${cut}${to < source.length ? "…" : ""}`;
}
