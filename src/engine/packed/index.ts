export { bytesOf, decodeRows, encodeRows, pageEnd, type TimedRows } from "./codec.ts";
export { packRows, packTexts, TextBuilder } from "./pack-cells.ts";
export { PackedColumn, type PackedKind, type PackedRows, packedCells } from "./packed-column.ts";
