/** From a query to its plan. */
import { ProblemError } from "../../platform/problem.ts";
import { type Operator, operatorNamed } from "../operators/index.ts";
import { costOf } from "../predicates/index.ts";
import { type FieldRule, type Group, isGroup, type Query, type Rule } from "../query/ast.ts";
import { readRuleValue } from "../query/rule-value.ts";
import type { Field } from "../values/types.ts";
import { operandsOf, scalarsOf } from "./operands.ts";
import type { Condition, Plan, PlanNode } from "./plan.ts";

export interface CompileContext {
  readonly fields: readonly Field[];
  /** IANA name: what dates on datetime fields and local times mean. */
  readonly timeZone: string;
}

/**
 * Throws a ProblemError (`query_out_of_date`) where the query no longer fits the fields: one is gone, or has
 * another type than when the query was parsed.
 */
export function compile(query: Query, context: CompileContext): Plan {
  const builder = new Builder(context);
  const tree = builder.node(query);
  const fields = [...new Set(builder.conditions.map((condition) => condition.field))].sort((a, b) => a - b);
  return { conditions: builder.conditions, tree, fields };
}

class Builder {
  readonly conditions: Condition[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #fields: ReadonlyMap<number, Field>;
  readonly #timeZone: string;

  constructor({ fields, timeZone }: CompileContext) {
    this.#fields = new Map(fields.map((field) => [field.id, field]));
    this.#timeZone = timeZone;
  }

  node(rule: Rule): PlanNode {
    return isGroup(rule) ? this.#group(rule) : this.#leaf(rule);
  }

  #group(group: Group): PlanNode {
    const negated = group.not === true;
    const children = group.rules.map((rule) => this.node(rule));
    const [only] = children;
    if (only !== undefined && children.length === 1) return negated ? negate(only) : only;
    if (children.length === 0) return { kind: "and", children, negated };
    const sorted = children.map((child, i) => ({ child, i, cost: this.#cost(child) }));
    sorted.sort((a, b) => a.cost - b.cost || a.i - b.i);
    return { kind: group.combinator, children: sorted.map(({ child }) => child), negated };
  }

  #cost(node: PlanNode): number {
    if (node.kind !== "condition") return node.children.reduce((sum, child) => sum + this.#cost(child), 0);
    return costOf((this.conditions[node.condition] as Condition).predicate);
  }

  #leaf(rule: FieldRule): PlanNode {
    const { field, operator } = this.#checked(rule);
    const predicate = operator.predicate(operandsOf(rule, field, this.#timeZone));
    const key = `${field.id} ${JSON.stringify(predicate)}`;
    let condition = this.#indexes.get(key);
    if (condition === undefined) {
      condition = this.conditions.push({ key, field: field.id, type: field.type, predicate }) - 1;
      this.#indexes.set(key, condition);
    }
    return { kind: "condition", condition, negated: operator.negated };
  }

  #checked(rule: FieldRule): { field: Field; operator: Operator } {
    const field = this.#fields.get(rule.field);
    const operator = operatorNamed(rule.operator);
    if (field === undefined) return outOfDate("it reads a field that no longer exists");
    if (operator === undefined) return outOfDate(`it uses the operator "${rule.operator}", which no longer exists`);
    const fits = operator.types.includes(field.type) && scalarsOf(rule).every((value) => reads(field, value));
    return fits ? { field, operator } : outOfDate(`"${field.name}" is a ${field.type.replace("_", " ")} field now`);
  }
}

function reads(field: Field, value: unknown): boolean {
  return "value" in readRuleValue(field.type, value);
}

function outOfDate(why: string): never {
  const detail = `The query no longer fits its dataset: ${why}. Edit the query, or undo that change.`;
  throw new ProblemError({ code: "query_out_of_date", status: 422, detail });
}

function negate(node: PlanNode): PlanNode {
  return { ...node, negated: !node.negated };
}
