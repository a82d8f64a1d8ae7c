/**
 * Tests that a column answers by itself, in its own encoding: a field compared with something that is the same for all
 * rows, or asked whether it is empty.
 */
import type { Words } from "../../bitmap/words.ts";
import type { Column, TextSearch } from "../../columns/column.ts";
import type { Moment } from "../../plan/surroundings.ts";
import { matcherFor, type Predicate } from "../../predicates/index.ts";
import { wrongFamily } from "../../predicates/matcher.ts";
import { foldText } from "../../values/fold.ts";
import type { Call, Expr, FieldExpr, Literal } from "../expr.ts";
import { type FieldSpan, fieldSpan } from "./span.ts";

/** `out` = the rows of `mask` for which the test is true. */
export type DirectScan = (columns: (field: number) => Column, mask: Words, out: Words, moment: Moment) => void;

/** Null where the expression is no such test. */
export function directScan(expr: Expr): DirectScan | null {
  if (expr.kind !== "call") return null;
  const [left, right] = expr.args;
  if (expr.name === "is_empty") return left?.kind === "field" ? emptyScan(left) : null;
  const span = fieldSpan(expr);
  if (span !== null) return spanScan(span);
  if (left?.kind === "field" && right?.kind === "literal") return textScan(expr, left, right);
  const turned = expr.name === "==" && left?.kind === "literal" && right?.kind === "field";
  return turned ? textScan(expr, right, left) : null;
}

function emptyScan({ field }: FieldExpr): DirectScan {
  return (columns, mask, out) => {
    columns(field).scanPresent(mask, out);
    for (let i = 0; i < out.length; i++) out[i] = (mask[i] as number) & ~(out[i] as number);
  };
}

function spanScan(span: FieldSpan): DirectScan {
  return (columns, mask, out, moment) => {
    const bounds = span.at(moment);
    const column = columns(span.field);
    if (column.family !== "number") wrongFamily(column);
    else if (bounds === null) out.fill(0);
    else column.scanSpans([bounds.low, bounds.high], mask, out);
  };
}

const searches: Readonly<Partial<Record<Call["name"], TextSearch["how"]>>> = {
  "==": "equals",
  contains: "contains",
  starts_with: "starts_with",
  ends_with: "ends_with",
};

function textScan({ name }: Call, field: FieldExpr, { value }: Literal): DirectScan | null {
  const how = searches[name];
  if (how === undefined || typeof value !== "string" || value === "") return null;
  const needles = [foldText(value)];
  if (field.type === "text") return predicateScan(field, { kind: "text", how, needles, fold: true });
  return field.type === "text_array" ? predicateScan(field, { kind: "element", needles, fold: true }) : null;
}

function predicateScan({ field }: FieldExpr, predicate: Predicate): DirectScan {
  const matcher = matcherFor(predicate);
  return (columns, mask, out) => matcher.scan(columns(field), mask, out);
}
