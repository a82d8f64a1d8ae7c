/** One rule of a stored query in words, also of an old one that no longer reads. */
import { operatorNamed } from "../operators/index.ts";
import { describe } from "./describe.ts";
import { isObject } from "./only-keys.ts";
import { parseQuery } from "./parse.ts";
import { quoted } from "./refuse.ts";
import type { QuerySchema } from "./schema.ts";

/** `whose state is “CA”`. A field that is not there any more keeps its name; what cannot be said is shown as JSON. */
export function describeRule(rule: unknown, schema: QuerySchema): string {
  const parsed = parseQuery({ combinator: "and", rules: [rule] }, schema);
  return parsed.ok ? describe(parsed.value, schema).replace(/^records /, "") : plainWords(rule);
}

function plainWords(rule: unknown): string {
  if (!isObject(rule) || typeof rule.field !== "string" || typeof rule.operator !== "string") return quoted(rule);
  const operator = operatorNamed(rule.operator);
  const takesValues = operator?.takes === "one" || operator?.takes === "list" || operator?.takes === "range";
  if (operator === undefined || (rule.value !== undefined && !takesValues)) return quoted(rule);
  const values = rule.value === undefined ? [] : Array.isArray(rule.value) ? rule.value : [rule.value];
  const words = values.map((value) => (typeof value === "string" ? `“${value}”` : String(value)));
  const whose = typeof rule.via === "string" ? `${rule.via}’s ` : "";
  return `whose ${whose}${rule.field} ${operator.words(words)}`;
}
