export { firstAbove } from "./ascending.ts";
export { buildColumn, columnOfNumbers, columnOfValues, decodeColumn } from "./build.ts";
export type {
  BooleanColumn,
  Column,
  ColumnStats,
  ListColumn,
  NumberColumn,
  Spans,
  TextColumn,
  TextSearch,
} from "./column.ts";
export { familyOf } from "./column.ts";
export type { ChunkLoader } from "./loader.ts";
export type { SortedChunk } from "./sorted-chunk.ts";
export { ColumnStore, type RowSource } from "./store.ts";
