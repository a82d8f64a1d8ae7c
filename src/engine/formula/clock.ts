/** How an expression follows the clock, and when it may next change while no data does. */
import type { Words } from "../bitmap/words.ts";
import type { Column } from "../columns/column.ts";
import type { Moment } from "../plan/surroundings.ts";
import type { FieldType, TypedValue } from "../values/types.ts";
import type { ClockUse, Expr, Literal } from "./expr.ts";
import { literalInstant } from "./meaning/literal-value.ts";

/** One record, as formulas read it. `type` is the field's. */
export interface FormulaRow {
  value(field: number, type: FieldType): TypedValue;
}

const ORDER: readonly ClockUse[] = ["none", "day", "instant"];
const later = (a: ClockUse, b: ClockUse): ClockUse => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);

export function clockOf(expr: Expr): ClockUse {
  return use(expr, false);
}

/** `dated`: only the date of what the expression yields counts. */
function use(expr: Expr, dated: boolean): ClockUse {
  if (expr.kind !== "call") return "none";
  if (expr.name === "now") return dated ? "day" : "instant";
  if (expr.name === "today") return "day";
  const passes = passesOn(expr);
  const inside = expr.name === "date_of" || dated;
  return expr.args.map((arg, i) => use(arg, inside && passes(i))).reduce(later, "none");
}

/** Which of its arguments a call may yield as they are, or (`date_of`) the date of. */
function passesOn({ name }: Extract<Expr, { kind: "call" }>): (index: number) => boolean {
  if (name === "date_of" || name === "coalesce" || name === "min" || name === "max") return () => true;
  return name === "if" ? (index) => index > 0 : () => false;
}

/** Whether what the expression yields may be this very instant. */
export function mayBeNow(expr: Expr): boolean {
  if (expr.kind !== "call" || expr.type !== "datetime") return false;
  const passes = passesOn(expr);
  return expr.name === "now" || expr.args.some((arg, i) => passes(i) && mayBeNow(arg));
}

/** The instants that are compared with now: one millisecond before or after them the expression may change. */
export interface FlipSources {
  /** Datetime fields, looked-up ones included. */
  readonly fields: readonly number[];
  readonly literals: readonly Literal[];
}

const sources = new WeakMap<Expr, FlipSources>();

export function flipSources(expr: Expr): FlipSources {
  let found = sources.get(expr);
  if (found === undefined) {
    const fields = new Set<number>();
    const literals: Literal[] = [];
    collect(expr, fields, literals);
    found = { fields: [...fields].sort((a, b) => a - b), literals };
    sources.set(expr, found);
  }
  return found;
}

function collect(expr: Expr, fields: Set<number>, literals: Literal[]): void {
  if (expr.kind !== "call") return;
  const compares = expr.name === "==" || expr.name === "<" || expr.name === "<=";
  if (compares && expr.args.some(mayBeNow)) for (const side of expr.args) yielded(side, fields, literals);
  for (const arg of expr.args) collect(arg, fields, literals);
}

/** The fields and literals that a datetime expression may yield. */
function yielded(expr: Expr, fields: Set<number>, literals: Literal[]): void {
  if (expr.kind === "field") fields.add(expr.field);
  else if (expr.kind === "literal") literals.push(expr);
  else {
    const passes = passesOn(expr);
    for (const [i, arg] of expr.args.entries()) if (passes(i)) yielded(arg, fields, literals);
  }
}

/**
 * The first instant after now at which the expression may have another value for this row, or null. Never too late,
 * sometimes too early. Local midnights, at which formulas of clock `day` change, are not among them.
 */
export function nextFlip(expr: Expr, row: FormulaRow, moment: Moment): number | null {
  const { fields, literals } = flipSources(expr);
  let next = flipOfLiterals(literals, moment);
  for (const field of fields) next = Math.min(next, flipAfter(row.value(field, "datetime"), moment.now));
  return Number.isFinite(next) ? next : null;
}

/** The same for the rows of a chunk: the first of their instants. */
export function nextFlipInChunk(
  expr: Expr,
  columns: (field: number) => Column,
  mask: Words,
  moment: Moment,
): number | null {
  const { fields, literals } = flipSources(expr);
  let next = flipOfLiterals(literals, moment);
  for (const field of fields) next = Math.min(next, flipInColumn(columns(field), mask, moment.now));
  return Number.isFinite(next) ? next : null;
}

function flipOfLiterals(literals: readonly Literal[], { now, timeZone }: Moment): number {
  return literals.reduce(
    (next, literal) => Math.min(next, flipAfter(literalInstant(literal, timeZone), now)),
    Number.POSITIVE_INFINITY,
  );
}

/** At `at` itself now becomes equal to it, and a millisecond later it is past. */
function flipAfter(at: TypedValue, now: number): number {
  if (typeof at !== "number" || at < now) return Number.POSITIVE_INFINITY;
  return at > now ? at : at + 1;
}

const ROWS = 2048;
const values = new Float64Array(ROWS);

function flipInColumn(column: Column, mask: Words, now: number): number {
  if (column.family !== "number") return Number.POSITIVE_INFINITY;
  let first = Number.POSITIVE_INFINITY;
  for (let start = 0; start < mask.length * 32; start += ROWS) {
    column.readNumbers(start, values);
    for (let i = 0; i < ROWS; i++) {
      const at = values[i] as number;
      if (at >= now && at <= first && ((mask[(start + i) >>> 5] as number) >>> (i & 31)) & 1)
        first = Math.min(first, flipAfter(at, now));
    }
  }
  return first;
}
