/** Random queries of every kind of rule that a schema allows, in their JSON form. Tests only. */
import fc from "fast-check";
import { writtenName } from "../formula/index.ts";
import { operatorsFor } from "../operators/index.ts";
import { AGGREGATES, ORDERED, QUANTIFIERS } from "../query/aggregates.ts";
import type { Aggregate, Quantifier } from "../query/ast.ts";
import type { QuerySchema, SchemaRelation, SchemaSegment } from "../query/schema.ts";
import type { Field, FieldType } from "../values/types.ts";
import { anyConditionOf, anySpan } from "./arbitraries.ts";

type Json = Record<string, unknown>;

/** A valid query over the schema. */
export function anyFullQuery(schema: QuerySchema, depth = 3): fc.Arbitrary<Json> {
  const leaf = anyLeaf(schema, depth - 1);
  const rule =
    depth <= 1
      ? leaf
      : fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: anyFullQuery(schema, depth - 1) });
  return fc
    .tuple(fc.constantFrom("and", "or"), fc.option(fc.constant(true)), fc.array(rule, { maxLength: 3 }))
    .map(([combinator, not, rules]) => ({ combinator, ...(not ? { not } : {}), rules }));
}

function anyLeaf(schema: QuerySchema, depth: number): fc.Arbitrary<Json> {
  const { relations = [], segments = [] } = schema;
  const lookups = relations.filter(({ kind, fields }) => kind === "belongs_to" && fields.length > 0);
  const many = relations.filter(({ kind }) => kind === "has_many");
  const kinds = [
    ...(schema.fields.length > 0 ? [anyCondition(schema.fields)] : []),
    ...lookups.map(({ name, fields }) => anyCondition(fields).map((rule) => ({ via: name, ...rule }))),
    ...many.map((relation) => anyRelated(relation, depth)),
    ...(segments.length > 0 ? [anyMembership(segments)] : []),
    ...(schema.fields.length > 0 ? [anyFormula(schema.fields, "")] : []),
    ...lookups.map(({ name, fields }) => anyFormula(fields, `${writtenName(name)}.`)),
  ];
  return kinds.length === 0 ? fc.constant({ combinator: "and", rules: [] }) : fc.oneof(...kinds);
}

function anyCondition(fields: readonly Field[]): fc.Arbitrary<Json> {
  const operators = fields.flatMap((field) => operatorsFor(field.type).map((operator) => ({ field, operator })));
  return fc.constantFrom(...operators).chain(({ field, operator }) => anyConditionOf(field, operator));
}

/** True or false, of one field; `path` stands before its name. */
function anyFormula(fields: readonly Field[], path: string): fc.Arbitrary<Json> {
  return fc
    .constantFrom(...fields)
    .map(({ name, type }) => ({ formula: FORMULAS[type](`${path}${writtenName(name)}`) }));
}

const FORMULAS: Readonly<Record<FieldType, (name: string) => string>> = {
  text: (name) => `length(${name}) > 2 or ${name} == "CA"`,
  number: (name) => `${name} * 2 >= 10`,
  boolean: (name) => `not ${name}`,
  date: (name) => `days_since(${name}) < 30`,
  datetime: (name) => `year(${name}) == 2024`,
  text_array: (name) => `contains(${name}, "a")`,
};

function anyMembership(segments: readonly SchemaSegment[]): fc.Arbitrary<Json> {
  return fc.record({
    segment: fc.constantFrom(...segments.map(({ id }) => id)),
    operator: fc.constantFrom("member", "not_member"),
  });
}

function anyRelated(relation: SchemaRelation, depth: number): fc.Arbitrary<Json> {
  const inner = { fields: relation.fields, segments: relation.segments ?? [] };
  const where = fc.option(anyFullQuery(inner, Math.max(1, depth - 1)), { nil: undefined });
  const asked = fc.oneof(anyQuantifier(), anyAggregate(relation.fields));
  return fc
    .tuple(where, fc.option(anyWithin(relation.fields), { nil: undefined }), asked)
    .map(([where, within, asked]) => ({
      related: relation.name,
      ...asked,
      ...(where === undefined ? {} : { where }),
      ...(within === undefined || within === null ? {} : { within }),
    }));
}

function anyWithin(fields: readonly Field[]): fc.Arbitrary<Json | null> {
  const dates = fields.filter(({ type }) => type === "date" || type === "datetime");
  if (dates.length === 0) return fc.constant(null);
  return fc.constantFrom(...dates).chain(({ name, type }) => anySpan(type).map((last) => ({ field: name, last })));
}

function anyQuantifier(): fc.Arbitrary<Json> {
  return fc
    .tuple(fc.constantFrom(...(Object.keys(QUANTIFIERS) as Quantifier[])), fc.integer({ min: 0, max: 4 }))
    .map(([quantifier, n]) => (QUANTIFIERS[quantifier].counts ? { quantifier, n } : { quantifier }));
}

function anyAggregate(fields: readonly Field[]): fc.Arbitrary<Json> {
  const named = (types: readonly FieldType[]) => fields.filter(({ type }) => types.includes(type));
  const possible = (Object.keys(AGGREGATES) as Aggregate[]).flatMap((aggregate) => {
    const { of, ordered, yields } = AGGREGATES[aggregate];
    const fieldsOf = of.length === 0 ? [null] : named(of);
    const orders = ordered ? named(ORDERED) : [null];
    return fieldsOf.flatMap((field) =>
      orders.map((order) => ({
        rule: { aggregate, ...(field ? { of: field.name } : {}), ...(order ? { order_by: order.name } : {}) },
        type: yields ?? field?.type ?? ("number" as const),
      })),
    );
  });
  return fc.constantFrom(...possible).chain(({ rule, type }) =>
    fc
      .constantFrom(...operatorsFor(type))
      .chain((operator) => anyConditionOf({ id: 0, name: "", type }, operator))
      .map(({ field: _, ...comparison }) => ({ ...rule, ...comparison })),
  );
}
