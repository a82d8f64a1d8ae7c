/** What was written, as a tree with places: nothing is known of names and types yet. */
import { parseNumber } from "../values/number.ts";
import { MAX_LEVELS } from "./limits.ts";
import { writtenName } from "./names.ts";
import { refuseAt, type Stretch, type Where } from "./refuse.ts";
import { type Token, tokensOf } from "./tokens.ts";

export type BinaryOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";

type Form =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "truth"; readonly value: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "path"; readonly relation: string; readonly name: string }
  | { readonly kind: "call"; readonly name: Token; readonly args: readonly Syntax[] }
  | { readonly kind: "not" | "neg"; readonly arg: Syntax }
  | { readonly kind: "and" | "or"; readonly args: readonly Syntax[] }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly sign: Token;
      readonly left: Syntax;
      readonly right: Syntax;
    };

/** `levels` is 1 where nothing stands inside. */
export type Syntax = Form & Stretch & { readonly levels: number };
export type SyntaxOf<Kind extends Form["kind"]> = Extract<Syntax, { kind: Kind }>;

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
  readonly #tokens: readonly Token[];
  #next = 0;
  #open = 0;

  constructor(where: Where) {
    this.#where = where;
    this.#tokens = tokensOf(where);
  }

  formula(): Syntax {
    const [first] = this.#tokens;
    if (first?.kind === "end")
      this.#refuse(first, "The formula is empty. Write one, for example: orders > 0 and ltv / orders > 40.");
    const formula = this.#or();
    if (this.#token.kind !== "end") this.#refuseRest();
    return formula;
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #refuse(at: Stretch, detail: string): never {
    return refuseAt(this.#where, "malformed_formula", at, detail);
  }

  #take(): Token {
    const token = this.#token;
    if (token.kind !== "end") this.#next++;
    return token;
  }

  #isSymbol(...symbols: string[]): boolean {
    return this.#token.kind === "symbol" && symbols.includes(this.#token.value);
  }

  #isWord(word: string): boolean {
    return this.#token.kind === "word" && this.#token.value.toLowerCase() === word;
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
    while (this.#isSymbol(symbol) || this.#isWord(kind)) {
      this.#take();
      args.push(operand());
    }
    if (args.length === 1) return first;
    return this.#node({ kind, args }, { start: first.start, end: (args.at(-1) as Syntax).end }, args);
  }

  #not(): Syntax {
    if (!this.#isSymbol("!") && !this.#isWord("not")) return this.#comparison();
    const { start } = this.#take();
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
    if (this.#token.kind !== "symbol" || !COMPARISONS.has(this.#token.value)) return left;
    const sign = this.#take();
    const right =
      this.#isSymbol("!") || this.#isWord("not")
        ? this.#not()
        : this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#sign()));
    const compared = this.#binary(sign, left, right);
    if (this.#token.kind === "symbol" && COMPARISONS.has(this.#token.value)) {
      const middle = this.#where.source.slice(right.start, right.end);
      this.#refuse(
        this.#token,
        `Two comparisons are joined with and: … ${sign.value} ${middle} and ${middle} ${this.#token.value} …`,
      );
    }
    return compared;
  }

  #chain(signs: ReadonlySet<string>, operand: () => Syntax): Syntax {
    let left = operand();
    while (this.#token.kind === "symbol" && signs.has(this.#token.value))
      left = this.#binary(this.#take(), left, operand());
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
    if (!this.#isSymbol("-")) return this.#single();
    const { start } = this.#take();
    return this.#inside(start, () => {
      const arg = this.#sign();
      if (arg.kind === "number")
        return this.#node({ kind: "number", value: 0 - arg.value }, { start, end: arg.end }, []);
      return this.#node({ kind: "neg", arg }, { start, end: arg.end }, [arg]);
    });
  }

  #single(): Syntax {
    const token = this.#take();
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
        return this.#refuse(token, `Before "${token.value}" something is missing: a field, a value or a function.`);
      case "end":
        return this.#refuse(token, "The formula ends too early: a field, a value or a function is missing.");
    }
  }

  #number(token: Token): Syntax {
    const value = parseNumber(token.value);
    if (value !== null) return this.#node({ kind: "number", value }, token, []);
    const detail = `"${token.value.slice(0, 60)}" is not kept as a number: numbers have no leading zeros and at most 15 digits. If it is an identifier, write it as text: "${token.value.slice(0, 60)}".`;
    return this.#refuse(token, detail);
  }

  #word(token: Token): Syntax {
    const word = token.value.toLowerCase();
    if (word === "true" || word === "false") return this.#node({ kind: "truth", value: word === "true" }, token, []);
    if (word === "and" || word === "or" || word === "not") {
      return this.#refuse(
        token,
        `Here "${token.value}" stands alone: it joins conditions. A field of this name is written \`${token.value}\`.`,
      );
    }
    if (word === "null") {
      return this.#refuse(
        token,
        `There is no ${token.value}. To ask whether a field is empty, write is_empty(field); a field of this name is written \`${token.value}\`.`,
      );
    }
    return this.#isSymbol("(") ? this.#call(token) : this.#name(token);
  }

  #name(first: Token): Syntax {
    if (!this.#isSymbol(".")) return this.#node({ kind: "name", name: first.value }, first, []);
    this.#take();
    const second = this.#take();
    if (second.kind !== "word" && second.kind !== "quoted") {
      return this.#refuse(second, `After "${first.value}." the name of a field of the related record is missing.`);
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
    const open = this.#take();
    return this.#inside(name.start, () => {
      const args: Syntax[] = [];
      if (!this.#isSymbol(")")) args.push(this.#or());
      while (this.#isSymbol(",")) {
        this.#take();
        args.push(this.#or());
      }
      const close = this.#close(open);
      return this.#node({ kind: "call", name, args }, { start: name.start, end: close.end }, args);
    });
  }

  #close(open: Token): Token {
    if (this.#isSymbol(")")) return this.#take();
    if (this.#token.kind === "end") return this.#refuse(open, "This bracket is not closed: a ) is missing.");
    return this.#refuseRest();
  }

  /** Something stands where an operator, a bracket or the end should be. */
  #refuseRest(): never {
    const token = this.#token;
    const before = this.#tokens[this.#next - 1];
    if (token.kind === "symbol") {
      if (token.value === ")") this.#refuse(token, "This ) closes nothing.");
      if (token.value === ",")
        this.#refuse(
          token,
          "A comma separates the arguments of a function. Numbers are written without grouping: 1200.5.",
        );
      this.#refuse(token, `"${token.value}" cannot stand here.`);
    }
    if (token.kind === "word" && before?.kind === "word") {
      const name = this.#words(before);
      this.#refuse(
        { start: before.start, end: token.end },
        `Between "${before.value}" and "${token.value}" an operator is missing. If this is one name, write ${writtenName(name)}.`,
      );
    }
    this.#refuse(token, `Before this an operator is missing: one of + - * / % == != < <= > >= and or.`);
  }

  /** The words from one on, up to the next sign. */
  #words(first: Token): string {
    const words: string[] = [];
    for (let i = this.#tokens.indexOf(first); this.#tokens[i]?.kind === "word" && words.length < 8; i++)
      words.push((this.#tokens[i] as Token).value);
    return words.join(" ");
  }
}
