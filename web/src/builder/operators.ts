/** Each type's operators in human words, and how many values an operator takes. */
import type { FieldType } from "../api/datasets.ts";

export type Arity = "none" | "one" | "two" | "many" | "span" | "period";

export interface OperatorChoice {
  readonly name: string;
  readonly label: string;
}

const EMPTY: readonly OperatorChoice[] = [
  { name: "is_empty", label: "is empty" },
  { name: "is_not_empty", label: "is not empty" },
];

const TEXT: readonly OperatorChoice[] = [
  { name: "equals", label: "is" },
  { name: "not_equals", label: "is not" },
  { name: "in", label: "is one of" },
  { name: "not_in", label: "is none of" },
  { name: "contains", label: "contains" },
  { name: "not_contains", label: "does not contain" },
  { name: "starts_with", label: "starts with" },
  { name: "ends_with", label: "ends with" },
  ...EMPTY,
];

const NUMBER: readonly OperatorChoice[] = [
  { name: "equals", label: "is" },
  { name: "not_equals", label: "is not" },
  { name: "greater_than", label: "is more than" },
  { name: "greater_or_equal", label: "is at least" },
  { name: "less_than", label: "is less than" },
  { name: "less_or_equal", label: "is at most" },
  { name: "between", label: "is between" },
  { name: "in", label: "is one of" },
  { name: "not_in", label: "is none of" },
  ...EMPTY,
];

const DATE: readonly OperatorChoice[] = [
  { name: "in_last", label: "is in the last" },
  { name: "not_in_last", label: "is not in the last" },
  { name: "in_next", label: "is in the next" },
  { name: "in_period", label: "is in" },
  { name: "on", label: "is on" },
  { name: "before", label: "is before" },
  { name: "after", label: "is after" },
  { name: "greater_or_equal", label: "is on or after" },
  { name: "less_or_equal", label: "is on or before" },
  { name: "between", label: "is between" },
  ...EMPTY,
];

const OPERATORS: Record<FieldType, readonly OperatorChoice[]> = {
  text: TEXT,
  number: NUMBER,
  boolean: [{ name: "is_true", label: "is true" }, { name: "is_false", label: "is false" }, ...EMPTY],
  date: DATE,
  datetime: DATE,
  text_array: [{ name: "includes", label: "includes" }, { name: "excludes", label: "does not include" }, ...EMPTY],
};

/** What is valid for a type but not offered: a rule that came with it keeps it. */
const UNOFFERED: Record<string, string> = {
  equals: "is exactly",
  not_equals: "is not exactly",
  in: "is one of",
  not_in: "is none of",
  greater_than: "is later than",
  less_than: "is earlier than",
};

/** The operators of a type, and the one in use even where it is not offered. */
export function operatorsOf(type: FieldType, inUse?: string): readonly OperatorChoice[] {
  const offered = OPERATORS[type];
  if (!inUse || offered.some(({ name }) => name === inUse)) return offered;
  return [...offered, { name: inUse, label: UNOFFERED[inUse] ?? inUse.replaceAll("_", " ") }];
}

const SPANS = ["in_last", "not_in_last", "in_next"];

export function arityOf(operator: string): Arity {
  if (["is_empty", "is_not_empty", "is_true", "is_false"].includes(operator)) return "none";
  if (operator === "between") return "two";
  if (SPANS.includes(operator)) return "span";
  if (operator === "in_period") return "period";
  return operator === "in" || operator === "not_in" ? "many" : "one";
}

/** Whether upper and lower case can be told apart here. */
export function hasCase(type: FieldType, operator: string): boolean {
  return (type === "text" || type === "text_array") && ["one", "many"].includes(arityOf(operator));
}
