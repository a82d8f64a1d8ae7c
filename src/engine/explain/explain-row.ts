/** Why one record matches a query or does not: every condition with its answer, the value seen, and when the clock changes it. */
import { evaluateExpr, nextFlip } from "../formula/index.ts";
import { clockUse } from "../plan/clock-use.ts";
import { type CompileContext, compile } from "../plan/compile.ts";
import { holds } from "../plan/evaluate-row.ts";
import type { Condition } from "../plan/plan.ts";
import { type RowCells, RowView } from "../plan/row-view.ts";
import type { Moment, Surroundings } from "../plan/surroundings.ts";
import { type Group, isGroup, type Leaf, type Query } from "../query/ast.ts";
import { jsonOfTyped } from "../values/json-value.ts";
import type { Cell, TypedValue } from "../values/types.ts";
import { nextChange } from "./next-change.ts";

export interface ExplainedGroup {
  readonly kind: "group";
  readonly combinator: "and" | "or";
  readonly not: boolean;
  readonly result: boolean;
  readonly rules: readonly Explained[];
}

export interface ExplainedLeaf {
  readonly kind: "condition";
  /** Where it stands in the query: `query.rules[0].rules[2]`. */
  readonly path: string;
  readonly result: boolean;
  /** What was compared: of a field, a formula, an aggregate; whether it is a member. Null where empty. */
  readonly value: Cell;
  /** When the answer will be another though nothing of the data changes; null: never, or nobody can tell. */
  readonly changes_at: number | null;
}

export type Explained = ExplainedGroup | ExplainedLeaf;

export interface ExplainedRow {
  readonly row: number;
  readonly cells: RowCells;
}

export function explainRow(
  query: Query,
  context: CompileContext,
  record: ExplainedRow,
  moment: Moment,
  around: Surroundings,
): ExplainedGroup {
  return new RowExplanation(context, record, moment, around).group(query, "query");
}

class RowExplanation {
  readonly #context: CompileContext;
  readonly #record: ExplainedRow;
  readonly #moment: Moment;
  readonly #around: Surroundings;
  readonly #view: RowView;

  constructor(context: CompileContext, record: ExplainedRow, moment: Moment, around: Surroundings) {
    this.#context = context;
    this.#record = record;
    this.#moment = moment;
    this.#around = around;
    this.#view = new RowView(record.cells, around);
  }

  group({ combinator, not: negated, rules }: Group, path: string): ExplainedGroup {
    const not: boolean = negated === true;
    const explained = rules.map((rule, i) => {
      const at = `${path}.rules[${i}]`;
      return isGroup(rule) ? this.group(rule, at) : this.#leaf(rule, at);
    });
    const joined =
      combinator === "and" || explained.length === 0
        ? explained.every(({ result }) => result)
        : explained.some(({ result }) => result);
    return { kind: "group", combinator, not, result: joined !== not, rules: explained };
  }

  #leaf(rule: Leaf, path: string): ExplainedLeaf {
    const { conditions, tree } = compile({ combinator: "and", rules: [rule] }, this.#context);
    const condition = conditions[0] as Condition;
    const at = (moment: Moment) =>
      holds(condition, this.#view, { moment, around: this.#around, row: this.#record.row });
    const result = at(this.#moment) !== tree.negated;
    const value = this.#value(condition);
    const flipAfter = (moment: Moment) =>
      condition.kind === "formula" ? nextFlip(condition.expr, this.#view, moment) : null;
    const changes_at = nextChange(condition, clockUse(condition), value, this.#moment, at, flipAfter);
    const type = condition.kind === "segment" ? "boolean" : condition.type;
    return { kind: "condition", path, result, value: jsonOfTyped(type, value), changes_at };
  }

  #value(condition: Condition): TypedValue {
    const { row } = this.#record;
    if (condition.kind === "field") return this.#view.value(condition.field, condition.type);
    if (condition.kind === "formula") return evaluateExpr(condition.expr, this.#view, this.#moment);
    if (condition.kind === "segment") return this.#around.isMember(condition.segment, row);
    return this.#around.relatedValue?.(condition.aggregate, row, this.#moment) ?? null;
  }
}
