/** A condition's value: in the shape that its operator takes, read as its field's type. */
import type { FieldType } from "../api/datasets.ts";
import { type Arity, arityOf } from "./operators.ts";
import { FIRST_SPAN, isSpan, isWhole } from "./time.ts";

/** A value in the shape that an operator takes, keeping what was typed where it can be kept. */
export function fitted(value: unknown, arity: Arity): unknown {
  if (arity === "none") return null;
  if (arity === "span") return isSpan(value) ? value : FIRST_SPAN;
  if (arity === "period") return typeof value === "string" && !/\d/.test(value) ? value : "";
  const plain = isSpan(value) ? "" : value;
  const items = Array.isArray(plain) ? plain : isBlank(plain) ? [] : [plain];
  if (arity === "many") return items;
  return arity === "two" ? [items[0] ?? "", items[1] ?? ""] : (items[0] ?? "");
}

export function isComplete(operator: string, value: unknown): boolean {
  const arity = arityOf(operator);
  if (arity === "none") return true;
  if (arity === "span") return isSpan(value) && isWhole(value.n);
  if (arity === "one" || arity === "period") return !isBlank(value);
  const items = Array.isArray(value) ? value : [];
  return items.length > 0 && !items.some(isBlank);
}

/** What is sent: numbers of number fields and of lengths of time as numbers, all else as it was typed. */
export function typed(operator: string, value: unknown, type: FieldType): unknown {
  const fit = fitted(value, arityOf(operator));
  if (isSpan(fit)) return { n: numberIn(fit.n), unit: fit.unit };
  if (type !== "number") return fit;
  return Array.isArray(fit) ? fit.map(numberIn) : numberIn(fit);
}

/** A number where it reads as one; otherwise as it was typed, for the program to refuse. */
export function numberIn(value: unknown): unknown {
  if (typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

export const isBlank = (value: unknown) => value === undefined || value === null || value === "";

/** Whether two pieces of JSON say the same, in whatever order their parts stand. */
export const sameJson = (a: unknown, b: unknown): boolean => a === b || ordered(a) === ordered(b);

const ordered = (value: unknown) =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
