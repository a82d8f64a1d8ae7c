/** Whether writing one cell over another changes anything. */
import { isBlank } from "./blank.ts";
import { typedValue } from "./typed-value.ts";
import type { Cell, Field, TypedValue } from "./types.ts";

/** Typed equality: "1.50" and 1.5 are the same number. Two cells that do not fit are the same when identical. */
export function sameValue(field: Pick<Field, "type">, a: Cell | undefined, b: Cell | undefined): boolean {
  if (a === b) return true;
  const left = typedValue(field, a);
  const right = typedValue(field, b);
  if (left === null || right === null) return left === right && sameUnfit(a, b);
  return sameTyped(left, right);
}

export function sameTyped(a: TypedValue, b: TypedValue): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((element, i) => element === b[i]);
}

function sameUnfit(a: Cell | undefined, b: Cell | undefined): boolean {
  const left = isEmptyCell(a);
  const right = isEmptyCell(b);
  return left || right ? left && right : JSON.stringify(a) === JSON.stringify(b);
}

function isEmptyCell(cell: Cell | undefined): boolean {
  if (cell === null || cell === undefined) return true;
  return typeof cell === "string" ? isBlank(cell) : Array.isArray(cell) && cell.length === 0;
}
