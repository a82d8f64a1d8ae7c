/** The column of a packed batch that is judged once: texts are searched as the bytes that they are. */
import { columnOfNumbers, columnOfValues } from "../columns/build.ts";
import { type Column, familyOf } from "../columns/column.ts";
import { PackedChunk } from "../columns/packed.ts";
import type { Field, TypedValue } from "../values/types.ts";
import type { PackedColumn } from "./packed-column.ts";
import { numberValues, typedValues } from "./typed-values.ts";

/** Of rows `from` up to `to`, 65,536 at most. Plain texts must not be blank: those of a file are not. */
export function batchColumn(field: Pick<Field, "type">, column: PackedColumn, from: number, to: number): Column {
  const { kind, bytes, offsets, odd } = column;
  if (field.type === "text" && kind === "texts" && from === 0 && odd.size === 0 && offsets instanceof Uint32Array) {
    return new PackedChunk({ bytes, offsets: offsets.subarray(0, to + 1) });
  }
  if (familyOf(field.type) === "number") {
    const numbers = new Float64Array(to - from);
    numberValues(field.type, column, from, to, numbers, 0);
    return columnOfNumbers(numbers);
  }
  const values: TypedValue[] = [];
  typedValues(field.type, column, from, to, values, 0);
  return columnOfValues(field, values);
}
