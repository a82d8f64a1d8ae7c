export { batchColumn } from "./batch-column.ts";
export { decodeRows, encodeRows, pageEnd, type TimedRows } from "./codec.ts";
export { gatherRows } from "./gather.ts";
export { canonicalNumber, isoDay, isoInstant, mayBeBlank, truth } from "./numerals.ts";
export { packRows } from "./pack-cells.ts";
export { cellText, type PackedTable, packTable, type TextField, type TextTable } from "./pack-text.ts";
export { PackedColumn, type PackedKind, type PackedRows, packedCells } from "./packed-column.ts";
export { numberValues, typedValues } from "./typed-values.ts";
