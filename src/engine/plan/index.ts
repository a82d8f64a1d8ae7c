export { ChunkMemo } from "./chunk-memo.ts";
export { clockUse } from "./clock-use.ts";
export { type CompileContext, compile } from "./compile.ts";
export {
  type ChunkMatches,
  type ColumnOptions,
  collectMatches,
  evaluateChunk,
  evaluateColumns,
} from "./evaluate-columns.ts";
export { evaluateRow } from "./evaluate-row.ts";
export { isLookupField, isThere, lookupField, lookupParts, lookupThere } from "./lookup-field.ts";
export type { AggregateSpec, Condition, Plan, PlanNode, RelatedCondition } from "./plan.ts";
export { type RowCells, RowView } from "./row-view.ts";
export { SegmentSet } from "./segment-set.ts";
export { type Moment, nothingAround, type Surroundings } from "./surroundings.ts";
