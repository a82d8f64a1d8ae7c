/** From a formula's text to its words and signs, each with its place. */
import { refuseAt, type Stretch, type Where } from "../refuse.ts";

export interface Token extends Stretch {
  readonly kind: "number" | "text" | "word" | "quoted" | "symbol" | "end";
  /** A text without its quotes and escapes, a quoted name without its backticks, anything else as it stands. */
  readonly value: string;
}

const SPACE = /\s+/uy;
const WORD = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const QUOTED = /`(?:[^`]|``)*`/y;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy;
const SYMBOL = /&&|\|\||==|!=|<=|>=|[<>!+\-*/%(),.]/y;
/** Signs of other languages, and what to write here. */
const FOREIGN: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/===|=/y, "Write == to compare."],
  [/!==|<>/y, "Write != for “is not equal”."],
  [/&/y, "Write && or and."],
  [/\|/y, "Write || or or."],
  [/\*\*|\^/y, "There are no powers: multiply."],
  [/\?/y, "For a choice, write if(condition, value, otherwise)."],
  [/[“”„‘’‚«»]/y, "Texts stand in straight quotes: \"text\" or 'text'."],
  [/\[/y, "Names that are not plain words stand in backticks: `Monthly Charges`."],
  [/[{}\]]/y, "Use round brackets: ( )."],
  [/\$/y, "Numbers are written without a currency, and names that are not plain words in backticks."],
  [/[−–—]/y, "Write the minus sign as -."],
  [/[×·]/y, "Write * to multiply."],
  [/÷/y, "Write / to divide."],
  [/≠/y, "Write !=."],
  [/≤/y, "Write <=."],
  [/≥/y, "Write >=."],
];

/** The tokens, the last of them `end`. Throws the problem where a text is not a formula's. */
export function tokensOf(where: Where): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < where.source.length) {
    const space = match(SPACE, where.source, at);
    if (space === null) tokens.push(tokenAt(where, at));
    at = space === null ? (tokens.at(-1) as Token).end : at + space.length;
  }
  tokens.push({ kind: "end", value: "", start: at, end: at });
  return tokens;
}

function match(pattern: RegExp, source: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? null;
}

function tokenAt(where: Where, start: number): Token {
  const { source } = where;
  const token = (kind: Token["kind"], value: string): Token => ({ kind, value, start, end: start + value.length });
  const foreign = FOREIGN.find(([pattern]) => longest(pattern, source, start));
  if (foreign !== undefined) return refuseAt(where, "malformed_formula", { start, end: start + 1 }, foreign[1]);
  const word = match(WORD, source, start);
  if (word !== null) return token("word", word);
  const number = match(NUMBER, source, start);
  if (number !== null) return numberToken(where, token("number", number));
  if (source[start] === "`") return quotedToken(where, start);
  if (source[start] === '"' || source[start] === "'") return textToken(where, start);
  const symbol = match(SYMBOL, source, start);
  if (symbol !== null) return token("symbol", symbol);
  const sign = String.fromCodePoint(source.codePointAt(start) as number);
  return refuseAt(
    where,
    "malformed_formula",
    { start, end: start + sign.length },
    `"${sign.toWellFormed()}" means nothing in a formula.`,
  );
}

/** Whether a foreign sign stands here: `=` is one where it is not a part of `==`. */
function longest(pattern: RegExp, source: string, start: number): boolean {
  const found = match(pattern, source, start);
  return found !== null && (found === "===" || (match(SYMBOL, source, start)?.length ?? 0) < found.length);
}

function numberToken(where: Where, token: Token): Token {
  const rest = match(WORD, where.source, token.end);
  if (rest === null) return token;
  const name = where.source.slice(token.start, token.end + rest.length);
  const at = { start: token.start, end: token.end + rest.length };
  return refuseAt(where, "malformed_formula", at, `"${name}" is no number. If it is a name, write \`${name}\`.`);
}

function quotedToken(where: Where, start: number): Token {
  const written = match(QUOTED, where.source, start);
  if (written === null) {
    const at = { start, end: where.source.length };
    return refuseAt(where, "malformed_formula", at, "A name in backticks ends with a backtick, which is missing.");
  }
  const name = written.slice(1, -1).replaceAll("``", "`");
  const end = start + written.length;
  if (name === "")
    return refuseAt(where, "malformed_formula", { start, end }, "Between the backticks a name is missing.");
  return { kind: "quoted", value: name, start, end };
}

function textToken(where: Where, start: number): Token {
  const written = match(TEXT, where.source, start);
  if (written === null) {
    const at = { start, end: where.source.length };
    return refuseAt(
      where,
      "malformed_formula",
      at,
      `A text ends with the quote it began with (${where.source[start]}), which is missing.`,
    );
  }
  return { kind: "text", value: unescaped(where, written, start), start, end: start + written.length };
}

const ESCAPE = /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|(.))/gsu;
const PLAIN: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\", '"': '"', "'": "'" };

function unescaped(where: Where, written: string, start: number): string {
  const text = written
    .slice(1, -1)
    .replace(ESCAPE, (whole, long?: string, short?: string, sign?: string, offset = 0) => {
      const code = Number.parseInt(long ?? short ?? "", 16);
      if (code <= 0x10ffff) return String.fromCodePoint(code);
      const plain = sign === undefined ? undefined : PLAIN[sign];
      if (plain !== undefined) return plain;
      const at = { start: start + 1 + Number(offset), end: start + 1 + Number(offset) + whole.length };
      const detail =
        "After \\ in a text comes one of n r t \" ' \\ or u with four hexadecimal digits. A backslash itself is \\\\.";
      return refuseAt(where, "malformed_formula", at, detail);
    });
  return text.toWellFormed();
}
