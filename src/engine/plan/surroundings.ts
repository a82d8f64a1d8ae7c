/**
 * What conditions may need beyond the columns of the record's own fields. The shard provides it; where a dataset has
 * neither relations nor segments in segments, nothing of it is called.
 */
import type { Words } from "../bitmap/words.ts";
import type { Cell, TypedValue } from "../values/types.ts";
import type { AggregateSpec, RelatedCondition } from "./plan.ts";

/** Taken once for each transaction: all that is relative is relative to it. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA name. */
  readonly timeZone: string;
}

export interface Surroundings {
  /** The cell of a looked-up field (`lookupField`) for a record with these own cells. */
  lookup(field: number, cells: readonly (Cell | undefined)[]): Cell;
  /** Whether the condition holds for one record. */
  relatedRow(condition: RelatedCondition, row: number, moment: Moment): boolean;
  /** `out` = the rows of `mask` in the chunk for which the condition holds. Large masks need `prepare` before. */
  relatedScan(condition: RelatedCondition, chunk: number, mask: Words, out: Words, moment: Moment): void;
  /** What an aggregate yields for one record; for explanations. */
  relatedValue?(aggregate: AggregateSpec, row: number, moment: Moment): TypedValue;
  /** Whether the row is a member of another segment of the same dataset, as of this transaction. */
  isMember(segment: string, row: number): boolean;
  /** The members among a chunk's rows; `out` is overwritten. */
  memberWords(segment: string, chunk: number, out: Words): void;
}

/** For datasets without relations and without segments in segments. */
export const nothingAround: Surroundings = {
  lookup: () => null,
  relatedRow: () => unknown("related records"),
  relatedScan: () => unknown("related records"),
  isMember: () => unknown("segments"),
  memberWords: () => unknown("segments"),
};

function unknown(what: string): never {
  throw new RangeError(`this plan reads ${what}, which were not provided`);
}
