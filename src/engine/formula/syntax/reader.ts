/** Walks along the tokens, and refuses what stands where nothing of the kind can. */
import { refuseAt, type Stretch, type Where } from "../refuse.ts";
import { writtenName } from "./names.ts";
import { type Token, tokensOf } from "./tokens.ts";

export class TokenReader {
  readonly #where: Where;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(where: Where) {
    this.#where = where;
    this.#tokens = tokensOf(where);
  }

  /** The one to be read next; the last one is `end`. */
  get token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  take(): Token {
    const token = this.token;
    if (token.kind !== "end") this.#next++;
    return token;
  }

  isSymbol(...symbols: string[]): boolean {
    return this.token.kind === "symbol" && symbols.includes(this.token.value);
  }

  isWord(word: string): boolean {
    return this.token.kind === "word" && this.token.value.toLowerCase() === word;
  }

  refuse(at: Stretch, detail: string): never {
    return refuseAt(this.#where, "malformed_formula", at, detail);
  }

  /** Something stands where an operator, a bracket or the end should be. */
  refuseRest(): never {
    const token = this.token;
    const before = this.#tokens[this.#next - 1];
    if (token.kind === "symbol") {
      if (token.value === ")") this.refuse(token, "This ) closes nothing.");
      if (token.value === ",")
        this.refuse(
          token,
          "A comma separates the arguments of a function. Numbers are written without grouping: 1200.5.",
        );
      this.refuse(token, `"${token.value}" cannot stand here.`);
    }
    if (token.kind === "word" && before?.kind === "word") {
      const name = this.#words(before);
      this.refuse(
        { start: before.start, end: token.end },
        `Between "${before.value}" and "${token.value}" an operator is missing. If this is one name, write ${writtenName(name)}.`,
      );
    }
    this.refuse(token, `Before this an operator is missing: one of + - * / % == != < <= > >= and or.`);
  }

  /** The words from one on, up to the next sign. */
  #words(first: Token): string {
    const words: string[] = [];
    for (let i = this.#tokens.indexOf(first); this.#tokens[i]?.kind === "word" && words.length < 8; i++)
      words.push((this.#tokens[i] as Token).value);
    return words.join(" ");
  }
}
