/** What a query is read against: the names that it may use, and what they stand for. */
import type { Field } from "../values/types.ts";

export interface QuerySchema {
  /** Computed fields among them carry their formula. */
  readonly fields: readonly Field[];
  readonly relations?: readonly SchemaRelation[];
  /** The other segments of this dataset. */
  readonly segments?: readonly SchemaSegment[];
}

export interface SchemaSegment {
  readonly id: string;
  readonly name: string;
}

export interface SchemaRelation {
  readonly id: string;
  /** Stable in this dataset, never reused: the ids of looked-up fields are made of it (`lookupField`). */
  readonly number: number;
  readonly kind: "has_many" | "belongs_to";
  /** What queries call it: the relation's name for `via`, its reverse name for `related`. */
  readonly name: string;
  /** The dataset that pointing records are in has this field, whose value is a key of the other one. */
  readonly field: number;
  /** The other dataset. */
  readonly dataset_id: string;
  readonly fields: readonly Field[];
  readonly segments?: readonly SchemaSegment[];
}
