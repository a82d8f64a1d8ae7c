/**
 * The column evaluator: one plan against chunks of 65,536 rows. A child of an `and` looks only at the rows that
 * are left, a child of an `or` only at those not yet decided. Nothing yields inside a chunk; the caller may
 * stop between chunks and go on later.
 */
import { Bitmap } from "../bitmap/bitmap.ts";
import { andNotInto, CHUNK_WORDS, countWords, emptyWords, isEmptyWords, orInto, type Words } from "../bitmap/words.ts";
import type { ColumnStore, RowSource } from "../columns/store.ts";
import { matcherOf } from "./matchers.ts";
import type { Condition, Plan, PlanNode } from "./plan.ts";

export interface ColumnOptions {
  /** Epoch milliseconds, taken once for the transaction. */
  readonly now: number;
  /** Where columns that are not loaded yet come from. */
  readonly source: RowSource;
  /** The first chunk; 0 when absent. */
  readonly from?: number;
  /** The chunk to stop before; all when absent. */
  readonly to?: number;
}

export interface ChunkMatches {
  readonly chunk: number;
  /** The matching rows of the chunk as bits. Overwritten by the next chunk. */
  readonly words: Words;
  readonly count: number;
}

/** The matches chunk by chunk, for callers that let others run in between. */
export function* evaluateColumns(
  plan: Plan,
  store: ColumnStore,
  options: ColumnOptions,
): Generator<ChunkMatches, void, undefined> {
  for (let chunk = options.from ?? 0; chunk < Math.min(options.to ?? Infinity, store.chunkCount); chunk++) {
    yield evaluateChunk(plan, store, chunk, options);
  }
}

/** The matches of one chunk. Loads what it needs of it first. */
export function evaluateChunk(plan: Plan, store: ColumnStore, chunk: number, options: ColumnOptions): ChunkMatches {
  store.ensureChunk(chunk, plan.fields, options.source);
  const evaluation = new ChunkEvaluation(plan, store, chunk);
  const words = evaluation.run();
  return { chunk, words, count: countWords(words) };
}

/** All matches at once. */
export function collectMatches(chunks: Iterable<ChunkMatches>): Bitmap {
  const matches = new Bitmap();
  for (const { chunk, words } of chunks) matches.setWords(chunk, words);
  matches.takeDirty();
  return matches;
}

/** Working space, kept between chunks: evaluation is synchronous, so one pool serves all. */
const pool: Words[] = [];
const borrow = (): Words => pool.pop() ?? emptyWords();
const giveBack = (words: Words): void => void pool.push(words);
const result = emptyWords();

class ChunkEvaluation {
  readonly #plan: Plan;
  readonly #store: ColumnStore;
  readonly #chunk: number;

  constructor(plan: Plan, store: ColumnStore, chunk: number) {
    this.#plan = plan;
    this.#store = store;
    this.#chunk = chunk;
  }

  run(): Words {
    const rows = this.#store.present.readWords(this.#chunk, borrow());
    this.#node(this.#plan.tree, rows, result);
    giveBack(rows);
    return result;
  }

  /** `out` = the rows of `mask` for which the node is true. */
  #node(node: PlanNode, mask: Words, out: Words): void {
    if (node.kind === "condition") this.#condition(this.#plan.conditions[node.condition] as Condition, mask, out);
    else if (node.kind === "and") this.#and(node.children, mask, out);
    else this.#or(node.children, mask, out);
    if (node.negated) for (let i = 0; i < CHUNK_WORDS; i++) out[i] = (mask[i] as number) & ~(out[i] as number);
  }

  #condition(condition: Condition, mask: Words, out: Words): void {
    const column = this.#store.column(condition.field, this.#chunk);
    if (column === undefined) throw new RangeError(`field ${condition.field} is not loaded`);
    matcherOf(condition).scan(column, mask, out);
  }

  #and(children: readonly PlanNode[], mask: Words, out: Words): void {
    out.set(mask);
    const rest = borrow();
    for (const child of children) {
      if (isEmptyWords(out)) break;
      rest.set(out);
      this.#node(child, rest, out);
    }
    giveBack(rest);
  }

  #or(children: readonly PlanNode[], mask: Words, out: Words): void {
    if (children.length === 0) out.set(mask);
    else out.fill(0);
    const rest = borrow();
    const found = borrow();
    rest.set(mask);
    for (const child of children) {
      if (isEmptyWords(rest)) break;
      this.#node(child, rest, found);
      orInto(out, found);
      andNotInto(rest, found);
    }
    giveBack(rest);
    giveBack(found);
  }
}
