export { type CompileContext, compile } from "./compile.ts";
export {
  type ChunkMatches,
  type ColumnOptions,
  collectMatches,
  evaluateChunk,
  evaluateColumns,
} from "./evaluate-columns.ts";
export { evaluateRow } from "./evaluate-row.ts";
export type { Condition, Plan, PlanNode } from "./plan.ts";
export type { RowCells } from "./row-view.ts";
export { SegmentSet } from "./segment-set.ts";
