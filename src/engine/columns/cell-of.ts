/** The cell of a stored field, or of a looked-up one. */
import { isLookupField } from "../plan/lookup-field.ts";
import type { Cell } from "../values/types.ts";

export type LookupCell = (field: number, cells: readonly (Cell | undefined)[]) => Cell;

export function cellOf(cells: readonly (Cell | undefined)[], id: number, lookup: LookupCell): Cell | undefined {
  return isLookupField(id) ? lookup(id, cells) : cells[id];
}
