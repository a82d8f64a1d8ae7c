/** One condition on a field: the field, the operator, and a value that reads as the field's type. */
import { type Operator, operatorNamed, operatorNames, operatorsFor } from "../operators/index.ts";
import { oneOf } from "../operators/one-of.ts";
import { isBlank } from "../values/blank.ts";
import type { Field } from "../values/types.ts";
import type { FieldRule, RuleScalar } from "./ast.ts";
import { MAX_LIST } from "./limits.ts";
import { didYouMean, quoted, refuse } from "./refuse.ts";
import { isNeverEqual, readRuleValue } from "./rule-value.ts";
import { nearest } from "./suggest.ts";
import { refuseUnsupportedOperator } from "./unsupported.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export function parseFieldRule(rule: JsonObject, path: string, fields: ReadonlyMap<string, Field>): FieldRule {
  const field = fieldOf(rule.field, `${path}.field`, fields);
  const operator = operatorOf(rule.operator, `${path}.operator`, field);
  const value = readValue(rule.value, `${path}.value`, field, operator);
  const parsed = { field: field.id, operator: operator.name, ...(value === undefined ? {} : { value }) };
  return matchesCase(rule, path, field) ? { ...parsed, match_case: true } : parsed;
}

function fieldOf(written: unknown, path: string, fields: ReadonlyMap<string, Field>): Field {
  if (typeof written !== "string") {
    return refuse("malformed_query", path, `A condition needs "field": the name of a field, as text.`);
  }
  const field = fields.get(written);
  if (field !== undefined) return field;
  const suggestion = nearest(written, fields.keys());
  const detail = `There is no field ${quoted(written)}.${didYouMean(suggestion)}`;
  return refuse(
    "unknown_field",
    path,
    detail,
    suggestion === null ? { field: written } : { field: written, suggestion },
  );
}

function operatorOf(written: unknown, path: string, field: Field): Operator {
  const choices = operatorsFor(field.type).map((operator) => operator.name);
  if (typeof written !== "string") {
    return refuse(
      "malformed_query",
      path,
      `A condition needs "operator". On ${quoted(field.name)}: ${choices.join(", ")}.`,
    );
  }
  const operator = operatorNamed(written);
  if (operator === undefined) {
    refuseUnsupportedOperator(written, path);
    const suggestion = nearest(written, operatorNames());
    const detail = `There is no operator ${quoted(written)}.${didYouMean(suggestion)} On ${quoted(field.name)}: ${choices.join(", ")}.`;
    return refuse("unknown_operator", path, detail, { choices });
  }
  if (operator.types.includes(field.type)) return operator;
  const detail = `"${operator.name}" does not work on the ${typeWords(field)} field ${quoted(field.name)}. Use one of: ${choices.join(", ")}.`;
  return refuse("operator_type_mismatch", path, detail, { field_type: field.type, choices });
}

function typeWords(field: Field): string {
  return field.type.replace("_", " ");
}

function readValue(written: unknown, path: string, field: Field, operator: Operator): FieldRule["value"] {
  switch (operator.takes) {
    case "nothing":
      return noValue(written, path, operator);
    case "one":
      return scalarOf(written, path, field, operator);
    case "range":
      return rangeOf(written, path, field, operator);
    case "list":
      return listOf(written, path, field, operator);
  }
}

function noValue(written: unknown, path: string, operator: Operator): undefined {
  if (written === undefined || written === null || written === "") return undefined;
  return refuse("invalid_value", path, `"${operator.name}" takes no value. Leave "value" out.`);
}

function scalarOf(written: unknown, path: string, field: Field, operator: Operator): RuleScalar {
  const read = readRuleValue(field.type, written);
  if ("refusal" in read) {
    const given = isMissing(written) ? "there is no value" : `${quoted(written)} does not read as one`;
    const empty = isMissing(written) && operator.predicate === oneOf ? ' For empty cells, use "is_empty".' : "";
    const detail = `${quoted(field.name)} is a ${typeWords(field)} field and ${given}. ${read.refusal}${empty}`;
    return refuse("invalid_value", path, detail, { field_type: field.type });
  }
  if (operator.predicate === oneOf && isNeverEqual(field.type, read.value)) {
    refuse(
      "invalid_value",
      path,
      `Blank cells are empty, so nothing equals blank text. For empty cells, use "is_empty".`,
    );
  }
  return read.value;
}

function isMissing(written: unknown): boolean {
  return written === undefined || written === null || (typeof written === "string" && isBlank(written));
}

function rangeOf(written: unknown, path: string, field: Field, operator: Operator): RuleScalar[] {
  if (!Array.isArray(written) || written.length !== 2) {
    return refuse("invalid_value", path, `"${operator.name}" takes two values, both included: [low, high].`);
  }
  return written.map((value, i) => scalarOf(value, `${path}[${i}]`, field, operator));
}

function listOf(written: unknown, path: string, field: Field, operator: Operator): RuleScalar[] {
  if (!Array.isArray(written)) {
    return refuse("invalid_value", path, `"${operator.name}" takes a list of values, for example ["CA", "NY"].`);
  }
  if (written.length > MAX_LIST) {
    const detail = `A list may have ${MAX_LIST} values, this one has ${written.length}. Join several conditions with "or".`;
    refuse("list_too_long", path, detail, { limit: MAX_LIST, actual: written.length });
  }
  return written.map((value, i) => scalarOf(value, `${path}[${i}]`, field, operator));
}

function matchesCase(rule: JsonObject, path: string, field: Field): boolean {
  const written = rule.match_case;
  if (written === undefined || written === null) return false;
  if (typeof written !== "boolean")
    return refuse("malformed_query", `${path}.match_case`, `"match_case" is true or false.`);
  return written && (field.type === "text" || field.type === "text_array");
}
