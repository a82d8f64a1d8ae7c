/** A formula that is true or false of each record. */
import { unwrap } from "../../platform/problem.ts";
import type { CompiledFormula } from "../formula/expr.ts";
import { parseFormula } from "../formula/parse.ts";
import type { FormulaRule } from "./ast.ts";
import { type JsonObject, onlyKeys } from "./only-keys.ts";
import { refuse } from "./refuse.ts";
import type { QuerySchema } from "./schema.ts";
import type { Scope } from "./scope.ts";
import { typeWords } from "./subject.ts";

export function parseFormulaRule(rule: JsonObject, path: string, scope: Scope): FormulaRule {
  onlyKeys(rule, ["formula"], path);
  const at = `${path}.formula`;
  const formula = formulaOf(rule.formula, scope.schema, at);
  if (formula.type === "boolean") return { formula: formula.source, expr: formula.expr };
  const detail = `A rule is true or false, but this formula yields a ${typeWords(formula.type)}. ${MEND}`;
  return refuse("formula_not_boolean", at, detail, { type: formula.type });
}

const MEND = "Compare it with something, for example: length(name) > 3.";

function formulaOf(written: unknown, schema: QuerySchema, path: string): CompiledFormula {
  if (typeof written !== "string") {
    return refuse("malformed_query", path, `Here "formula" is needed: a formula, as text.`);
  }
  return unwrap(parseFormula(written, schema, path));
}
