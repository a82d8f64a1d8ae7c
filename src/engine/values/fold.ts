/**
 * Simple case folding, code point by code point: how text is compared unless `match_case` is set.
 * `toLowerCase` is something else: it depends on the neighbours (final sigma) and may lengthen (İ).
 */
import { FOLD_RUNS } from "./fold-table.ts";

const folds = expand();

function expand(): Map<number, string> {
  const table = new Map<number, string>();
  for (let i = 0; i < FOLD_RUNS.length; i += 4) {
    const [first = 0, last = 0, step = 1, delta = 0] = FOLD_RUNS.slice(i, i + 4);
    for (let code = first; code <= last; code += step) table.set(code, String.fromCodePoint(code + delta));
  }
  return table;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const ASCII = /^[\x00-\x7f]*$/;

/** The folded text. Two texts are the same regardless of case when their folded forms are identical. */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = "";
  for (const letter of text) folded += folds.get(letter.codePointAt(0) as number) ?? letter;
  return folded;
}
