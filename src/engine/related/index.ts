/** Aggregates over related records: for one record, and for all of a shard. Pure. */

export { boundPredicate } from "../predicates/window.ts";
export { type Accumulator, accumulatorFor, anyAccumulator, type RelatedChunk } from "./accumulate.ts";
export { type Amounts, amountsOf } from "./amounts.ts";
export { clockKey } from "./clock-key.ts";
export { type FoldedRecord, newFold, overNothing } from "./fold.ts";
export { passes, type Results, scanResults } from "./values.ts";
