/** The row evaluator: one row against one plan. */
import { matcherOf } from "./matchers.ts";
import type { Condition, Plan, PlanNode } from "./plan.ts";
import { type RowCells, RowView } from "./row-view.ts";

/** Whether a row matches. `cells` is the stored tuple, by field id. */
export function evaluateRow(plan: Plan, cells: RowCells, _now: number): boolean {
  return isTrue(plan.tree, plan.conditions, new RowView(cells));
}

/** Whether a condition holds: never on an empty value. */
function holds(condition: Condition, row: RowView): boolean {
  const view = row.field(condition.field, condition.type);
  return view.value !== null && matcherOf(condition).matchesValue(view);
}

function isTrue(node: PlanNode, conditions: readonly Condition[], row: RowView): boolean {
  if (node.kind === "condition") return holds(conditions[node.condition] as Condition, row) !== node.negated;
  const deciding = node.kind === "or";
  for (const child of node.children) if (isTrue(child, conditions, row) === deciding) return deciding !== node.negated;
  return (node.children.length === 0 || !deciding) !== node.negated;
}
