/** Rewrites a stored query where fields got new names. */
import type { StoredQuery } from "./schema/segments.ts";

/** The query with new names, or null where it names none of the renamed fields. */
export function renameInQuery(query: StoredQuery, renamed: ReadonlyMap<string, string>): StoredQuery | null {
  let touched = false;
  const rename = (rule: unknown): unknown => {
    if (typeof rule !== "object" || rule === null) return rule;
    if ("rules" in rule && Array.isArray(rule.rules)) return { ...rule, rules: rule.rules.map(rename) };
    // A looked-up or related field belongs to another dataset, whatever its name.
    if ("via" in rule || "related" in rule || !("field" in rule) || typeof rule.field !== "string") return rule;
    const name = renamed.get(rule.field);
    if (name === undefined) return rule;
    touched = true;
    return { ...rule, field: name };
  };
  const rules = query.rules.map(rename);
  return touched ? { ...query, rules } : null;
}
