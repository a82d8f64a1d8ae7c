/** A rule's values in the form that predicates are made from. Dates on datetime fields become local days here. */

import type { Operands } from "../operators/index.ts";
import type { Span } from "../predicates/spans.ts";
import type { Comparison, RuleScalar, RuleValue, TimeSpan } from "../query/ast.ts";
import { parseIsoDate } from "../values/calendar.ts";
import { parseInstant, parseIsoDateTime } from "../values/date-time.ts";
import { foldText } from "../values/fold.ts";
import type { Field } from "../values/types.ts";
import { instantOfLocal, startOfDay } from "../values/zone.ts";

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
  };
}

export function scalarsOf(rule: Comparison): readonly RuleScalar[] {
  if (rule.value === undefined || isTimeSpan(rule.value)) return [];
  return typeof rule.value === "object" ? rule.value : [rule.value];
}

function isTimeSpan(value: RuleValue): value is TimeSpan {
  return typeof value === "object" && "unit" in value;
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
