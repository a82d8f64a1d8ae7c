/** Tests on the texts and lists of a block of rows. */
import { foldText } from "../../values/fold.ts";
import type { Call, Expr } from "../expr.ts";
import { type TextTest, textTests, workOf } from "../meaning/primitives.ts";
import { BLOCK_WORDS, type TruthRun, truthAt } from "./block.ts";
import { eachRow } from "./each-row.ts";
import { textRun } from "./texts.ts";

type Texts = readonly (string | null)[];
const foldAll = (texts: Texts): Texts => texts.map((text) => (text === null ? null : foldText(text)));

export function textTestRun({ name, args }: Call, at: number): TruthRun {
  const [text, part] = args as [Expr, Expr];
  const test = workOf(textTests, name);
  if (part.kind === "literal") return literalTestRun(text, part.value as string | null, test, at);
  if (text.kind === "literal") return literalTestRun(part, text.value as string | null, (a, b) => test(b, a), at);
  const [left, right] = [textRun(text, at), textRun(part, at + 1)];
  const [leftKey, rightKey] = [{}, {}];
  return (scope) => {
    const [a, b, out] = [left(scope), right(scope), truthAt(at)];
    const folded = scope.mapped(leftKey, a.texts, foldAll);
    const parts = scope.mapped(rightKey, b.texts, foldAll);
    eachRow(out.yes, (row) => {
      const value = folded[(a.codes[row] as number) - 1] ?? null;
      const sought = parts[(b.codes[row] as number) - 1] ?? null;
      return value !== null && sought !== null && test(value, sought);
    });
    return out.decided();
  };
}

/** The test is made once for each distinct text. */
function literalTestRun(expr: Expr, literal: string | null, test: TextTest, at: number): TruthRun {
  const text = textRun(expr, at);
  const folded = literal === null ? null : foldText(literal);
  const key = {};
  const hitsOf = (texts: Texts): Uint8Array => {
    const hits = new Uint8Array(texts.length + 1);
    if (folded === null) return hits;
    for (let i = 0; i < texts.length; i++) {
      const one = texts[i] as string | null;
      if (one !== null && test(foldText(one), folded)) hits[i + 1] = 1;
    }
    return hits;
  };
  return (scope) => {
    const { codes, texts } = text(scope);
    const hits = scope.mapped(key, texts, hitsOf);
    const out = truthAt(at);
    for (let w = 0; w < BLOCK_WORDS; w++) {
      let bits = 0;
      for (let bit = 0, i = w << 5; bit < 32; bit++, i++) bits |= (hits[codes[i] as number] as number) << bit;
      out.yes[w] = bits;
    }
    return out.decided();
  };
}

/** A list that is asked for a text of the same row. */
export function elementRun(list: Expr, sought: Expr, at: number): TruthRun {
  if (list.kind !== "field") throw new TypeError("a list that is not a field");
  const text = textRun(sought, at);
  const key = {};
  return (scope) => {
    const column = scope.columns(list.field);
    const { codes, texts } = text(scope);
    const folded = scope.mapped(key, texts, foldAll);
    const wanted = scope.part(scope.mask);
    const out = truthAt(at);
    eachRow(out.yes, (row) => {
      const one = folded[(codes[row] as number) - 1] ?? null;
      if (one === null || (((wanted[row >>> 5] as number) >>> (row & 31)) & 1) === 0) return false;
      const elements = column.get(scope.first + row) as readonly string[] | null;
      return elements?.some((element) => foldText(element) === one) ?? false;
    });
    return out.decided();
  };
}
