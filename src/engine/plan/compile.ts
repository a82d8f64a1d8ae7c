/** From a query to its plan. */
import { ProblemError } from "../../platform/problem.ts";
import { fieldsRead } from "../formula/expr-fields.ts";
import { lookedUpExpr } from "../formula/looked-up.ts";
import { type Operator, operatorNamed } from "../operators/index.ts";
import type { Predicate } from "../predicates/index.ts";
import {
  type Comparison,
  type FieldRule,
  type FormulaRule,
  type Group,
  isField,
  isFormula,
  isGroup,
  isSegment,
  type Query,
  type Rule,
} from "../query/ast.ts";
import { readRuleValue } from "../query/rule-value.ts";
import type { SchemaRelation } from "../query/schema.ts";
import type { Field, FieldType } from "../values/types.ts";
import { compileRelated } from "./compile-related.ts";
import { conditionCost } from "./cost.ts";
import { lookupField } from "./lookup-field.ts";
import { operandsOf, scalarsOf } from "./operands.ts";
import type { Condition, Plan, PlanNode } from "./plan.ts";

export interface CompileContext {
  /** Computed fields carry `expr`. */
  readonly fields: readonly Field[];
  /** None where absent. */
  readonly relations?: readonly SchemaRelation[];
  /** IANA name: what dates on datetime fields and local times mean. */
  readonly timeZone: string;
}

/**
 * Throws a ProblemError (`query_out_of_date`) where the query no longer fits the schema: a field or relation is gone,
 * or has another type than when the query was parsed.
 */
export function compile(query: Query, context: CompileContext): Plan {
  const builder = new Builder(context);
  const tree = builder.node(query);
  const { conditions } = builder;
  return {
    conditions,
    tree,
    fields: [...new Set(conditions.flatMap(fieldsOfCondition))].sort((a, b) => a - b),
    segments: conditions.flatMap((condition) => (condition.kind === "segment" ? [condition.segment] : [])),
    relations: [
      ...new Set(conditions.flatMap((one) => (one.kind === "related" ? [one.aggregate.relation] : []))),
    ].sort(),
  };
}

/** The record's fields that a condition reads, looked-up ones by their virtual ids. */
export function fieldsOfCondition(condition: Condition): readonly number[] {
  if (condition.kind === "field") return [condition.field];
  return condition.kind === "formula" ? fieldsRead(condition.expr) : [];
}

class Builder {
  readonly conditions: Condition[] = [];
  readonly #context: CompileContext;
  readonly #indexes = new Map<string, number>();
  readonly #fields: ReadonlyMap<number, Field>;

  constructor(context: CompileContext) {
    this.#context = context;
    this.#fields = new Map(context.fields.map((field) => [field.id, field]));
  }

  node(rule: Rule): PlanNode {
    if (isGroup(rule)) return this.#group(rule);
    if (isField(rule)) return this.#field(rule);
    if (isFormula(rule)) return this.#formula(rule);
    if (isSegment(rule)) {
      const { segment, operator } = rule;
      return this.#leaf({ kind: "segment", key: `segment ${segment}`, segment }, operator === "not_member");
    }
    const { condition, negated } = compileRelated(rule, this.#context, compile);
    return this.#leaf(condition, negated);
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
    return conditionCost(this.conditions[node.condition] as Condition);
  }

  #field(rule: FieldRule): PlanNode {
    const { id, field } = this.#resolved(rule);
    const { predicate, negated } = comparisonOf(rule, field.type, field.name, this.#context.timeZone);
    const what = JSON.stringify(predicate);
    const { type, expr } = field;
    if (expr === undefined) {
      return this.#leaf({ kind: "field", key: `${id} ${what}`, field: id, type, predicate }, negated);
    }
    const key = `formula ${JSON.stringify(expr)} ${what}`;
    return this.#leaf({ kind: "formula", key, expr, type, predicate }, negated);
  }

  #resolved(rule: FieldRule): { id: number; field: Field } {
    if (rule.via === undefined) {
      const field = this.#fields.get(rule.field);
      return field ? { id: rule.field, field } : outOfDate("it reads a field that no longer exists");
    }
    const relation = this.#context.relations?.find(({ id, kind }) => id === rule.via && kind === "belongs_to");
    const field = relation?.fields.find(({ id }) => id === rule.field);
    if (!relation || !field) return outOfDate("it looks up a field that no longer exists");
    const { number } = relation;
    const id = lookupField(number, field.id);
    if (field.expr === undefined) return { id, field };
    return { id, field: { ...field, expr: lookedUpExpr(number, field.expr) } };
  }

  #formula({ expr }: FormulaRule): PlanNode {
    const predicate = { kind: "truth", wantTrue: true, wantFalse: false } as const;
    const key = `formula ${JSON.stringify(expr)} ${JSON.stringify(predicate)}`;
    return this.#leaf({ kind: "formula", key, expr, type: "boolean", predicate }, false);
  }

  #leaf(condition: Condition, negated: boolean): PlanNode {
    let index = this.#indexes.get(condition.key);
    if (index === undefined) {
      index = this.conditions.push(condition) - 1;
      this.#indexes.set(condition.key, index);
    }
    return { kind: "condition", condition: index, negated };
  }
}

/** What a comparison with a value of a type comes down to. `name` is for people, where it no longer fits. */
export function comparisonOf(
  rule: Comparison,
  type: FieldType,
  name: string,
  timeZone: string,
): { predicate: Predicate; negated: boolean } {
  const operator = operatorNamed(rule.operator);
  if (operator === undefined) return outOfDate(`it uses the operator "${rule.operator}", which no longer exists`);
  if (!fits(rule, type, operator)) return outOfDate(`"${name}" is a ${type.replace("_", " ")} field now`);
  return { predicate: operator.predicate(operandsOf(rule, { type }, timeZone)), negated: operator.negated };
}

function fits(rule: Comparison, type: FieldType, operator: Operator): boolean {
  if (!operator.types.includes(type)) return false;
  const takesValues = operator.takes === "one" || operator.takes === "list" || operator.takes === "range";
  return !takesValues || scalarsOf(rule).every((value) => "value" in readRuleValue(type, value));
}

export function outOfDate(why: string): never {
  const detail = `The query no longer fits its dataset: ${why}. Edit the query, or undo that change.`;
  throw new ProblemError({ code: "query_out_of_date", status: 422, detail });
}

function negate(node: PlanNode): PlanNode {
  return { ...node, negated: !node.negated };
}
