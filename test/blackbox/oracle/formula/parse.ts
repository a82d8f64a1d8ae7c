/** The formula language (QUERY section 7) as a tree, by recursive descent: obvious and slow. */

export type Tree =
  | { is: "value"; value: number | string | boolean }
  | { is: "field"; name: string; via?: string }
  | { is: "call"; name: string; args: Tree[] };

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<text>"[^"]*"|'[^']*')|(?<tick>`[^`]*`)|(?<word>[A-Za-z_]\w*)|(?<mark>&&|\|\||==|!=|<=|>=|[-+*/<>!(),.]))/y;

interface Token {
  kind: "number" | "text" | "tick" | "word" | "mark";
  text: string;
}

function tokensOf(formula: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < formula.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(formula)?.groups;
    if (!groups) throw new Error(`the oracle cannot read ${formula} at ${at}`);
    const [kind, text] = Object.entries(groups).find(([, part]) => part !== undefined) as [Token["kind"], string];
    tokens.push({ kind, text });
  }
  return tokens;
}

/** Loosest first; all bind from the left. */
const LEVELS: Readonly<Record<string, string>>[] = [
  { "||": "or", or: "or" },
  { "&&": "and", and: "and" },
  { "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=" },
  { "+": "+", "-": "-" },
  { "*": "*", "/": "/" },
];

export function parse(formula: string): Tree {
  const tokens = tokensOf(formula);
  let at = 0;
  const peek = (): string => tokens[at]?.text ?? "";
  const expectMark = (mark: string): void => {
    if (tokens[at++]?.text !== mark) throw new Error(`the oracle wants ${mark} in ${formula}`);
  };
  const binary = (level: number): Tree => {
    const marks = LEVELS[level];
    if (!marks) return unary();
    let left = binary(level + 1);
    for (let name = marks[peek()]; name !== undefined && tokens[at]?.kind !== "text"; name = marks[peek()]) {
      at++;
      left = { is: "call", name, args: [left, binary(level + 1)] };
    }
    return left;
  };
  const unary = (): Tree => {
    const name = { "!": "not", not: "not", "-": "negate" }[peek()];
    if (name === undefined || tokens[at]?.kind === "text") return primary();
    at++;
    return { is: "call", name, args: [unary()] };
  };
  const primary = (): Tree => {
    const token = tokens[at++];
    if (!token) throw new Error(`the oracle finds an end too early in ${formula}`);
    if (token.text === "(") {
      const inner = binary(0);
      expectMark(")");
      return inner;
    }
    if (token.kind === "number") return { is: "value", value: Number(token.text) };
    if (token.kind === "text") return { is: "value", value: token.text.slice(1, -1) };
    if (token.text === "true" || token.text === "false") return { is: "value", value: token.text === "true" };
    if (token.kind === "word" && peek() === "(") return call(token.text);
    return field(token);
  };
  const call = (name: string): Tree => {
    expectMark("(");
    const args: Tree[] = [];
    while (peek() !== ")") {
      args.push(binary(0));
      if (peek() !== ")") expectMark(",");
    }
    expectMark(")");
    return { is: "call", name, args };
  };
  const field = ({ kind, text }: Token): Tree => {
    if (kind === "mark") throw new Error(`the oracle does not expect ${text} in ${formula}`);
    const name = (part: string) => part.replaceAll("`", "");
    if (peek() !== ".") return { is: "field", name: name(text) };
    at++;
    return { is: "field", via: name(text), name: name(tokens[at++]?.text ?? "") };
  };
  const tree = binary(0);
  if (at < tokens.length) throw new Error(`the oracle finds more after the end of ${formula}`);
  return tree;
}
