/**
 * Comparisons that come down to a span of one field's values: `orders > 5`, `days_since(signup) < 30`,
 * `year(seen) == 2024`. Its column finds such a span in its own encoding.
 */
import type { Moment } from "../../plan/surroundings.ts";
import { HIGHEST, LOWEST, nextDown, nextUp } from "../../predicates/spans.ts";
import { daysFromDate } from "../../values/calendar.ts";
import type { Call, Expr } from "../expr.ts";
import { datesIn } from "../meaning/days.ts";
import { evaluateExpr } from "../row/evaluate.ts";

/** Both bounds are included. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export interface FieldSpan {
  readonly field: number;
  /** Null where no value fits. */
  at(moment: Moment): Bounds | null;
}

/** From bounds of what an expression yields to bounds of a field in it. */
interface Subject {
  readonly field: number;
  inward(bounds: Bounds, moment: Moment): Bounds;
}

const NOTHING: Bounds = { low: 1, high: 0 };

/** The first and the last day that there is. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;

/** The span that a comparison stands for, or null where it is none. */
export function fieldSpan({ name, args }: Call): FieldSpan | null {
  const [left, right] = args;
  if (left === undefined || right === undefined || (name !== "==" && name !== "<" && name !== "<=")) return null;
  const turned = isConstant(left);
  const [side, constant] = turned ? [right, left] : [left, right];
  const subject = isConstant(constant) ? subjectOf(side) : null;
  if (subject === null) return null;
  const { field } = subject;
  return {
    field,
    at: (moment) => {
      const value = constantValue(constant, moment);
      const bounds = Number.isNaN(value) ? NOTHING : subject.inward(boundsOf(name, value, turned), moment);
      return bounds.low <= bounds.high ? bounds : null;
    },
  };
}

function boundsOf(name: "==" | "<" | "<=", value: number, turned: boolean): Bounds {
  if (name === "==") return { low: value, high: value };
  if (turned) return { low: name === "<" ? nextUp(value) : value, high: HIGHEST };
  return { low: LOWEST, high: name === "<" ? nextDown(value) : value };
}

/** Whether no record is read. */
function isConstant(expr: Expr): boolean {
  return expr.kind === "literal" || (expr.kind === "call" && expr.args.every(isConstant));
}

const nobody = { value: () => null };

function constantValue(expr: Expr, moment: Moment): number {
  const value = evaluateExpr(expr, nobody, moment);
  return typeof value === "number" ? value : Number.NaN;
}

function subjectOf(expr: Expr): Subject | null {
  if (expr.kind === "literal") return null;
  if (expr.kind === "field") {
    const isNumber = expr.type === "number" || expr.type === "date" || expr.type === "datetime";
    return isNumber ? { field: expr.field, inward: (bounds) => bounds } : null;
  }
  const [first, second] = expr.args;
  if (expr.name === "date_of") return within(first, instantsOf);
  if (expr.name === "year") return within(first, daysOfYears);
  if (expr.name !== "days_between" || first === undefined || second === undefined) return null;
  if (isConstant(first)) return within(second, (bounds, moment) => moved(whole(bounds), constantValue(first, moment)));
  if (!isConstant(second)) return null;
  return within(first, (bounds, moment) => {
    const { low, high } = whole(bounds);
    return moved({ low: -high, high: -low }, constantValue(second, moment));
  });
}

function within(inner: Expr | undefined, turn: Subject["inward"]): Subject | null {
  const subject = inner === undefined ? null : subjectOf(inner);
  if (subject === null) return null;
  return { field: subject.field, inward: (bounds, moment) => subject.inward(turn(bounds, moment), moment) };
}

/** Of values that are whole numbers. */
const whole = ({ low, high }: Bounds): Bounds => ({ low: Math.ceil(low), high: Math.floor(high) });

/** By something empty, everything is empty. */
function moved({ low, high }: Bounds, by: number): Bounds {
  return Number.isNaN(by) ? NOTHING : { low: low + by, high: high + by };
}

/** The instants of days. */
function instantsOf(bounds: Bounds, { timeZone }: Moment): Bounds {
  const { low, high } = whole(bounds);
  if (low > high) return NOTHING;
  const dates = datesIn(timeZone);
  return {
    low: low <= FIRST_DAY ? LOWEST : low > LAST_DAY ? HIGHEST : dates.startOf(low),
    high: high > LAST_DAY ? HIGHEST : high < FIRST_DAY ? LOWEST : dates.startOf(high + 1) - 1,
  };
}

/** The days of years. */
function daysOfYears(bounds: Bounds): Bounds {
  const { low, high } = whole(bounds);
  if (low > high || low > 9999 || high < 1) return NOTHING;
  return {
    low: low <= 1 ? LOWEST : (daysFromDate(low, 1, 1) as number),
    high: high >= 9999 ? HIGHEST : (daysFromDate(high, 12, 31) as number),
  };
}
