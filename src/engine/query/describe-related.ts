/** Conditions on related records in words. */

import type { FieldType } from "../values/types.ts";
import { AGGREGATES } from "./aggregates.ts";
import type { Aggregate, AggregateRule, QuantifiedRule, RelatedRule } from "./ast.ts";
import { clauses, comparisonWords, type Speech, spanWords } from "./describe.ts";
import type { SchemaRelation } from "./schema.ts";

export function describeRelated(rule: RelatedRule, { schema, pronoun }: Speech): string {
  const relation = schema.relations?.find(({ id }) => id === rule.related);
  const noun = relation?.name ?? rule.related;
  if (!("quantifier" in rule)) return `whose ${aggregateWords(rule, noun, relation)}`;
  const those = `${noun}${narrowed(rule, relation)}`;
  if (rule.quantifier !== "all") return `${pronoun} have ${HOW_MANY[rule.quantifier](rule.n ?? 0)} of ${those}`;
  return `all of whose ${noun}${windowWords(rule, relation)} are ones${whereWords(rule, relation) || " of any kind"}`;
}

const HOW_MANY: Readonly<Record<Exclude<QuantifiedRule["quantifier"], "all">, (n: number) => string>> = {
  any: () => "at least one",
  none: () => "none",
  at_least: (n) => `at least ${n}`,
  at_most: (n) => `at most ${n}`,
  exactly: (n) => `exactly ${n}`,
};

function aggregateWords(rule: AggregateRule, noun: string, relation: SchemaRelation | undefined): string {
  const field = (id: number | undefined) => relation?.fields.find((candidate) => candidate.id === id);
  const { aggregate, of, order_by } = rule;
  const type = AGGREGATES[aggregate].yields ?? field(of)?.type ?? "text";
  const which = narrowed(rule, relation).trim();
  const order = order_by === undefined ? "" : ` by ${field(order_by)?.name ?? `field ${order_by}`}`;
  const what =
    of === undefined
      ? `number of ${noun}`
      : `${valueWords(aggregate, type)} ${field(of)?.name ?? `field ${of}`} over ${noun}`;
  return `${what}${order}${which === "" ? "" : ` (${which})`} ${comparisonWords(rule, type)}`;
}

function valueWords(aggregate: Aggregate, type: FieldType): string {
  const dated = type === "date" || type === "datetime";
  if (dated && aggregate === "min") return "earliest";
  if (dated && aggregate === "max") return "latest";
  return AGGREGATES[aggregate].words.replace(/^the /, "");
}

/** ` whose amount is more than 50 in the last 30 days`. */
function narrowed(rule: RelatedRule, relation: SchemaRelation | undefined): string {
  return `${whereWords(rule, relation)}${windowWords(rule, relation)}`;
}

function whereWords({ where }: RelatedRule, relation: SchemaRelation | undefined): string {
  if (where.rules.length === 0) return where.not ? " matching nothing" : "";
  const body = clauses(where, { schema: relation ?? { fields: [] }, pronoun: "that" });
  if (where.not) return ` not (${body})`;
  return where.rules.length > 1 && where.combinator === "or" ? ` (${body})` : ` ${body}`;
}

/** The field is named where the records have several dates. */
function windowWords({ within }: RelatedRule, relation: SchemaRelation | undefined): string {
  if (within === undefined) return "";
  const dates = relation?.fields.filter(({ type }) => type === "date" || type === "datetime") ?? [];
  const name = dates.find(({ id }) => id === within.field)?.name ?? `field ${within.field}`;
  return ` in the last ${spanWords(within.last)}${dates.length === 1 ? "" : ` by ${name}`}`;
}
