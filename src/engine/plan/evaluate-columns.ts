/**
 * The column evaluator: one plan against chunks of 65,536 rows. A child of an `and` looks only at the rows that
 * are left, a child of an `or` only at those not yet decided. Nothing yields inside a chunk; the caller may
 * stop between chunks and go on later.
 */
import { Bitmap } from "../bitmap/bitmap.ts";
import {
  andInto,
  andNotInto,
  CHUNK_WORDS,
  countWords,
  emptyWords,
  isEmptyWords,
  orInto,
  type Words,
} from "../bitmap/words.ts";
import type { Column } from "../columns/column.ts";
import type { ColumnStore, RowSource } from "../columns/store.ts";
import { evaluateExprChunk, scanFormula } from "../formula/index.ts";
import type { ChunkMemo } from "./chunk-memo.ts";
import { matcherOf } from "./matchers.ts";
import type { Condition, FormulaCondition, Plan, PlanNode } from "./plan.ts";
import { type Moment, nothingAround, type Surroundings } from "./surroundings.ts";

export interface ColumnOptions {
  /** Taken once for the transaction. */
  readonly moment: Moment;
  /** Where columns that are not loaded yet come from. */
  readonly source: RowSource;
  readonly around?: Surroundings;
  /** Only these rows of the chunk are judged; the others do not match. */
  readonly mask?: Words;
  /** What other plans over the same chunk found out. */
  readonly memo?: ChunkMemo;
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
  const words = new ChunkEvaluation(plan, store, chunk, options).run();
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

class ChunkEvaluation {
  readonly #plan: Plan;
  readonly #store: ColumnStore;
  readonly #chunk: number;
  readonly #options: ColumnOptions;
  readonly #around: Surroundings;

  constructor(plan: Plan, store: ColumnStore, chunk: number, options: ColumnOptions) {
    this.#plan = plan;
    this.#store = store;
    this.#chunk = chunk;
    this.#options = options;
    this.#around = options.around ?? nothingAround;
  }

  /** Related records are evaluated by a plan within a plan: each run needs words of its own. */
  run(): Words {
    const result = resultAt(depth++);
    const rows = this.#store.present.readWords(this.#chunk, borrow());
    try {
      if (this.#options.mask) andInto(rows, this.#options.mask);
      this.#node(this.#plan.tree, rows, result);
    } finally {
      depth--;
      giveBack(rows);
    }
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
    const { memo } = this.#options;
    const known = memo?.shared(condition, () => this.#ofAllRows(condition));
    if (known === undefined) this.#scan(condition, mask, out);
    else for (let i = 0; i < CHUNK_WORDS; i++) out[i] = (mask[i] as number) & (known[i] as number);
  }

  #ofAllRows(condition: Condition): Words {
    const out = emptyWords();
    const rows = this.#store.present.readWords(this.#chunk, borrow());
    this.#scan(condition, rows, out);
    giveBack(rows);
    return out;
  }

  #scan(condition: Condition, mask: Words, out: Words): void {
    const { moment } = this.#options;
    if (condition.kind === "segment") {
      this.#around.memberWords(condition.segment, this.#chunk, out);
      andInto(out, mask);
    } else if (condition.kind === "related") {
      this.#around.relatedScan(condition, this.#chunk, mask, out, moment);
    } else if (condition.kind === "formula" && asksIfTrue(condition)) {
      scanFormula(condition.expr, (field) => this.#column(field), mask, out, moment);
    } else {
      matcherOf(condition, moment).scan(this.#values(condition, mask), mask, out);
    }
  }

  #values(condition: Exclude<Condition, { kind: "segment" | "related" }>, mask: Words): Column {
    if (condition.kind === "field") return this.#column(condition.field);
    return evaluateExprChunk(condition.expr, (field) => this.#column(field), mask, this.#options.moment);
  }

  #column(field: number): Column {
    const column = this.#store.column(field, this.#chunk);
    if (column === undefined) throw new RangeError(`field ${field} is not loaded`);
    return column;
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

/** A formula rule: its parts are then evaluated on the rows that are left to them, by the columns where they can be. */
function asksIfTrue({ type, predicate }: FormulaCondition): boolean {
  return type === "boolean" && predicate.kind === "truth" && predicate.wantTrue && !predicate.wantFalse;
}

let depth = 0;
const results: Words[] = [];

function resultAt(level: number): Words {
  const words = results[level] ?? emptyWords();
  results[level] = words;
  return words;
}
