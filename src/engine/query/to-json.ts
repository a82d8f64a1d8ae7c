/** From a query to the JSON form with field names: what is stored and shown. `parseQuery` reads it back. */
import type { Field } from "../values/types.ts";
import { type FieldRule, type Group, isGroup, type Rule } from "./ast.ts";
import type { QuerySchema } from "./schema.ts";

export interface JsonGroup {
  readonly combinator: "and" | "or";
  readonly not?: true;
  readonly rules: readonly JsonRule[];
}

export interface JsonFieldRule extends Omit<FieldRule, "field"> {
  readonly field: string;
}

export type JsonRule = JsonGroup | JsonFieldRule;

/** Throws RangeError where the schema lacks a field of the query. */
export function queryToJson(query: Group, schema: QuerySchema): JsonGroup {
  return groupToJson(query, new Map(schema.fields.map((field) => [field.id, field])));
}

function groupToJson(group: Group, fields: ReadonlyMap<number, Field>): JsonGroup {
  const { combinator, not, rules } = group;
  return { combinator, ...(not ? { not } : {}), rules: rules.map((rule) => ruleToJson(rule, fields)) };
}

function ruleToJson(rule: Rule, fields: ReadonlyMap<number, Field>): JsonRule {
  if (isGroup(rule)) return groupToJson(rule, fields);
  const field = fields.get(rule.field);
  if (field === undefined) throw new RangeError(`the schema has no field ${rule.field}`);
  return { ...rule, field: field.name };
}
