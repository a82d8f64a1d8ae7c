/** From what was written to a typed expression: names become fields, types are checked, words become primitives. */
import type { QuerySchema } from "../query/schema.ts";
import { nearest } from "../query/suggest.ts";
import { isBlank } from "../values/blank.ts";
import { Builder } from "./build.ts";
import { dateLiteral } from "./date-text.ts";
import type { CallName, Expr, ExprType, Literal } from "./expr.ts";
import type { CallCheck } from "./functions/function.ts";
import { FORMULA_FUNCTIONS, functionNamed } from "./functions/index.ts";
import { mending, typeWords } from "./mend.ts";
import { type FormulaProblemCode, refuseAt, type Stretch, type Where } from "./refuse.ts";
import { Resolver, type Trail } from "./resolve.ts";
import { parseSyntax, type Syntax, type SyntaxOf } from "./syntax.ts";

/** Throws the problem. `trail` and `builder` are of the formula around, where this one is a computed field's. */
export function compileFormula(where: Where, schema: QuerySchema, trail: Trail = [], builder = new Builder()): Expr {
  return new Checker(where, schema, trail, builder).expr(parseSyntax(where));
}

const isDated = (type: ExprType): type is "date" | "datetime" => type === "date" || type === "datetime";

class Checker {
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
        return this.#make("neg", "number", [this.typed(syntax.arg, "number")], syntax);
      case "not":
        return this.#make("not", "boolean", [this.typed(syntax.arg, "boolean")], syntax);
      case "and":
      case "or":
        return this.#make(
          syntax.kind,
          "boolean",
          syntax.args.map((arg) => this.typed(arg, "boolean")),
          syntax,
        );
      case "binary":
        return this.#binary(syntax);
    }
  }

  /** The expression, which must be of a type. */
  typed(syntax: Syntax, needed: ExprType): Expr {
    const expr = this.expr(syntax);
    return expr.type === needed ? expr : this.#mismatch(syntax, expr.type, needed);
  }

  /** The expression beside one of a date type: a text literal is read as a date. */
  beside(syntax: Syntax, type: "date" | "datetime"): Expr {
    return syntax.kind === "text" ? this.#dateOf(syntax, type) : this.expr(syntax);
  }

  /** As a date: the local date of a datetime. */
  day(syntax: Syntax): Expr {
    const expr = this.beside(syntax, "datetime");
    return isDated(expr.type) ? this.#asDay(expr, syntax) : this.#mismatch(syntax, expr.type, "date");
  }

  make(name: CallName, type: ExprType, args: readonly Expr[], at: Stretch): Expr {
    return this.#make(name, type, args, at);
  }

  refuse(code: FormulaProblemCode, at: Stretch, detail: string, facts?: Readonly<Record<string, unknown>>): never {
    return refuseAt(this.#where, code, at, detail, facts);
  }

  #make(name: CallName, type: ExprType, args: readonly Expr[], at: Stretch): Expr {
    return this.#builder.call(name, type, args, this.#where, at);
  }

  #asDay(expr: Expr, at: Stretch): Expr {
    return expr.type === "datetime" ? this.#make("date_of", "date", [expr], at) : expr;
  }

  #dateOf(syntax: SyntaxOf<"text">, beside: "date" | "datetime"): Literal {
    const literal = dateLiteral(syntax.value, beside);
    if (typeof literal !== "string") return literal;
    const detail = `${this.#written(syntax)} stands beside ${typeWords[beside]} and does not read as one. ${literal}`;
    return this.refuse("invalid_value", syntax, detail);
  }

  #written({ start, end }: Stretch): string {
    const text = this.#where.source.slice(start, end).replace(/\s+/g, " ");
    return (text.length > 40 ? `${text.slice(0, 39)}…` : text).toWellFormed();
  }

  #mismatch(syntax: Syntax, actual: ExprType, needed: ExprType): never {
    const written = this.#written(syntax);
    const mend = mending(syntax, written, actual, needed);
    const detail = `${written} is ${typeWords[actual]}, but here ${typeWords[needed]} is needed.${mend === "" ? "" : ` ${mend}`}`;
    return this.refuse("formula_type_mismatch", syntax, detail, { type: actual, needed });
  }

  #binary(syntax: SyntaxOf<"binary">): Expr {
    const { operator, left, right } = syntax;
    switch (operator) {
      case "==":
        return this.#equal(syntax);
      case "!=":
        return this.#make("not", "boolean", [this.#equal(syntax)], syntax);
      case "<":
      case "<=":
        return this.#make(operator, "boolean", this.#ordered(syntax), syntax);
      case ">":
        return this.#make("<", "boolean", this.#ordered(syntax).toReversed(), syntax);
      case ">=":
        return this.#make("<=", "boolean", this.#ordered(syntax).toReversed(), syntax);
      default:
        this.#refuseSumOf(syntax);
        return this.#make(operator, "number", [this.typed(left, "number"), this.typed(right, "number")], syntax);
    }
  }

  /** Sums that other languages allow. */
  #refuseSumOf({ operator, sign, left, right }: SyntaxOf<"binary">): void {
    if (operator !== "+" && operator !== "-") return;
    const types = [this.expr(left).type, this.expr(right).type];
    const [a, b] = [this.#written(left), this.#written(right)];
    if (operator === "+" && types.every((type) => type === "text")) {
      this.refuse("formula_type_mismatch", sign, `+ adds numbers. To put texts together, write concat(${a}, ${b}).`);
    }
    if (types.some(isDated)) {
      const detail =
        operator === "-" && types.every((type) => isDated(type) || type === "text")
          ? `- subtracts numbers. For the days between two dates, write days_between(${b}, ${a}).`
          : `${operator} works on numbers. Compare the days between two dates instead: days_between(a, b) < 30.`;
      this.refuse("formula_type_mismatch", sign, detail);
    }
  }

  /** Both sides of a comparison, of one type. A date beside a datetime is that whole local day. */
  #sides({ sign, left, right }: SyntaxOf<"binary">): readonly [Expr, Expr] {
    let [a, b] = [this.expr(left), this.expr(right)];
    if (left.kind === "text" && isDated(b.type)) a = this.#dateOf(left, b.type);
    if (right.kind === "text" && isDated(a.type)) b = this.#dateOf(right, a.type);
    if (a.type === "text_array" || b.type === "text_array") {
      const [list, other] = a.type === "text_array" ? [left, right] : [right, left];
      const detail = `Lists are not compared as a whole. Write contains(${this.#written(list)}, ${this.#written(other)}).`;
      return this.refuse("formula_type_mismatch", sign, detail);
    }
    if (a.type === b.type) return [a, b];
    if (isDated(a.type) && isDated(b.type)) return [this.#asDay(a, left), this.#asDay(b, right)];
    const literal = left.kind === "text" || left.kind === "number" || left.kind === "truth";
    const [syntax, actual, needed] = literal ? [left, a.type, b.type] : [right, b.type, a.type];
    const mend = mending(syntax, this.#written(syntax), actual, needed);
    const detail = `${this.#written(left)} is ${typeWords[a.type]} and ${this.#written(right)} is ${typeWords[b.type]}: they cannot be compared.${mend === "" ? "" : ` ${mend}`}`;
    return this.refuse("formula_type_mismatch", sign, detail, { left: a.type, right: b.type });
  }

  #equal(syntax: SyntaxOf<"binary">): Expr {
    for (const side of [syntax.left, syntax.right]) {
      if (side.kind !== "text" || !isBlank(side.value)) continue;
      const other = this.#written(side === syntax.left ? syntax.right : syntax.left);
      this.refuse(
        "invalid_value",
        side,
        `Blank cells are empty, so nothing equals blank text. Write is_empty(${other}).`,
      );
    }
    return this.#make("==", "boolean", this.#sides(syntax), syntax);
  }

  #ordered(syntax: SyntaxOf<"binary">): readonly [Expr, Expr] {
    const sides = this.#sides(syntax);
    if (sides[0].type === "number" || isDated(sides[0].type)) return sides;
    const instead = sides[0].type === "text" ? " Write ==, !=, starts_with(…) or contains(…)." : "";
    const detail = `${syntax.operator} compares numbers and dates, and ${this.#written(syntax.left)} is ${typeWords[sides[0].type]}.${instead}`;
    return this.refuse("formula_type_mismatch", syntax.sign, detail, { type: sides[0].type });
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

/** The arguments of one call, for its function's check. */
class Arguments implements CallCheck {
  readonly args: readonly Syntax[];
  readonly #checker: Checker;
  readonly #call: Stretch;

  constructor(checker: Checker, call: SyntaxOf<"call">) {
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
