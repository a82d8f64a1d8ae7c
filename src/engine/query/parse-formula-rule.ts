/** A formula that is true or false of each record. */
import { failure, type Outcome, unwrap } from "../../platform/problem.ts";
import type { Expr, ExprType } from "../formula/expr.ts";
import type { FormulaRule } from "./ast.ts";
import { type JsonObject, onlyKeys } from "./only-keys.ts";
import { refuse } from "./refuse.ts";
import type { QuerySchema } from "./schema.ts";
import type { Scope } from "./scope.ts";
import { typeWords } from "./subject.ts";

interface Formula {
  readonly source: string;
  readonly expr: Expr;
  readonly type: ExprType;
}

export function parseFormulaRule(rule: JsonObject, path: string, scope: Scope): FormulaRule {
  onlyKeys(rule, ["formula"], path);
  const at = `${path}.formula`;
  const formula = formulaOf(rule.formula, scope.schema, at);
  if (formula.type === "boolean") return { formula: formula.source, expr: formula.expr };
  const detail = `A rule is true or false, but this formula yields a ${typeWords(formula.type)}. ${MEND}`;
  return refuse("formula_not_boolean", at, detail, { type: formula.type });
}

const MEND = "Compare it with something, for example: length(name) > 3.";

function formulaOf(written: unknown, schema: QuerySchema, path: string): Formula {
  if (typeof written !== "string") {
    return refuse("malformed_query", path, `Here "formula" is needed: a formula, as text.`);
  }
  return unwrap(parseFormula(written, schema, path));
}

export function parseFormula(_source: string, _schema: QuerySchema, path: string): Outcome<Formula> {
  const detail = "Formulas are not available yet. Use conditions on fields, joined in groups.";
  return failure({ code: "rule_not_allowed", status: 422, detail, path });
}
