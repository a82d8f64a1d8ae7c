/** What a comparison asks: an operator that its subject's type has, and a value that reads as that type. */
import { type Operator, operatorNamed, operatorNames, operatorsFor } from "../operators/index.ts";
import { oneOf } from "../operators/one-of.ts";
import { isBlank } from "../values/blank.ts";
import type { FieldType } from "../values/types.ts";
import type { Comparison, RuleScalar } from "./ast.ts";
import { MAX_LIST } from "./limits.ts";
import { isAbsent, type JsonObject } from "./only-keys.ts";
import { SEGMENT_OPERATORS } from "./parse-segment-rule.ts";
import { readPeriod, readTimeSpan } from "./read-window.ts";
import { didYouMean, quoted, refuse } from "./refuse.ts";
import { isNeverEqual, readRuleValue } from "./rule-value.ts";
import { type Subject, subjectIs, subjectWords } from "./subject.ts";
import { nearest } from "./suggest.ts";

export function parseComparison(rule: JsonObject, path: string, subject: Subject): Comparison {
  const operator = operatorOf(rule.operator, `${path}.operator`, subject);
  const value = readValue(rule.value, `${path}.value`, subject, operator);
  const parsed = { operator: operator.name, ...(value === undefined ? {} : { value }) };
  return matchesCase(rule.match_case, `${path}.match_case`, subject.type) ? { ...parsed, match_case: true } : parsed;
}

function operatorOf(written: unknown, path: string, subject: Subject): Operator {
  const choices = operatorsFor(subject.type).map(({ name }) => name);
  const those = `On ${subject.name}: ${choices.join(", ")}.`;
  if (typeof written !== "string") {
    return refuse("malformed_query", path, `A condition needs "operator". ${those}`);
  }
  const operator = operatorNamed(written);
  if (operator === undefined) {
    const hint = SEGMENT_OPERATORS.some((name) => name === written)
      ? OF_SEGMENTS
      : didYouMean(nearest(written, operatorNames()));
    return refuse("unknown_operator", path, `Fields have no operator ${quoted(written)}.${hint} ${those}`, { choices });
  }
  if (operator.types.includes(subject.type)) return operator;
  const detail = `"${operator.name}" does not work on ${subjectWords(subject)}. Use one of: ${choices.join(", ")}.`;
  return refuse("operator_type_mismatch", path, detail, { field_type: subject.type, choices });
}

const OF_SEGMENTS = ' Ask about a segment with {"segment": "seg_…", "operator": "member"}.';

function readValue(written: unknown, path: string, subject: Subject, operator: Operator): Comparison["value"] {
  switch (operator.takes) {
    case "nothing":
      return noValue(written, path, operator);
    case "one":
      return scalarOf(written, path, subject, operator);
    case "range":
      return rangeOf(written, path, subject, operator);
    case "list":
      return listOf(written, path, subject, operator);
    case "span":
      return readTimeSpan(written, path, subject.type);
    case "period":
      return readPeriod(written, path);
  }
}

function noValue(written: unknown, path: string, operator: Operator): undefined {
  if (isAbsent(written) || written === "") return undefined;
  return refuse("invalid_value", path, `"${operator.name}" takes no value. Leave "value" out.`);
}

function scalarOf(written: unknown, path: string, subject: Subject, operator: Operator): RuleScalar {
  const { type } = subject;
  const read = readRuleValue(type, written);
  if ("refusal" in read) {
    const given = isMissing(written) ? "there is no value" : `${quoted(written)} does not read as one`;
    const empty = isMissing(written) && operator.predicate === oneOf ? ' For empty cells, use "is_empty".' : "";
    const detail = `${subjectIs(subject)} and ${given}. ${read.refusal}${empty}`;
    return refuse("invalid_value", path, detail, { field_type: type });
  }
  if (operator.predicate === oneOf && isNeverEqual(type, read.value)) {
    refuse(
      "invalid_value",
      path,
      `Blank cells are empty, so nothing equals blank text. For empty cells, use "is_empty".`,
    );
  }
  return read.value;
}

function isMissing(written: unknown): boolean {
  return isAbsent(written) || (typeof written === "string" && isBlank(written));
}

function rangeOf(written: unknown, path: string, subject: Subject, operator: Operator): RuleScalar[] {
  if (!Array.isArray(written) || written.length !== 2) {
    return refuse("invalid_value", path, `"${operator.name}" takes two values, both included: [low, high].`);
  }
  return written.map((value, i) => scalarOf(value, `${path}[${i}]`, subject, operator));
}

function listOf(written: unknown, path: string, subject: Subject, operator: Operator): RuleScalar[] {
  if (!Array.isArray(written)) {
    return refuse("invalid_value", path, `"${operator.name}" takes a list of values, for example ["CA", "NY"].`);
  }
  if (written.length > MAX_LIST) {
    const detail = `A list may have ${MAX_LIST} values, this one has ${written.length}. Join several conditions with "or".`;
    refuse("list_too_long", path, detail, { limit: MAX_LIST, actual: written.length });
  }
  return written.map((value, i) => scalarOf(value, `${path}[${i}]`, subject, operator));
}

function matchesCase(written: unknown, path: string, type: FieldType): boolean {
  if (isAbsent(written)) return false;
  if (typeof written !== "boolean") return refuse("malformed_query", path, `"match_case" is true or false.`);
  return written && (type === "text" || type === "text_array");
}
