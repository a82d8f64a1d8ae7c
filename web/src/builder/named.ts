/** The fields of its own dataset that a query names: what a table of its records shows first. */
import type { QueryGroup } from "../api/segments.ts";

export function fieldsNamed(query: QueryGroup): ReadonlySet<string> {
  return new Set(query.rules.flatMap(named));
}

function named(rule: unknown): string[] {
  if (typeof rule !== "object" || rule === null) return [];
  if ("rules" in rule) return (rule as QueryGroup).rules.flatMap(named);
  const isOwn = "field" in rule && typeof rule.field === "string" && !("via" in rule);
  return isOwn ? [rule.field as string] : [];
}
