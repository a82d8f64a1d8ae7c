/** Texts of a block of rows: a code for each row, so that work on texts is done once for each distinct one. */
import type { Call, Expr } from "../expr.ts";
import { numberAsText, ofText, textOrEmpty, workOf } from "../meaning/primitives.ts";
import { BLOCK_ROWS, type ChunkScope, type TextRun, type TextVector, textAt } from "./block.ts";
import { numberRun } from "./numbers.ts";
import { asNumbers } from "./scale.ts";
import { truthRun } from "./truths.ts";

type Texts = readonly (string | null)[];

export function textRun(expr: Expr, at: number): TextRun {
  if (expr.kind === "literal") {
    const texts: Texts = [expr.value as string | null];
    return () => {
      const out = textAt(at);
      out.codes.fill(1);
      out.texts = texts;
      return out;
    };
  }
  if (expr.kind === "call") return callRun(expr, at);
  const { field } = expr;
  return (scope) => {
    const column = scope.columns(field);
    if (column.family !== "text") throw new TypeError(`a ${column.family} column where texts are read`);
    const out = textAt(at);
    out.texts = column.readTexts(scope.first, scope.part(scope.mask), out.codes);
    return out;
  };
}

function callRun(call: Call, at: number): TextRun {
  switch (call.name) {
    case "concat":
      return concatRun(call.args, at);
    case "if":
      return choiceRun(call, at);
    case "coalesce": {
      const [first, ...rest] = call.args.map((arg, i) => textRun(arg, at + Math.min(i, 1))) as [TextRun, ...TextRun[]];
      return rest.reduce((a, b) => joinRun(a, b, at, (code, texts) => code !== 0 && texts[code - 1] !== null), first);
    }
    default: {
      const work = workOf(ofText, call.name);
      const text = textRun(call.args[0] as Expr, at);
      const map = (texts: Texts) => texts.map((one) => (one === null ? null : work(one)));
      const key = {};
      return (scope) => {
        const out = text(scope);
        out.texts = scope.mapped(key, out.texts, map);
        return out;
      };
    }
  }
}

/** The first text where it is kept, else the second; into register `at`, in which the first one is. */
function joinRun(
  a: TextRun,
  b: TextRun,
  at: number,
  keeps: (code: number, texts: Texts, row: number) => boolean,
): TextRun {
  const join = joiner();
  return (scope) => {
    const [first, second, out] = [a(scope), b(scope), textAt(at)];
    const offset = first.texts.length;
    for (let i = 0; i < BLOCK_ROWS; i++) {
      const [code, other] = [first.codes[i] as number, second.codes[i] as number];
      out.codes[i] = keeps(code, first.texts, i) ? code : other === 0 ? 0 : other + offset;
    }
    out.texts = join(scope, first.texts, second.texts);
    return out;
  };
}

/** Two lists of texts end to end; the same array again while both are the same. */
function joiner(): (scope: ChunkScope, first: Texts, second: Texts) => Texts {
  const key = {};
  return (scope, first, second) => {
    const known = scope.mapped(key, first, () => ({ second, texts: [...first, ...second] }));
    if (known.second === second) return known.texts;
    known.second = second;
    known.texts = [...first, ...second];
    return known.texts;
  };
}

function choiceRun({ args }: Call, at: number): TextRun {
  const condition = truthRun(args[0] as Expr, at);
  const [value, otherwise] = [textRun(args[1] as Expr, at + 1), textRun(args[2] as Expr, at + 2)];
  const join = joiner();
  return (scope) => {
    const { yes } = condition(scope);
    const [a, b, out] = [value(scope), otherwise(scope), textAt(at)];
    const offset = a.texts.length;
    for (let i = 0; i < BLOCK_ROWS; i++) {
      const other = b.codes[i] as number;
      const taken = ((yes[i >>> 5] as number) >>> (i & 31)) & 1;
      out.codes[i] = taken ? (a.codes[i] as number) : other === 0 ? 0 : other + offset;
    }
    out.texts = join(scope, a.texts, b.texts);
    return out;
  };
}

/** One text for each row that is wanted. */
function concatRun(args: readonly Expr[], at: number): TextRun {
  const pieces = args.map((arg) => pieceRun(arg, at + 1));
  return (scope) => {
    const out = textAt(at);
    const built = new Array<string>(BLOCK_ROWS).fill("");
    for (const piece of pieces) piece(scope, built);
    const texts: (string | null)[] = [];
    for (let i = 0; i < BLOCK_ROWS; i++) out.codes[i] = texts.push(textOrEmpty(built[i] as string));
    out.texts = texts;
    return out;
  };
}

/** Adds an argument of `concat` to each row's text. */
function pieceRun(expr: Expr, at: number): (scope: ChunkScope, built: string[]) => void {
  if (expr.type === "text") {
    const text = textRun(expr, at);
    return (scope, built) => addTexts(text(scope), built);
  }
  if (expr.type === "boolean") {
    const truth = truthRun(expr, at);
    return (scope, built) => {
      const { yes, present } = truth(scope);
      for (let i = 0; i < BLOCK_ROWS; i++) {
        if (((present[i >>> 5] as number) >>> (i & 31)) & 1)
          built[i] += String((((yes[i >>> 5] as number) >>> (i & 31)) & 1) === 1);
      }
    };
  }
  const number = numberRun(expr, at);
  return (scope, built) => {
    const { values } = asNumbers(number(scope));
    for (let i = 0; i < BLOCK_ROWS; i++) built[i] += numberAsText(expr.type, values[i] as number);
  };
}

function addTexts({ codes, texts }: TextVector, built: string[]): void {
  for (let i = 0; i < BLOCK_ROWS; i++) {
    const code = codes[i] as number;
    if (code !== 0) built[i] += texts[code - 1] ?? "";
  }
}
