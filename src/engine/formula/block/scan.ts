/** The chunk evaluator for conditions: which rows of a chunk a boolean expression is true of. */
import {
  andNotInto,
  CHUNK_WORDS,
  countWords,
  emptyWords,
  isEmptyWords,
  nextBit,
  orInto,
  setBit,
  type Words,
} from "../../bitmap/words.ts";
import type { Column } from "../../columns/column.ts";
import type { Moment } from "../../plan/surroundings.ts";
import { matcherFor } from "../../predicates/index.ts";
import { foldText } from "../../values/fold.ts";
import type { Call, Expr } from "../expr.ts";
import { evaluateExpr } from "../row/evaluate.ts";
import { BLOCK_ROWS, BLOCK_WORDS, ChunkScope, type TruthRun } from "./block.ts";
import { type DirectScan, directScan } from "./direct.ts";
import { truthRun } from "./truths.ts";

export type ColumnsOf = (field: number) => Column;
type Scan = DirectScan;

/** In a block with fewer rows than this left, they are looked at one by one. */
const FEW = 32;

const ready = new WeakMap<Expr, Scan>();

/** `out` = the rows of `mask` for which the expression is true. `out` and `mask` are different arrays. */
export function scanFormula(expr: Expr, columns: ColumnsOf, mask: Words, out: Words, moment: Moment): void {
  let scan = ready.get(expr);
  if (scan === undefined) {
    scan = scanOf(expr);
    ready.set(expr, scan);
  }
  scan(columns, mask, out, moment);
}

function scanOf(expr: Expr): Scan {
  const direct = directScan(expr);
  if (direct !== null) return direct;
  if (expr.kind !== "call") return blockScan(expr);
  switch (expr.name) {
    case "and":
      return andScan(byCost(expr.args).map(scanOf));
    case "or":
      return orScan(byCost(expr.args).map(scanOf));
    case "not":
      return notScan(scanOf(expr.args[0] as Expr));
    case "==":
      return domainScan(expr) ?? blockScan(expr);
    default:
      return blockScan(expr);
  }
}

/**
 * `domain(field) == "acme.com"`: only texts with these letters somewhere can have that host, and the column finds them
 * much faster than hosts are taken from texts. True of ASCII only: other letters may change their number in small.
 */
function domainScan(expr: Call): Scan | null {
  const { args } = expr;
  for (const [side, other] of [args, args.toReversed()]) {
    const field = side?.kind === "call" && side.name === "domain" ? side.args[0] : undefined;
    if (field?.kind !== "field" || other?.kind !== "literal") continue;
    const folded = foldText((other.value as string | null) ?? "");
    if (!/^[!-~]+$/.test(folded)) return null;
    const { field: id } = field;
    const [inside, exact] = [
      matcherFor({ kind: "text", how: "contains", needles: [folded], fold: true }),
      blockScan(expr),
    ];
    return (columns, mask, out, moment) => {
      const candidates = emptyWords();
      inside.scan(columns(id), mask, candidates);
      exact(columns, candidates, out, moment);
    };
  }
  return null;
}

function andScan(parts: readonly Scan[]): Scan {
  return (columns, mask, out, moment) => {
    const rest = emptyWords();
    out.set(mask);
    for (const part of parts) {
      if (isEmptyWords(out)) return;
      rest.set(out);
      part(columns, rest, out, moment);
    }
  };
}

function orScan(parts: readonly Scan[]): Scan {
  return (columns, mask, out, moment) => {
    const [rest, found] = [mask.slice(), emptyWords()];
    out.fill(0);
    for (const part of parts) {
      if (isEmptyWords(rest)) return;
      part(columns, rest, found, moment);
      orInto(out, found);
      andNotInto(rest, found);
    }
  };
}

function notScan(inner: Scan): Scan {
  return (columns, mask, out, moment) => {
    inner(columns, mask, out, moment);
    for (let w = 0; w < CHUNK_WORDS; w++) out[w] = (mask[w] as number) & ~(out[w] as number);
  };
}

function blockScan(expr: Expr): Scan {
  let run: TruthRun | null = null;
  return (columns, mask, out, moment) => {
    run ??= truthRun(expr, 0);
    const scope = new ChunkScope(expr, columns, mask, moment);
    for (scope.first = 0; scope.first < CHUNK_WORDS * 32; scope.first += BLOCK_ROWS) {
      const [wanted, found] = [scope.part(mask), scope.part(out)];
      const rows = countWords(wanted);
      if (rows === 0) found.fill(0);
      else if (rows < FEW) fewRows(expr, scope, wanted, found);
      else {
        const { yes } = run(scope);
        for (let w = 0; w < BLOCK_WORDS; w++) found[w] = (wanted[w] as number) & (yes[w] as number);
      }
    }
  };
}

function fewRows(expr: Expr, { columns, first, moment }: ChunkScope, wanted: Words, found: Words): void {
  let index = 0;
  const row = { value: (field: number) => columns(field).get(first + index) };
  found.fill(0);
  for (index = nextBit(wanted, 0); index >= 0; index = nextBit(wanted, index + 1)) {
    if (evaluateExpr(expr, row, moment) === true) setBit(found, index);
  }
}

/** Cheap parts first: they leave fewer rows to the others. */
function byCost(parts: readonly Expr[]): readonly Expr[] {
  const priced = parts.map((part) => ({ part, cost: costOfExpr(part) }));
  return priced.sort((a, b) => a.cost - b.cost).map(({ part }) => part);
}

const callCosts: Readonly<Partial<Record<Call["name"], number>>> = {
  "/": 4,
  "*": 4,
  "+": 4,
  "-": 4,
  "%": 8,
  round: 6,
  concat: 200,
  domain: 100,
  lower: 50,
  upper: 50,
};

/** Rough nanoseconds a row. */
export function costOfExpr(expr: Expr): number {
  if (expr.kind === "literal") return 0;
  if (expr.kind === "field") return expr.type === "text" ? 20 : expr.type === "text_array" ? 100 : 1;
  if (directScan(expr) !== null) return expr.args[0]?.type === "text" ? 3 : 0.5;
  return expr.args.reduce((sum, arg) => sum + costOfExpr(arg), callCosts[expr.name] ?? 1);
}
