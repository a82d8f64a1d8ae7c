/** What this shard's conditions find beside a record's own columns. */
import type {
  AggregateSpec,
  Cell,
  Moment,
  RelatedCondition,
  Surroundings,
  TypedValue,
  Words,
} from "../../engine/index.ts";
import type { Memberships } from "../memberships.ts";
import type { Slices } from "../yield.ts";

/** Related and looked-up records, as copies in this shard. */
export interface RelatedRecords extends Pick<Surroundings, "lookup" | "relatedRow" | "relatedScan" | "relatedValue"> {
  /** Gets ready for scans over many rows, a little at a time. */
  prepare(conditions: readonly RelatedCondition[], moment: Moment, slices: Slices): Promise<void>;
  /** The records for which the condition may have changed between two moments, by the clock alone. */
  crossed(condition: RelatedCondition, from: Moment, to: Moment): Iterable<number>;
  /** The first instant after a moment at which the clock may change the condition for any record; null: none. */
  nextCrossing(condition: RelatedCondition, moment: Moment): number | null;
}

export class ShardSurroundings implements Surroundings {
  readonly #memberships: Memberships;
  /** Set once, before anything is evaluated. */
  related: RelatedRecords | null = null;

  constructor(memberships: Memberships) {
    this.#memberships = memberships;
  }

  readonly lookup = (field: number, cells: readonly (Cell | undefined)[]): Cell => this.#related().lookup(field, cells);

  relatedRow(condition: RelatedCondition, row: number, moment: Moment): boolean {
    return this.#related().relatedRow(condition, row, moment);
  }

  relatedScan(condition: RelatedCondition, chunk: number, mask: Words, out: Words, moment: Moment): void {
    this.#related().relatedScan(condition, chunk, mask, out, moment);
  }

  relatedValue(aggregate: AggregateSpec, row: number, moment: Moment): TypedValue {
    return this.#related().relatedValue?.(aggregate, row, moment) ?? null;
  }

  isMember(segment: string, row: number): boolean {
    return this.#memberships.of(segment).has(row);
  }

  memberWords(segment: string, chunk: number, out: Words): void {
    this.#memberships.of(segment).readWords(chunk, out);
  }

  #related(): RelatedRecords {
    if (this.related === null) throw new RangeError("related records are not wired up");
    return this.related;
  }
}
