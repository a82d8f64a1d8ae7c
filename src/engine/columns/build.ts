/** Which encoding a chunk of a field gets. */
import { typedValue } from "../values/typed-value.ts";
import type { Cell, Field, TypedValue } from "../values/types.ts";
import { BooleanChunk, type BooleanMeta } from "./booleans.ts";
import { type Column, familyOf } from "./column.ts";
import { DictionaryChunk, type DictionaryMeta } from "./dictionary.ts";
import { ListChunk, type ListMeta } from "./lists.ts";
import { NumberChunk, type NumberMeta } from "./numbers.ts";
import { PackedChunk, type PackedMeta } from "./packed.ts";
import { unpackSections } from "./sections.ts";

/** The column of stored cells, the first at index 0; at most 65,536. */
export function buildColumn(field: Pick<Field, "type">, cells: Iterable<Cell | undefined>): Column {
  return columnOfValues(
    field,
    Array.from(cells, (cell) => typedValue(field, cell)),
  );
}

/** The column of typed values, the first at index 0; at most 65,536. */
export function columnOfValues(field: Pick<Field, "type">, values: readonly TypedValue[]): Column {
  switch (familyOf(field.type)) {
    case "number":
      return NumberChunk.build(values);
    case "boolean":
      return BooleanChunk.build(values);
    case "list":
      return ListChunk.build(values);
    case "text":
      return DictionaryChunk.build(values) ?? PackedChunk.build(values);
  }
}

/** The column of numbers, days or instants, the first at index 0; NaN is empty. */
export function columnOfNumbers(values: Float64Array): Column {
  return NumberChunk.build(values);
}

type Meta = NumberMeta | BooleanMeta | DictionaryMeta | PackedMeta | ListMeta;

/** The column that `encode` wrote. */
export function decodeColumn(bytes: Uint8Array): Column {
  const { meta, arrays } = unpackSections<Meta>(bytes);
  switch (meta.encoding) {
    case "bits":
      return BooleanChunk.decode(meta, arrays);
    case "dictionary":
      return DictionaryChunk.decode(meta, arrays);
    case "packed":
      return PackedChunk.decode(meta, arrays);
    case "lists":
      return ListChunk.decode(meta, arrays);
    default:
      return NumberChunk.decode(meta, arrays);
  }
}
