/** Rules on related records: quantifiers and aggregates both become a test on an aggregate over a filter. */
import type { Predicate } from "../predicates/index.ts";
import { HIGHEST, LOWEST, spansPredicate } from "../predicates/spans.ts";
import type { AggregateRule, Group, QuantifiedRule, Query, RelatedRule, Rule } from "../query/ast.ts";
import type { SchemaRelation } from "../query/schema.ts";
import type { FieldType } from "../values/types.ts";
import { type CompileContext, comparisonOf, outOfDate } from "./compile.ts";
import type { AggregatedField, AggregateSpec, Plan, RelatedCondition } from "./plan.ts";

type Compile = (query: Query, context: CompileContext) => Plan;
type Compiled = { readonly condition: RelatedCondition; readonly negated: boolean };

export function compileRelated(rule: RelatedRule, context: CompileContext, compile: Compile): Compiled {
  const relation = context.relations?.find(({ id, kind }) => id === rule.related && kind === "has_many");
  if (!relation) return outOfDate("it reads related records of a relation that no longer exists");
  const inner: CompileContext = { fields: relation.fields, timeZone: context.timeZone };
  const filter = compile(filterOf(rule), inner);
  return "quantifier" in rule
    ? quantified(rule, relation, filter)
    : aggregated(rule, relation, filter, context.timeZone);
}

/** `within` and `where` together; for `all`, those within that do not match. */
function filterOf(rule: RelatedRule): Group {
  const where: Rule =
    "quantifier" in rule && rule.quantifier === "all"
      ? { combinator: "and", not: true, rules: [rule.where] }
      : rule.where;
  if (rule.within === undefined) return { combinator: "and", rules: [where] };
  const within: Rule = { field: rule.within.field, operator: "in_last", value: rule.within.last };
  return { combinator: "and", rules: [within, where] };
}

function quantified({ quantifier, n = 0 }: QuantifiedRule, relation: SchemaRelation, filter: Plan): Compiled {
  const [low, high] = {
    any: [1, HIGHEST],
    none: [LOWEST, 0],
    all: [LOWEST, 0],
    at_least: [n, HIGHEST],
    at_most: [LOWEST, n],
    exactly: [n, n],
  }[quantifier] as [number, number];
  const aggregate = specOf({ relation: relation.id, fn: "count", of: null, order_by: null, filter });
  return { condition: conditionOf(aggregate, "number", spansPredicate([{ low, high }])), negated: false };
}

function aggregated(rule: AggregateRule, relation: SchemaRelation, filter: Plan, timeZone: string): Compiled {
  const of = rule.of === undefined ? null : typedField(relation, rule.of);
  const order_by = rule.order_by === undefined ? null : typedField(relation, rule.order_by);
  const aggregate = specOf({ relation: relation.id, fn: rule.aggregate, of, order_by, filter });
  const type = resultType(rule.aggregate, of?.type ?? "number");
  const { predicate, negated } = comparisonOf(rule, type, `${rule.aggregate} of ${relation.name}`, timeZone);
  return { condition: conditionOf(aggregate, type, predicate), negated };
}

/** The type of what an aggregate yields over values of a type. */
export function resultType(fn: AggregateSpec["fn"], of: FieldType): FieldType {
  return fn === "min" || fn === "max" || fn === "first" || fn === "last" ? of : "number";
}

function typedField(relation: SchemaRelation, id: number): AggregatedField {
  const field = relation.fields.find((one) => one.id === id);
  const computed = field?.expr === undefined ? {} : { expr: field.expr };
  return field
    ? { field: id, type: field.type, ...computed }
    : outOfDate(`"${relation.name}" lacks a field that it reads`);
}

function specOf(spec: Omit<AggregateSpec, "key">): AggregateSpec {
  const { relation, fn, of, order_by, filter } = spec;
  return { ...spec, key: JSON.stringify([relation, fn, of, order_by, filter.tree, filter.conditions.map(keyOf)]) };
}

const keyOf = ({ key }: { readonly key: string }) => key;

function conditionOf(aggregate: AggregateSpec, type: FieldType, predicate: Predicate): RelatedCondition {
  return { kind: "related", key: `related ${aggregate.key} ${JSON.stringify(predicate)}`, aggregate, type, predicate };
}
