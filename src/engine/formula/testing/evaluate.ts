/** One formula on one row, by both evaluators. Tests only. */

import type { Problem } from "../../../platform/problem.ts";
import { emptyWords, hasBit, setRange } from "../../bitmap/words.ts";
import { columnOfValues } from "../../columns/build.ts";
import type { Column } from "../../columns/column.ts";
import type { QuerySchema } from "../../query/schema.ts";
import { typedValue } from "../../values/typed-value.ts";
import type { Cell, Field, TypedValue } from "../../values/types.ts";
import type { CompiledFormula } from "../expr.ts";
import { evaluateExpr, evaluateExprChunk, parseFormula, scanFormula } from "../index.ts";

export function accepted(source: string, schema: QuerySchema): CompiledFormula {
  const outcome = parseFormula(source, schema);
  if (!outcome.ok) throw new Error(`${source}: ${outcome.problem.detail}`);
  return outcome.value;
}

export function refused(source: string, schema: QuerySchema): Problem {
  const outcome = parseFormula(source, schema);
  if (outcome.ok) throw new Error(`accepted ${source}`);
  return outcome.problem;
}

/** More rows than are looked at one by one. */
const ROWS = 40;

/** The value of a formula; throws where the evaluators disagree. Cells by field name. */
export function yieldOf(
  source: string,
  schema: { readonly fields: readonly Field[] },
  cells: Readonly<Record<string, Cell>> = {},
  moment = { now: Date.parse("2024-05-01T10:00:00Z"), timeZone: "Europe/Berlin" },
): TypedValue {
  const { expr, type } = accepted(source, schema);
  const values = new Map(schema.fields.map((field) => [field.id, typedValue(field, cells[field.name])]));
  const value = evaluateExpr(expr, { value: (field) => values.get(field) ?? null }, moment);
  const columns = new Map(
    schema.fields.map((field) => [field.id, columnOfValues(field, Array(ROWS).fill(values.get(field.id)))]),
  );
  const [mask, found] = [emptyWords(), emptyWords()];
  setRange(mask, 0, ROWS - 1);
  const columnsOf = (field: number) => columns.get(field) as Column;
  const computed = evaluateExprChunk(expr, columnsOf, mask, moment).get(ROWS - 1);
  if (!Object.is(computed, value)) throw new Error(`${source}: a row says ${value}, a chunk ${computed}`);
  if (type === "boolean") {
    scanFormula(expr, columnsOf, mask, found, moment);
    if (hasBit(found, ROWS - 1) !== (value === true))
      throw new Error(`${source}: a row says ${value}, a scan does not`);
  }
  return value;
}
