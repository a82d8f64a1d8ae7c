/** What the parts of the check ask of each other. Each throws the problem where it refuses. */
import type { CallName, Expr, ExprType, Literal } from "../expr.ts";
import type { FormulaProblemCode, Stretch } from "../refuse.ts";
import type { Syntax, SyntaxOf } from "../syntax/tree.ts";

export interface Checking {
  expr(syntax: Syntax): Expr;
  /** The expression, which must be of a type. */
  typed(syntax: Syntax, needed: ExprType): Expr;
  /** The expression beside one of a date type: a text literal is read as a date. */
  beside(syntax: Syntax, type: "date" | "datetime"): Expr;
  /** As a date: the local date of a datetime. */
  day(syntax: Syntax): Expr;
  asDay(expr: Expr, at: Stretch): Expr;
  /** A text that has to read as a date or, beside a datetime, as either. */
  dateOf(syntax: SyntaxOf<"text">, beside: "date" | "datetime"): Literal;
  make(name: CallName, type: ExprType, args: readonly Expr[], at: Stretch): Expr;
  /** As it stands in the source, short enough for a sentence. */
  written(at: Stretch): string;
  refuse(code: FormulaProblemCode, at: Stretch, detail: string, facts?: Readonly<Record<string, unknown>>): never;
}

export const isDated = (type: ExprType): type is "date" | "datetime" => type === "date" || type === "datetime";
