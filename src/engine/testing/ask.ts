/** One condition against one cell, through the whole engine. Tests only. */

import { compile } from "../plan/compile.ts";
import { evaluateRow } from "../plan/evaluate-row.ts";
import { parseQuery } from "../query/parse.ts";
import type { Cell, FieldType } from "../values/types.ts";

const MOMENT = { now: 0, timeZone: "UTC" };

export interface Question {
  readonly type: FieldType;
  readonly operator: string;
  readonly value?: unknown;
  readonly match_case?: boolean;
  readonly timeZone?: string;
}

/** Whether a cell satisfies a condition. */
export function ask({ type, timeZone = "UTC", ...rule }: Question, cell: Cell): boolean {
  const fields = [{ id: 0, name: "f", type }];
  const parsed = parseQuery({ combinator: "and", rules: [{ field: "f", ...rule }] }, { fields });
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return evaluateRow(compile(parsed.value, { fields, timeZone }), [cell], MOMENT);
}
