/** A naive evaluator of queries over rows, written from QUERY.md alone: the judge of both real ones. */
import type { AnyRule, Data, Group } from "../wire.ts";
import { satisfies } from "./compare.ts";
import { compute, readField, readVia } from "./fields.ts";
import { aggregated, quantified } from "./related.ts";
import type { World } from "./world.ts";

export type { World } from "./world.ts";

export function matches(query: Group, row: Data, world: World): boolean {
  const holds = (rule: Group | AnyRule): boolean =>
    "rules" in rule ? matches(rule, row, world) : holdsRule(rule, row, world);
  const truth =
    query.rules.length === 0 || (query.combinator === "and" ? query.rules.every(holds) : query.rules.some(holds));
  return query.not ? !truth : truth;
}

function holdsRule(rule: AnyRule, row: Data, world: World): boolean {
  if ("formula" in rule) return compute(rule.formula, row, world) === true;
  if ("segment" in rule) {
    const query = world.segments?.[rule.segment];
    if (!query) throw new Error(`the oracle knows no segment ${rule.segment}`);
    return matches(query, row, world) === (rule.operator === "member");
  }
  if ("quantifier" in rule) return quantified(rule, row, world);
  if ("aggregate" in rule) return aggregated(rule, row, world);
  const { type, value } =
    rule.via === undefined ? readField(rule.field, row, world) : readVia(rule.via, rule.field, row, world);
  return satisfies(rule, type, value, world);
}
