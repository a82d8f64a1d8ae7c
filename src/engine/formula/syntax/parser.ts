/** From words and signs to the tree of what was written. */
import { parseNumber } from "../../values/number.ts";
import { MAX_LEVELS } from "../limits.ts";
import { refuseAt, type Stretch, type Where } from "../refuse.ts";
import { TokenReader } from "./reader.ts";
import type { Token } from "./tokens.ts";
import type { BinaryOperator, Form, Syntax } from "./tree.ts";

/** Throws the problem where the text is not a formula's. */
export function parseSyntax(where: Where): Syntax {
  return new Parser(where).formula();
}

/** From loose to tight; `not` binds looser than comparisons and tighter than `and`, however it is spelled. */
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const SUMS: ReadonlySet<string> = new Set(["+", "-"]);
const PRODUCTS: ReadonlySet<string> = new Set(["*", "/", "%"]);

class Parser {
  readonly #where: Where;
  readonly #reader: TokenReader;
  #open = 0;

  constructor(where: Where) {
    this.#where = where;
    this.#reader = new TokenReader(where);
  }

  formula(): Syntax {
    const first = this.#reader.token;
    if (first.kind === "end") {
      this.#reader.refuse(first, "The formula is empty. Write one, for example: orders > 0 and ltv / orders > 40.");
    }
    const formula = this.#or();
    if (this.#reader.token.kind !== "end") this.#reader.refuseRest();
    return formula;
  }

  /** Throws where the tree grows too deep: all that follows may then go down it. */
  #node(form: Form, at: Stretch, parts: readonly Syntax[]): Syntax {
    const levels = 1 + parts.reduce((most, part) => Math.max(most, part.levels), 0);
    if (levels > MAX_LEVELS) this.#tooDeep(at, levels);
    return { ...form, start: at.start, end: at.end, levels };
  }

  #tooDeep(at: Stretch, actual: number): never {
    const detail = `A formula may have ${MAX_LEVELS} levels. Put parts of it into computed fields, or long sums into brackets, a few terms each.`;
    return refuseAt(this.#where, "formula_too_deep", at, detail, { limit: MAX_LEVELS, actual });
  }

