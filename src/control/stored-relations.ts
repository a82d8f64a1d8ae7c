/** Whether a stored query, which has names, goes through a relation; formulas by their text. */
import type { StoredQuery } from "./schema/segments.ts";

export interface RelationNames {
  /** The name for `related`, where the query's dataset is pointed at. */
  readonly related?: string | undefined;
  /** The name for `via` and in formulas, where the query's dataset points. */
  readonly via?: string | undefined;
}

/** `where` of a related rule is over the other dataset: what it names is not of this one. */
export function readsRelation(query: StoredQuery, names: RelationNames): boolean {
  return query.rules.some((rule) => ruleReads(rule, names));
}

function ruleReads(rule: unknown, names: RelationNames): boolean {
  if (typeof rule !== "object" || rule === null) return false;
  if ("rules" in rule && Array.isArray(rule.rules)) return rule.rules.some((one) => ruleReads(one, names));
  if ("related" in rule) return rule.related === names.related;
  if ("via" in rule) return rule.via === names.via;
  return "formula" in rule && typeof rule.formula === "string" && formulaReads(rule.formula, names.via);
}

/** A looked-up field in a formula: `store.region`, with either part in backticks. */
export function formulaReads(formula: string, relation: string | undefined): boolean {
  if (relation === undefined) return false;
  const name = relation.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?:\`${name}\`|(?<![\\p{L}\\p{N}_\`])${name})\\s*\\.`, "u").test(formula);
}
