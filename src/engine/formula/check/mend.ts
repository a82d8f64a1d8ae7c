/** What to write instead where an expression has another type than is needed. */
import { numberText, parseNumber } from "../../values/number.ts";
import type { ExprType } from "../expr.ts";
import type { Syntax } from "../syntax/tree.ts";

export const typeWords: Readonly<Record<ExprType, string>> = {
  text: "text",
  number: "a number",
  boolean: "true or false",
  date: "a date",
  datetime: "a date with a time",
  text_array: "a list of texts",
};

/** `written` is the expression as it stands in the source, short enough for a sentence. */
export function mending(syntax: Syntax, written: string, actual: ExprType, needed: ExprType): string {
  if (actual === "text_array") return `Of a list, ask contains(${written}, "…") or length(${written}).`;
  switch (needed) {
    case "number":
      return toNumber(syntax, written, actual);
    case "boolean":
      return toTruth(written, actual);
    case "text":
      return toText(syntax, written, actual);
    case "date":
    case "datetime":
      return toDate(syntax, actual);
    case "text_array":
      return "";
  }
}

function toNumber(syntax: Syntax, written: string, actual: ExprType): string {
  if (syntax.kind === "text" && parseNumber(syntax.value) !== null) return `Write ${syntax.value} without quotes.`;
  if (actual === "text") return "If the field holds numbers, change its type to number.";
  if (actual === "boolean") return `Write if(${written}, 1, 0).`;
  return `Numbers of dates are days_between(a, b), days_since(a), year(a), month(a) and weekday(a).`;
}

function toTruth(written: string, actual: ExprType): string {
  if (actual === "number") return `Compare it, for example ${written} > 0.`;
  if (actual === "text") return `Compare it, for example ${written} == "…", or write not is_empty(${written}).`;
  return `Compare it, for example ${written} >= "2024-05-01", or write not is_empty(${written}).`;
}

function toText(syntax: Syntax, written: string, actual: ExprType): string {
  if (syntax.kind === "number") return `Write "${numberText(syntax.value)}" in quotes.`;
  if (syntax.kind === "truth") return `Write "${syntax.value}" in quotes.`;
  return actual === "datetime" ? "" : `concat(${written}) makes a text of it.`;
}

function toDate(syntax: Syntax, actual: ExprType): string {
  if (actual === "text" && syntax.kind !== "text") return "If the field holds dates, change its type to date.";
  if (actual === "datetime") return "";
  return 'Dates are written as texts: "2024-05-01".';
}
