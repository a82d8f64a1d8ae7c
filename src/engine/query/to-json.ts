/** From a query to the JSON form with names of fields and relations: what is stored and shown. `parseQuery` reads it back. */
import {
  type AggregateRule,
  type Comparison,
  type FieldRule,
  type FormulaRule,
  type Group,
  isFormula,
  isGroup,
  isRelated,
  isSegment,
  type QuantifiedRule,
  type RelatedRule,
  type Rule,
  type SegmentRule,
  type TimeSpan,
} from "./ast.ts";
import type { QuerySchema, SchemaRelation } from "./schema.ts";

export interface JsonGroup {
  readonly combinator: "and" | "or";
  readonly not?: true;
  readonly rules: readonly JsonRule[];
}

export interface JsonFieldRule extends Comparison {
  readonly via?: string;
  readonly field: string;
}

interface JsonRelated {
  readonly related: string;
  readonly where: JsonGroup;
  readonly within?: { readonly field: string; readonly last: TimeSpan };
}

export interface JsonQuantifiedRule extends JsonRelated, Pick<QuantifiedRule, "quantifier" | "n"> {}

export interface JsonAggregateRule extends JsonRelated, Comparison, Pick<AggregateRule, "aggregate"> {
  readonly of?: string;
  readonly order_by?: string;
}

export type JsonFormulaRule = Pick<FormulaRule, "formula">;

export type JsonRule =
  | JsonGroup
  | JsonFieldRule
  | JsonQuantifiedRule
  | JsonAggregateRule
  | JsonFormulaRule
  | SegmentRule;

/** Throws RangeError where the schema lacks a field or relation of the query. */
export function queryToJson(query: Group, schema: QuerySchema): JsonGroup {
  const { combinator, not, rules } = query;
  return { combinator, ...(not ? { not } : {}), rules: rules.map((rule) => ruleToJson(rule, schema)) };
}

function ruleToJson(rule: Rule, schema: QuerySchema): JsonRule {
  if (isGroup(rule)) return queryToJson(rule, schema);
  if (isRelated(rule)) return relatedToJson(rule, relationWith(rule.related, schema));
  if (isFormula(rule)) return { formula: rule.formula };
  return isSegment(rule) ? rule : fieldToJson(rule, schema);
}

function fieldToJson({ via, field, ...comparison }: FieldRule, schema: QuerySchema): JsonFieldRule {
  if (via === undefined) return { field: nameOf(field, schema), ...comparison };
  const relation = relationWith(via, schema);
  return { via: relation.name, field: nameOf(field, relation), ...comparison };
}

function relatedToJson(rule: RelatedRule, relation: SchemaRelation): JsonQuantifiedRule | JsonAggregateRule {
  const where = queryToJson(rule.where, relation);
  const within = rule.within ? { within: { ...rule.within, field: nameOf(rule.within.field, relation) } } : {};
  const related = relation.name;
  if ("quantifier" in rule) {
    const { quantifier, n } = rule;
    return { related, quantifier, ...(n === undefined ? {} : { n }), where, ...within };
  }
  const { aggregate, of, order_by, operator, value, match_case } = rule;
  return {
    related,
    aggregate,
    ...(of === undefined ? {} : { of: nameOf(of, relation) }),
    ...(order_by === undefined ? {} : { order_by: nameOf(order_by, relation) }),
    where,
    ...within,
    operator,
    ...(value === undefined ? {} : { value }),
    ...(match_case ? { match_case } : {}),
  };
}

function relationWith(id: string, { relations = [] }: QuerySchema): SchemaRelation {
  const relation = relations.find((candidate) => candidate.id === id);
  if (relation !== undefined) return relation;
  throw new RangeError(`the schema has no relation ${id}`);
}

function nameOf(id: number, { fields }: Pick<QuerySchema, "fields">): string {
  const field = fields.find((candidate) => candidate.id === id);
  if (field !== undefined) return field.name;
  throw new RangeError(`the schema has no field ${id}`);
}
