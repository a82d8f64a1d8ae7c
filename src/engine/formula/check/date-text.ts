/** Texts in a formula that stand beside dates and read as one without loss. */
import { readRuleValue } from "../../query/rule-value.ts";
import { parseIsoDate } from "../../values/calendar.ts";
import { parseInstant } from "../../values/date-time.ts";
import type { Literal } from "../expr.ts";

/** The literal, or a sentence that says what to write instead. A bare date beside a datetime is a date. */
export function dateLiteral(text: string, beside: "date" | "datetime"): Literal | string {
  const read = readRuleValue(beside, text);
  if ("refusal" in read) return read.refusal;
  const value = read.value as string;
  const days = parseIsoDate(value);
  if (days !== null) return { kind: "literal", type: "date", value: days };
  return { kind: "literal", type: "datetime", value: parseInstant(value) ?? value };
}
