/** A query in words, one English sentence without its full stop. */
import { operatorNamed } from "../operators/index.ts";
import { numberText } from "../values/number.ts";
import type { FieldType } from "../values/types.ts";
import {
  type Comparison,
  type FieldRule,
  type Group,
  isFormula,
  isGroup,
  isRelated,
  isSegment,
  isTimeSpan,
  type Rule,
  type RuleScalar,
  type SegmentRule,
  type TimeSpan,
} from "./ast.ts";
import { describeRelated } from "./describe-related.ts";
import type { QuerySchema } from "./schema.ts";

/** Of what a sentence speaks. */
export interface Speech {
  readonly schema: QuerySchema;
  /** Customers *who* are, records *that* are. */
  readonly pronoun: "who" | "that";
}

/** `noun` names the records: "customers whose state is “CA” and who are in the segment “Loyal”". */
export function describe(query: Group, schema: QuerySchema, noun = "records"): string {
  if (query.rules.length === 0) return query.not ? `no ${noun}` : `all ${noun}`;
  const body = clauses(query, { schema, pronoun: noun === "records" ? "that" : "who" });
  return query.not ? `all ${noun} except those ${body}` : `${noun} ${body}`;
}

/** The rules of a group as clauses, one after the other. */
export function clauses({ rules, combinator }: Group, speech: Speech): string {
  return rules.map((rule) => clause(rule, speech)).join(` ${combinator} `);
}

function clause(rule: Rule, speech: Speech): string {
  if (isGroup(rule)) return inBrackets(rule, speech);
  if (isRelated(rule)) return describeRelated(rule, speech);
  if (isFormula(rule)) return `for ${speech.pronoun === "who" ? "whom" : "which"} ${rule.formula}`;
  return isSegment(rule) ? membership(rule, speech) : `whose ${fieldWords(rule, speech.schema)}`;
}

function inBrackets(group: Group, speech: Speech): string {
  if (group.rules.length === 0) return group.not ? "matching nothing" : "matching anything";
  const body = clauses(group, speech);
  return group.not ? `not (${body})` : `(${body})`;
}

function membership({ segment, operator }: SegmentRule, { schema, pronoun }: Speech): string {
  const name = schema.segments?.find(({ id }) => id === segment)?.name ?? segment;
  return `${pronoun} are ${operator === "member" ? "in" : "not in"} the segment ${name}`;
}

function fieldWords({ via, field, ...comparison }: FieldRule, schema: QuerySchema): string {
  const relation = schema.relations?.find(({ id }) => id === via);
  const found = (via === undefined ? schema : relation)?.fields.find(({ id }) => id === field);
  const whose = via === undefined ? "" : `${relation?.name ?? via}’s `;
  return `${whose}${found?.name ?? `field ${field}`} ${comparisonWords(comparison, found?.type ?? "text")}`;
}

/** What stands after a value's name: `is more than 80`. */
export function comparisonWords({ operator, value, match_case }: Comparison, type: FieldType): string {
  const known = operatorNamed(operator);
  const words = known?.words(valuesInWords(value, type, known.takes === "period")) ?? operator;
  return match_case ? `${words} (with case)` : words;
}

function valuesInWords(value: Comparison["value"], type: FieldType, isPeriod: boolean): string[] {
  if (value === undefined) return [];
  if (isTimeSpan(value)) return [spanWords(value)];
  if (isPeriod) return [String(value).replace("_", " ")];
  const isText = type === "text" || type === "text_array";
  return (typeof value === "object" ? value : [value]).map((one) => scalarWords(one, isText));
}

/** `30 days`, `hour`: as it stands after "the last". */
export function spanWords({ n, unit }: TimeSpan): string {
  return n === 1 ? unit : `${n} ${unit}s`;
}

function scalarWords(value: RuleScalar, isText: boolean): string {
  if (typeof value === "number") return numberText(value);
  return isText ? `“${value}”` : String(value);
}
