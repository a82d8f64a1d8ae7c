/** What each function of the language says of itself, and what it is given to check a call. */
import type { CallName, Expr, ExprType } from "../expr.ts";
import type { FormulaProblemCode } from "../refuse.ts";
import type { Syntax } from "../syntax/tree.ts";

export interface FormulaFunction {
  readonly name: string;
  /** With words for the arguments: `round(number, digits)`. */
  readonly signature: string;
  /** One sentence for people. */
  readonly summary: string;
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  /** The call as an expression. The number of arguments is right. */
  check(call: CallCheck): Expr;
}

/** One call. Each method throws the problem where an argument is not what is asked for. */
export interface CallCheck {
  readonly args: readonly Syntax[];
  make(name: CallName, type: ExprType, args: readonly Expr[]): Expr;
  any(index: number): Expr;
  number(index: number): Expr;
  truth(index: number): Expr;
  text(index: number): Expr;
  /** A text in which a literal may be blank: it is not compared as a whole. */
  piece(index: number): Expr;
  /** A date, a datetime or a text that reads as one, as a date. */
  day(index: number): Expr;
  /** All arguments from an index on, of one type among these. Texts that read as dates are dates beside dates. */
  alike(from: number, types: readonly ExprType[]): readonly [Expr, ...Expr[]];
  refuse(index: number, code: FormulaProblemCode, detail: string): never;
}
