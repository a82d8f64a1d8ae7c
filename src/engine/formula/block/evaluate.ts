/** The chunk evaluator: what an expression yields for 65,536 rows, as a column. */
import { CHUNK_ROWS, CHUNK_WORDS, emptyWords, isEmptyWords, type Words } from "../../bitmap/words.ts";
import type { Column } from "../../columns/column.ts";
import type { Moment } from "../../plan/surroundings.ts";
import type { Expr } from "../expr.ts";
import { BLOCK_ROWS, ChunkScope, type NumberRun, type TextRun, type TruthRun } from "./block.ts";
import { ComputedNumbers, ComputedTexts, ComputedTruths } from "./columns.ts";
import { numberRun } from "./numbers.ts";
import { asNumbers } from "./scale.ts";
import type { ColumnsOf } from "./scan.ts";
import { textRun } from "./texts.ts";
import { truthRun } from "./truths.ts";

type Evaluate = (scope: ChunkScope) => Column;

const ready = new WeakMap<Expr, Evaluate>();

/** The values for the rows of `mask`; for other rows the column may hold anything. */
export function evaluateExprChunk(expr: Expr, columns: ColumnsOf, mask: Words, moment: Moment): Column {
  if (expr.kind === "field") return columns(expr.field);
  let evaluate = ready.get(expr);
  if (evaluate === undefined) {
    evaluate = evaluatorOf(expr);
    ready.set(expr, evaluate);
  }
  return evaluate(new ChunkScope(expr, columns, mask, moment));
}

function evaluatorOf(expr: Expr): Evaluate {
  if (expr.type === "boolean") return truths(truthRun(expr, 0));
  return expr.type === "text" ? textsOf(textRun(expr, 0)) : numbersOf(numberRun(expr, 0));
}

/** Moves the scope from block to block; those without wanted rows are left out. */
function eachBlock(scope: ChunkScope, work: () => void): void {
  for (scope.first = 0; scope.first < CHUNK_ROWS; scope.first += BLOCK_ROWS) {
    if (!isEmptyWords(scope.part(scope.mask))) work();
  }
}

function numbersOf(run: NumberRun): Evaluate {
  return (scope) => {
    const values = new Float64Array(CHUNK_ROWS).fill(Number.NaN);
    eachBlock(scope, () => values.set(asNumbers(run(scope)).values, scope.first));
    return new ComputedNumbers(values);
  };
}

function truths(run: TruthRun): Evaluate {
  return (scope) => {
    const [yes, present] = [emptyWords(), emptyWords()];
    eachBlock(scope, () => {
      const block = run(scope);
      yes.set(block.yes, scope.first >>> 5);
      present.set(block.present, scope.first >>> 5);
    });
    for (let w = 0; w < CHUNK_WORDS; w++) present[w] = (present[w] as number) & (scope.mask[w] as number);
    return new ComputedTruths(yes, present);
  };
}

function textsOf(run: TextRun): Evaluate {
  return (scope) => {
    const codes = new Uint32Array(CHUNK_ROWS);
    const codeOf = new Map<string, number>();
    const key = {};
    eachBlock(scope, () => {
      const block = run(scope);
      const renumbered = scope.mapped(key, block.texts, (texts) => renumber(texts, codeOf));
      for (let i = 0; i < BLOCK_ROWS; i++) codes[scope.first + i] = renumbered[block.codes[i] as number] as number;
    });
    return new ComputedTexts(codes, [...codeOf.keys()]);
  };
}

/** The chunk's code for each of a block's. */
function renumber(texts: readonly (string | null)[], codeOf: Map<string, number>): Uint32Array {
  const codes = new Uint32Array(texts.length + 1);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string | null;
    if (text === null) continue;
    const code = codeOf.get(text) ?? codeOf.size + 1;
    codeOf.set(text, code);
    codes[i + 1] = code;
  }
  return codes;
}
