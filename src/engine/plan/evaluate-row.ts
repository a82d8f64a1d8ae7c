/** The row evaluator: one row against one plan. */
import { evaluateExpr } from "../formula/index.ts";
import { matcherOf } from "./matchers.ts";
import type { Condition, Plan, PlanNode } from "./plan.ts";
import { FieldView, type RowCells, RowView } from "./row-view.ts";
import { type Moment, nothingAround, type Surroundings } from "./surroundings.ts";

/** What a row is judged with. */
export interface RowContext {
  readonly moment: Moment;
  readonly around: Surroundings;
  /** The row's number: related records and memberships go by it. */
  readonly row: number;
}

/** Whether a row matches. `cells` is the stored tuple, by field id. */
export function evaluateRow(
  plan: Plan,
  cells: RowCells,
  moment: Moment,
  around: Surroundings = nothingAround,
  row = -1,
): boolean {
  return isTrue(plan.tree, plan.conditions, new RowView(cells, around), { moment, around, row });
}

/** Whether a condition holds: never on an empty value. */
export function holds(condition: Condition, view: RowView, context: RowContext): boolean {
  switch (condition.kind) {
    case "segment":
      return context.around.isMember(condition.segment, context.row);
    case "related":
      return context.around.relatedRow(condition, context.row, context.moment);
    case "formula": {
      const value = evaluateExpr(condition.expr, view, context.moment);
      return value !== null && matcherOf(condition, context.moment).matchesValue(new FieldView(value));
    }
    case "field": {
      const value = view.field(condition.field, condition.type);
      return value.value !== null && matcherOf(condition, context.moment).matchesValue(value);
    }
  }
}

function isTrue(node: PlanNode, conditions: readonly Condition[], view: RowView, context: RowContext): boolean {
  if (node.kind === "condition") {
    return holds(conditions[node.condition] as Condition, view, context) !== node.negated;
  }
  const deciding = node.kind === "or";
  for (const child of node.children) {
    if (isTrue(child, conditions, view, context) === deciding) return deciding !== node.negated;
  }
  return (node.children.length === 0 || !deciding) !== node.negated;
}