  #or(): Syntax {
    return this.#joined("or", "||", () => this.#joined("and", "&&", () => this.#not()));
  }

  #joined(kind: "and" | "or", symbol: string, operand: () => Syntax): Syntax {
    const first = operand();
    const args = [first];
    while (this.#reader.isSymbol(symbol) || this.#reader.isWord(kind)) {
      this.#reader.take();
      args.push(operand());
    }
    if (args.length === 1) return first;
    return this.#node({ kind, args }, { start: first.start, end: (args.at(-1) as Syntax).end }, args);
  }

  #not(): Syntax {
    if (!this.#reader.isSymbol("!") && !this.#reader.isWord("not")) return this.#comparison();
    const { start } = this.#reader.take();
    return this.#inside(start, () => {
      const arg = this.#not();
      return this.#node({ kind: "not", arg }, { start, end: arg.end }, [arg]);
    });
  }

  /** Bounds the recursion itself, before there is a tree. */
  #inside(start: number, parse: () => Syntax): Syntax {
    if (++this.#open > MAX_LEVELS) this.#tooDeep({ start, end: start + 1 }, this.#open);
    const parsed = parse();
    this.#open--;
    return parsed;
  }

  #comparison(): Syntax {
    const left = this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#sign()));
    if (this.#reader.token.kind !== "symbol" || !COMPARISONS.has(this.#reader.token.value)) return left;
    const sign = this.#reader.take();
    const right =
      this.#reader.isSymbol("!") || this.#reader.isWord("not")
        ? this.#not()
        : this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#sign()));
    const compared = this.#binary(sign, left, right);
    if (this.#reader.token.kind === "symbol" && COMPARISONS.has(this.#reader.token.value)) {
      const middle = this.#where.source.slice(right.start, right.end);
      this.#reader.refuse(
        this.#reader.token,
        `Two comparisons are joined with and: … ${sign.value} ${middle} and ${middle} ${this.#reader.token.value} …`,
      );
    }
    return compared;
  }

  #chain(signs: ReadonlySet<string>, operand: () => Syntax): Syntax {
    let left = operand();
    while (this.#reader.token.kind === "symbol" && signs.has(this.#reader.token.value))
      left = this.#binary(this.#reader.take(), left, operand());
    return left;
  }

  #binary(sign: Token, left: Syntax, right: Syntax): Syntax {
    const operator = sign.value as BinaryOperator;
    return this.#node({ kind: "binary", operator, sign, left, right }, { start: left.start, end: right.end }, [
      left,
      right,
    ]);
  }

  #sign(): Syntax {
    if (!this.#reader.isSymbol("-")) return this.#single();
    const { start } = this.#reader.take();
    return this.#inside(start, () => {
      const arg = this.#sign();
      if (arg.kind === "number")
        return this.#node({ kind: "number", value: 0 - arg.value }, { start, end: arg.end }, []);
      return this.#node({ kind: "neg", arg }, { start, end: arg.end }, [arg]);
    });
  }

  #single(): Syntax {
    const token = this.#reader.take();
    switch (token.kind) {
      case "number":
        return this.#number(token);
      case "text":
        return this.#node({ kind: "text", value: token.value }, token, []);
      case "word":
        return this.#word(token);
      case "quoted":
        return this.#name(token);
      case "symbol":
        if (token.value === "(") return this.#bracket(token);
        return this.#reader.refuse(
          token,
          `Before "${token.value}" something is missing: a field, a value or a function.`,
        );
      case "end":
        return this.#reader.refuse(token, "The formula ends too early: a field, a value or a function is missing.");
    }
  }

  #number(token: Token): Syntax {
    const value = parseNumber(token.value);
    if (value !== null) return this.#node({ kind: "number", value }, token, []);
    const detail = `"${token.value.slice(0, 60)}" is not kept as a number: numbers have no leading zeros and at most 15 digits. If it is an identifier, write it as text: "${token.value.slice(0, 60)}".`;
    return this.#reader.refuse(token, detail);
  }

  #word(token: Token): Syntax {
    const word = token.value.toLowerCase();
    if (word === "true" || word === "false") return this.#node({ kind: "truth", value: word === "true" }, token, []);
    if (word === "and" || word === "or" || word === "not") {
      return this.#reader.refuse(
        token,
        `Here "${token.value}" stands alone: it joins conditions. A field of this name is written \`${token.value}\`.`,
      );
    }
    if (word === "null") {
      return this.#reader.refuse(
        token,
        `There is no ${token.value}. To ask whether a field is empty, write is_empty(field); a field of this name is written \`${token.value}\`.`,
      );
    }
    return this.#reader.isSymbol("(") ? this.#call(token) : this.#name(token);
  }

  #name(first: Token): Syntax {
    if (!this.#reader.isSymbol(".")) return this.#node({ kind: "name", name: first.value }, first, []);
    this.#reader.take();
    const second = this.#reader.take();
    if (second.kind !== "word" && second.kind !== "quoted") {
      return this.#reader.refuse(
        second,
        `After "${first.value}." the name of a field of the related record is missing.`,
      );
    }
    const at = { start: first.start, end: second.end };
    return this.#node({ kind: "path", relation: first.value, name: second.value }, at, []);
  }

  #bracket(open: Token): Syntax {
    return this.#inside(open.start, () => {
      const inner = this.#or();
      const close = this.#close(open);
      return { ...inner, start: open.start, end: close.end };
    });
  }

  #call(name: Token): Syntax {
    const open = this.#reader.take();
    return this.#inside(name.start, () => {
      const args: Syntax[] = [];
      if (!this.#reader.isSymbol(")")) args.push(this.#or());
      while (this.#reader.isSymbol(",")) {
        this.#reader.take();
        args.push(this.#or());
      }
      const close = this.#close(open);
      return this.#node({ kind: "call", name, args }, { start: name.start, end: close.end }, args);
    });
  }

  #close(open: Token): Token {
    if (this.#reader.isSymbol(")")) return this.#reader.take();
    if (this.#reader.token.kind === "end")
      return this.#reader.refuse(open, "This bracket is not closed: a ) is missing.");
    return this.#reader.refuseRest();
  }
}
