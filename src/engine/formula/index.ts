import type { Words } from "../bitmap/words.ts";
import type { Column } from "../columns/column.ts";
import type { Moment } from "../plan/surroundings.ts";
import type { FieldType, TypedValue } from "../values/types.ts";
import type { Expr } from "./expr.ts";

export type { ClockUse, Expr } from "./expr.ts";

export interface FormulaRow {
  value(field: number, type: FieldType): TypedValue;
}
export function evaluateExpr(_expr: Expr, _row: FormulaRow, _moment: Moment): TypedValue {
  throw new RangeError("not built yet");
}
export function evaluateExprChunk(
  _expr: Expr,
  _columns: (field: number) => Column,
  _mask: Words,
  _moment: Moment,
): Column {
  throw new RangeError("not built yet");
}
