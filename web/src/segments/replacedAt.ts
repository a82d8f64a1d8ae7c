/** A query with the rule or group at a path replaced. `query` is the path of the whole. */
import type { QueryGroup } from "../api/segments.ts";

export function replacedAt(query: QueryGroup, path: string, next: unknown): QueryGroup {
  const steps = [...path.matchAll(/rules\[(\d+)\]/g)].map(([, step]) => Number(step));
  const replaced = replace(query, steps, next);
  return isGroup(replaced) ? replaced : { combinator: "and", rules: [replaced] };
}

function replace(rule: unknown, [step, ...rest]: readonly number[], next: unknown): unknown {
  if (step === undefined) return next;
  if (!isGroup(rule)) return rule;
  return { ...rule, rules: rule.rules.map((inner, i) => (i === step ? replace(inner, rest, next) : inner)) };
}

const isGroup = (rule: unknown): rule is QueryGroup => typeof rule === "object" && rule !== null && "rules" in rule;
