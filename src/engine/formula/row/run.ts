/** What a part of a formula becomes for the row evaluator: a closure for each family of values. */
import type { Moment } from "../../plan/surroundings.ts";
import type { FormulaRow } from "../clock.ts";

/** One row at one moment. */
export interface Scope {
  readonly row: FormulaRow;
  readonly moment: Moment;
}

/** Numbers, dates and datetimes; NaN is empty. */
export type NumberRun = (scope: Scope) => number;
export type TruthRun = (scope: Scope) => boolean | null;
export type TextRun = (scope: Scope) => string | null;
export type ListRun = (scope: Scope) => readonly string[] | null;
