/** A query in words, one English sentence without its full stop. */
import { operatorNamed } from "../operators/index.ts";
import { numberText } from "../values/number.ts";
import type { Field } from "../values/types.ts";
import { type FieldRule, type Group, isGroup, type Rule, type RuleScalar } from "./ast.ts";
import type { QuerySchema } from "./schema.ts";

/** `noun` names the records: "customers whose state is “CA” and whose spend is more than 80". */
export function describe(query: Group, schema: QuerySchema, noun = "records"): string {
  const fields = new Map(schema.fields.map((field) => [field.id, field]));
  if (query.rules.length === 0) return query.not ? `no ${noun}` : `all ${noun}`;
  const body = query.rules.map((rule) => part(rule, fields)).join(` ${query.combinator} `);
  return query.not ? `all ${noun} except those ${body}` : `${noun} ${body}`;
}

function part(rule: Rule, fields: ReadonlyMap<number, Field>): string {
  if (!isGroup(rule)) return `whose ${condition(rule, fields)}`;
  const body = rule.rules.map((inner) => part(inner, fields)).join(` ${rule.combinator} `);
  if (body === "") return rule.not ? "matching nothing" : "matching anything";
  return rule.not ? `not (${body})` : `(${body})`;
}

function condition(rule: FieldRule, fields: ReadonlyMap<number, Field>): string {
  const values = rule.value === undefined ? [] : Array.isArray(rule.value) ? rule.value : [rule.value];
  const name = fields.get(rule.field)?.name ?? `field ${rule.field}`;
  const type = fields.get(rule.field)?.type;
  const words = values.map((value) => valueWords(value, type === "text" || type === "text_array"));
  return `${name} ${operatorNamed(rule.operator)?.words(words) ?? rule.operator}${rule.match_case ? " (with case)" : ""}`;
}

function valueWords(value: RuleScalar, isText: boolean): string {
  if (typeof value === "number") return numberText(value);
  return isText ? `“${value}”` : String(value);
}
