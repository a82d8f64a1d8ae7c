/** From what was written to a typed expression: names become fields, types are checked, words become primitives. */
import type { QuerySchema } from "../../query/schema.ts";
import { nearest } from "../../query/suggest.ts";
import { isBlank } from "../../values/blank.ts";
import type { CallName, Expr, ExprType, Literal } from "../expr.ts";
import { FORMULA_FUNCTIONS, functionNamed } from "../functions/index.ts";
import { type FormulaProblemCode, refuseAt, type Stretch, type Where } from "../refuse.ts";
import { parseSyntax } from "../syntax/parser.ts";
import type { Syntax, SyntaxOf } from "../syntax/tree.ts";
import { Arguments } from "./arguments.ts";
import { binaryExpr } from "./binary.ts";
import { Builder } from "./build.ts";
import { type Checking, isDated } from "./checking.ts";
import { dateLiteral } from "./date-text.ts";
import { mending, typeWords } from "./mend.ts";
import { Resolver, type Trail } from "./resolve.ts";

/** Throws the problem. `trail` and `builder` are of the formula around, where this one is a computed field's. */
export function compileFormula(where: Where, schema: QuerySchema, trail: Trail = [], builder = new Builder()): Expr {
  return new Checker(where, schema, trail, builder).expr(parseSyntax(where));
}

class Checker implements Checking {
  readonly #where: Where;
  readonly #builder: Builder;
  readonly #names: Resolver;
  /** Some parts are looked at more than once; without this, twice at each level. */
  readonly #checked = new Map<Syntax, Expr>();

  constructor(where: Where, schema: QuerySchema, trail: Trail, builder: Builder) {
    this.#where = where;
    this.#builder = builder;
    this.#names = new Resolver(where, schema, trail, builder, (source, inner, within) =>
      compileFormula({ source, path: where.path }, inner, within, builder),
    );
  }

  expr(syntax: Syntax): Expr {
    let expr = this.#checked.get(syntax);
    if (expr === undefined) {
      expr = this.#check(syntax);
      this.#checked.set(syntax, expr);
    }
    return expr;
  }

  #check(syntax: Syntax): Expr {
    switch (syntax.kind) {
      case "number":
        return { kind: "literal", type: "number", value: syntax.value };
      case "text":
        return { kind: "literal", type: "text", value: isBlank(syntax.value) ? null : syntax.value };
      case "truth":
        return { kind: "literal", type: "boolean", value: syntax.value };
      case "name":
        return this.#names.own(syntax);
      case "path":
        return this.#names.lookedUp(syntax);
      case "call":
        return this.#call(syntax);
      case "neg":
        return this.make("neg", "number", [this.typed(syntax.arg, "number")], syntax);
      case "not":
        return this.make("not", "boolean", [this.typed(syntax.arg, "boolean")], syntax);
      case "and":
      case "or":
        return this.make(
          syntax.kind,
          "boolean",
          syntax.args.map((arg) => this.typed(arg, "boolean")),
          syntax,
        );
      case "binary":
        return binaryExpr(this, syntax);
    }
  }

  /** The expression, which must be of a type. */
  typed(syntax: Syntax, needed: ExprType): Expr {
    const expr = this.expr(syntax);
    return expr.type === needed ? expr : this.#mismatch(syntax, expr.type, needed);
  }

  /** The expression beside one of a date type: a text literal is read as a date. */
  beside(syntax: Syntax, type: "date" | "datetime"): Expr {
    return syntax.kind === "text" ? this.dateOf(syntax, type) : this.expr(syntax);
  }

  /** As a date: the local date of a datetime. */
  day(syntax: Syntax): Expr {
    const expr = this.beside(syntax, "datetime");
    return isDated(expr.type) ? this.asDay(expr, syntax) : this.#mismatch(syntax, expr.type, "date");
  }

  make(name: CallName, type: ExprType, args: readonly Expr[], at: Stretch): Expr {
    return this.#builder.call(name, type, args, this.#where, at);
  }

  refuse(code: FormulaProblemCode, at: Stretch, detail: string, facts?: Readonly<Record<string, unknown>>): never {
    return refuseAt(this.#where, code, at, detail, facts);
  }

  asDay(expr: Expr, at: Stretch): Expr {
    return expr.type === "datetime" ? this.make("date_of", "date", [expr], at) : expr;
  }

  dateOf(syntax: SyntaxOf<"text">, beside: "date" | "datetime"): Literal {
    const literal = dateLiteral(syntax.value, beside);
    if (typeof literal !== "string") return literal;
    const detail = `${this.written(syntax)} stands beside ${typeWords[beside]} and does not read as one. ${literal}`;
    return this.refuse("invalid_value", syntax, detail);
  }

  written({ start, end }: Stretch): string {
    const text = this.#where.source.slice(start, end).replace(/\s+/g, " ");
    return (text.length > 40 ? `${text.slice(0, 39)}…` : text).toWellFormed();
  }

  #mismatch(syntax: Syntax, actual: ExprType, needed: ExprType): never {
    const written = this.written(syntax);
    const mend = mending(syntax, written, actual, needed);
    const detail = `${written} is ${typeWords[actual]}, but here ${typeWords[needed]} is needed.${mend === "" ? "" : ` ${mend}`}`;
    return this.refuse("formula_type_mismatch", syntax, detail, { type: actual, needed });
  }

  #call(syntax: SyntaxOf<"call">): Expr {
    const { name, args } = syntax;
    const called = functionNamed(name.value);
    if (called === undefined) return this.#unknownFunction(name.value, name);
    if (args.length >= called.least && args.length <= called.most) return called.check(new Arguments(this, syntax));
    const detail = `${called.name} takes ${countWords(called.least, called.most)} and has ${args.length} here: ${called.signature}.`;
    return this.refuse("malformed_formula", name, detail, { signature: called.signature });
  }

  #unknownFunction(name: string, at: Stretch): never {
    const suggestion = nearest(
      name,
      FORMULA_FUNCTIONS.map((one) => one.name),
    );
    const choices = FORMULA_FUNCTIONS.map((one) => one.name);
    const asked = suggestion === null ? ` There are: ${choices.join(", ")}.` : ` Did you mean ${suggestion}?`;
    return this.refuse(
      "unknown_function",
      at,
      `There is no function "${name}".${asked}`,
      suggestion === null ? { choices } : { suggestion },
    );
  }
}

function countWords(least: number, most: number): string {
  if (least === most) return least === 0 ? "no arguments" : `${least} ${least === 1 ? "argument" : "arguments"}`;
  return Number.isFinite(most) ? `${least} or ${most} arguments` : `${least} or more arguments`;
}
