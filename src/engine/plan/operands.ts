/** A rule's values in the form that predicates are made from. Dates on datetime fields become local days here. */

import { type Operands, operatorNamed, type Takes } from "../operators/index.ts";
import { PERIODS } from "../predicates/predicate.ts";
import type { Span } from "../predicates/spans.ts";
import { type Comparison, isTimeSpan, type RuleScalar } from "../query/ast.ts";
import { isCalendarUnit } from "../time/calendar-units.ts";
import { parseIsoDate } from "../values/calendar.ts";
import { parseInstant, parseIsoDateTime } from "../values/date-time.ts";
import { foldText } from "../values/fold.ts";
import type { Field, FieldType } from "../values/types.ts";
import { instantOfLocal, startOfDay } from "../values/zone.ts";
import { outOfDate } from "./compile.ts";

/**
 * `field`: what is compared, a field, or the result of an aggregate or a formula. Throws a ProblemError
 * (`query_out_of_date`) on minutes or hours over dates: the field was a datetime once.
 */
export function operandsOf(rule: Comparison, field: Pick<Field, "type">, timeZone: string): Operands {
  const values = scalarsOf(rule);
  const { type } = field;
  const fold = rule.match_case !== true;
  const isText = type === "text" || type === "text_array";
  return {
    type,
    fold,
    texts: isText ? values.map((value) => (fold ? foldText(String(value)) : String(value))) : [],
    booleans: type === "boolean" ? values.map((value) => value === true) : [],
    spans: isText || type === "boolean" ? [] : values.map((value) => spanOf(value, field, timeZone)),
    ...windowOf(rule, type),
  };
}

/** The values that are of the field's type; what a window takes is none. */
export function scalarsOf(rule: Comparison): readonly RuleScalar[] {
  const { value } = rule;
  if (value === undefined || isTimeSpan(value) || takes(rule) === "period") return [];
  return typeof value === "object" ? value : [value];
}

function takes(rule: Comparison): Takes | undefined {
  return operatorNamed(rule.operator)?.takes;
}

function windowOf(rule: Comparison, type: FieldType): Pick<Operands, "span" | "period"> {
  const span = isTimeSpan(rule.value) ? rule.value : null;
  const period = takes(rule) === "period" ? (PERIODS.find((known) => known === rule.value) ?? null) : null;
  if (span === null || type !== "date" || isCalendarUnit(span.unit)) return { span, period };
  return outOfDate(`it counts ${span.unit}s, and dates have none`);
}

function spanOf(value: RuleScalar, field: Pick<Field, "type">, timeZone: string): Span {
  if (field.type === "number") return pointAt(Number(value));
  const text = String(value);
  const days = parseIsoDate(text);
  if (field.type === "date") return pointAt(days ?? Number.NaN);
  if (days === null) return pointAt(instantOf(text, timeZone));
  return { low: startOfDay(timeZone, days), high: endOfDay(timeZone, days) };
}

const pointAt = (value: number): Span => ({ low: value, high: value });

/** The last millisecond of a local day. (A day that the zone left out has none: its end lies before its start.) */
function endOfDay(timeZone: string, days: number): number {
  return startOfDay(timeZone, days + 1) - 1;
}

function instantOf(text: string, timeZone: string): number {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  const parts = parseIsoDateTime(text);
  return parts === null ? Number.NaN : instantOfLocal(timeZone, parts.local);
}
