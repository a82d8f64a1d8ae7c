/** The arguments of one call, for its function's check. */
import type { CallName, Expr, ExprType } from "../expr.ts";
import type { CallCheck } from "../functions/function.ts";
import type { FormulaProblemCode, Stretch } from "../refuse.ts";
import type { Syntax, SyntaxOf } from "../syntax/tree.ts";
import { type Checking, isDated } from "./checking.ts";
import { typeWords } from "./mend.ts";

export class Arguments implements CallCheck {
  readonly args: readonly Syntax[];
  readonly #checker: Checking;
  readonly #call: Stretch;

  constructor(checker: Checking, call: SyntaxOf<"call">) {
    this.#checker = checker;
    this.#call = call;
    this.args = call.args;
  }

  make = (name: CallName, type: ExprType, args: readonly Expr[]): Expr =>
    this.#checker.make(name, type, args, this.#call);
  any = (index: number): Expr => this.#checker.expr(this.#arg(index));
  number = (index: number): Expr => this.#checker.typed(this.#arg(index), "number");
  truth = (index: number): Expr => this.#checker.typed(this.#arg(index), "boolean");
  text = (index: number): Expr => this.#checker.typed(this.#arg(index), "text");
  day = (index: number): Expr => this.#checker.day(this.#arg(index));

  #arg(index: number): Syntax {
    return this.args[index] as Syntax;
  }

  piece(index: number): Expr {
    const syntax = this.#arg(index);
    return syntax.kind === "text" ? { kind: "literal", type: "text", value: syntax.value } : this.text(index);
  }

  alike(from: number, types: readonly ExprType[]): readonly [Expr, ...Expr[]] {
    const args = this.args.slice(from);
    const firm = args.filter((arg) => arg.kind !== "text").map((arg) => this.#checker.expr(arg).type);
    const dated = firm.find(isDated);
    const exprs = args.map((arg) => (dated === undefined ? this.#checker.expr(arg) : this.#checker.beside(arg, dated)));
    const [first, ...rest] = exprs as [Expr, ...Expr[]];
    const allowed = types.map((type) => typeWords[type]).join(", ");
    if (!types.includes(first.type)) {
      this.refuse(
        from,
        "formula_type_mismatch",
        `This is ${typeWords[first.type]}, but here is needed one of: ${allowed}.`,
      );
    }
    const odd = rest.findIndex((one) => one.type !== first.type);
    if (odd < 0) return [first, ...rest];
    const detail = `This is ${typeWords[(rest[odd] as Expr).type]}, and the one before is ${typeWords[first.type]}: they must be of one type.`;
    return this.refuse(from + odd + 1, "formula_type_mismatch", detail);
  }

  refuse(index: number, code: FormulaProblemCode, detail: string): never {
    return this.#checker.refuse(code, this.#arg(index), detail);
  }
}
