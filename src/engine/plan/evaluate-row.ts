/** The row evaluator: one row against one plan. */
import { matcherOf } from "./matchers.ts";
import type { Condition, Plan, PlanNode } from "./plan.ts";
import { type RowCells, RowView } from "./row-view.ts";

/** Whether a row matches. `cells` is the stored tuple, by field id. */
export function evaluateRow(plan: Plan, cells: RowCells, _now: number): boolean {
  return evaluateView(plan, new RowView(cells));
}

function evaluateView(plan: Plan, row: RowView): boolean {
  return evaluateTree(plan.tree, (index) => holds(plan.conditions[index] as Condition, row));
}

/** Whether a condition holds: never on an empty value. */
export function holds(condition: Condition, row: RowView): boolean {
  const view = row.field(condition.field, condition.type);
  return view.value !== null && matcherOf(condition).matchesValue(view);
}

/** The truth of a tree, given the truth of its conditions. */
export function evaluateTree(node: PlanNode, truth: (condition: number) => boolean): boolean {
  if (node.kind === "condition") return truth(node.condition) !== node.negated;
  const { children, kind } = node;
  const deciding = kind === "or";
  for (const child of children) if (evaluateTree(child, truth) === deciding) return deciding !== node.negated;
  return (children.length === 0 || !deciding) !== node.negated;
}
