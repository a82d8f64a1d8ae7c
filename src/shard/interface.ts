/**
 * What others may ask of a shard. Arguments and answers are structured clones.
 * A shard is addressed as `<dataset id>/<n>`; `homeShard` says which one a key lives in.
 */
import type { Cell, ExplainedGroup, Field, Query, SchemaRelation, TextTable } from "../engine/index.ts";
import type { Outcome } from "../platform/problem.ts";
import type { Stub } from "../platform/types.ts";
import type { ByteBudget } from "./byte-budget.ts";
import type { CopySizes } from "./related/copies.ts";

/** What a shard knows of the control plane about its dataset. */
export interface Catalogue {
  readonly dataset_id: string;
  readonly workspace_id: string;
  /** Rises with every change of what is below. */
  readonly version: number;
  readonly time_zone: string;
  readonly shard_count: number;
  /** Computed fields carry `expr`. */
  readonly fields: readonly Field[];
  readonly relations: readonly CatalogueRelation[];
  /** Whoever another segment reads stands before it. */
  readonly segments: readonly CatalogueSegment[];
}

/** A relation as one of its two datasets sees it. */
export interface CatalogueRelation extends SchemaRelation {
  /** Of the other dataset. */
  readonly shard_count: number;
  /** The other dataset's catalogue version when this was loaded: calls to its shards carry it. */
  readonly version: number;
  /** Queries look fields up through it: the pointing shards keep copies of what their rows point at. */
  readonly lookup_wanted: boolean;
  /** Segments of the pointing dataset that the other's queries name: copies say which of them a row is in. */
  readonly shared: readonly string[];
}

export interface CatalogueSegment {
  readonly id: string;
  /** Rises with every edit of the query. */
  readonly version: number;
  readonly query: Query;
}

/**
 * What an edit made of the catalogue of the version before, where it made nothing else: a segment that reads no other
 * one and no relation that was not read before.
 */
export type SegmentEdit =
  | { readonly added: CatalogueSegment }
  | { readonly edited: CatalogueSegment }
  | { readonly removed: string };

/** `append` rejects a key that is there, `update` one that is not. */
export type WriteMode = "upsert" | "append" | "update";

export interface RowWrite {
  readonly key: string;
  /** [field id, cell] pairs; null empties; fields not named stay. */
  readonly cells: readonly (readonly [field: number, cell: Cell])[];
}

/** Many rows with the same fields: cheap to copy from thread to thread. */
export interface RowTable {
  readonly keys: readonly string[];
  /** Field ids. */
  readonly fields: readonly number[];
  /** Row after row, as many for each as there are fields. */
  readonly cells: readonly Cell[];
}

export interface ApplyRequest {
  /** The catalogue version that the caller knows. */
  readonly version: number;
  readonly mode: WriteMode;
  /** A table of texts is read here, on the side that has most threads. */
  readonly rows: readonly RowWrite[] | RowTable | TextTable;
  /** The answer carries the records as they are after the write. For few rows. */
  readonly answer_records?: true;
  /** Repeating a batch of an import answers what it answered the first time and writes nothing. */
  readonly import?: {
    readonly id: string;
    readonly batch: number;
    readonly remember_seen: boolean;
    readonly assign_occurrence: boolean;
  };
}

/** A record as it is after a write, and the segments that it is in. */
export interface RecordState {
  readonly record: StoredRecord;
  readonly segments: readonly string[];
}

export interface ApplyAnswer {
  readonly seq: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly reason: string }[];
  /** Where the request asks for it: the records written, as they are now. */
  readonly records?: readonly RecordState[];
  /** Of a table of texts: cells that did not fit their field's type, by field. */
  readonly unfit?: readonly (readonly [field: number, cells: number])[];
}

export interface StoredRecord {
  readonly key: string;
  /** By field id. */
  readonly cells: readonly Cell[];
  readonly created_at: number;
  readonly updated_at: number;
}

export interface SegmentState {
  readonly segment_id: string;
  readonly version: number;
  readonly status: "computing" | "live" | "failed" | "cancelled";
  /** 0 to 1. */
  readonly progress: number;
  readonly count: number;
  readonly computed_at: number;
  readonly error?: string;
}

/** Where a reader of deltas stands in one shard's log. */
export interface DeltaPosition {
  /** Entries and exits up to here were told. */
  readonly seq: number;
  /** Changes of watched fields up to here were told. Not after `seq`. */
  readonly watched: number;
  /** Up to here members may have been shown before `seq` tells of them: the last page of a snapshot. */
  readonly shown: number;
}

export interface DeltaPage {
  /** Net within the page. Cells as of now. */
  readonly entered: readonly (StoredRecord & { readonly entered_at: number | null })[];
  readonly left: readonly { readonly key: string }[];
  /** Members throughout whose row changed in one of `watch`. */
  readonly updated: readonly StoredRecord[];
  /** To go on from. */
  readonly position: DeltaPosition;
  readonly has_more: boolean;
}

export interface ShardStats {
  readonly record_count: number;
  readonly seq: number;
  readonly oldest_seq: number;
  readonly updated_at: number | null;
  /** Of typed arrays in memory, by what they are. */
  readonly bytes: {
    readonly columns: number;
    readonly memberships: number;
    /** The key index and the pages read last. */
    readonly rows: number;
    readonly related: number;
  };
}

export interface PreviewAnswer {
  readonly count: number;
  readonly total: number;
  readonly took_ms: number;
  readonly sample: readonly StoredRecord[];
}

/** A rule's condition, evaluated alone over all rows. */
export interface PlannedCondition {
  /** Of the rule: `query.rules[0]`. */
  readonly path: string;
  readonly kind: "field" | "formula" | "related" | "segment";
  readonly key: string;
  /** Its place among the plan's distinct conditions; equal for rules that mean the same. */
  readonly rank: number;
  readonly estimated: number;
  readonly actual: number;
  readonly took_ms: number;
  /** How many live segments have the same condition. */
  readonly shared_by: number;
}

export interface PlanAnswer {
  readonly count: number;
  readonly took_ms: number;
  readonly conditions: readonly PlannedCondition[];
}

/** How far the copies are that a relation needs, as one shard sees it. */
export interface RelationState {
  readonly relation: string;
  readonly kind: "has_many" | "belongs_to";
  /** Of the pointing side: all copies of its rows are where they are read. Of the other: all have come. */
  readonly ready: boolean;
  /** 0 to 1. */
  readonly progress: number;
  /** Of the pointing side, where looked-up fields are wanted: whether all are here. */
  readonly lookups_ready: boolean;
  /** How long ago the oldest change was made that a looked-up copy does not show yet; 0 when there is none. */
  readonly lag_ms: number;
}

/** Rows of a pointing shard for a shard of the dataset that they point at. */
export interface CopyInRequest {
  readonly version: number;
  readonly relation: string;
  /** The pointing dataset's shard, and its log position of which these are the states. */
  readonly shard: number;
  readonly seq: number;
  readonly keys: readonly string[];
  /** The key that each row points at. */
  readonly parents: readonly string[];
  /** Row after row, `width` cells by field id for each. */
  readonly width: number;
  readonly cells: readonly Cell[];
  /** The segments whose members are told, and for each row which of them it is in, as places in this list. */
  readonly shared: readonly string[];
  readonly members: readonly (readonly number[])[];
  /** Keys of rows that do not point into this shard any more, or are gone. */
  readonly gone: readonly string[];
  /** All rows of that shard that point here have been sent. */
  readonly complete: boolean;
}

/** Asks for looked-up rows, now and whenever they change. */
export interface LookupRequest {
  readonly version: number;
  readonly relation: string;
  /** Who asks: changes of these keys are sent there from now on. */
  readonly from_dataset: string;
  readonly from_shard: number;
  readonly keys: readonly string[];
}

/** Looked-up rows as they are at `seq` of their shard; null where there is no such record. */
export interface LookedUp {
  readonly seq: number;
  readonly cells: readonly (readonly Cell[] | null)[];
}

/** Changed looked-up rows for a shard that asked for them. */
export interface LookupInRequest extends LookedUp {
  readonly version: number;
  readonly relation: string;
  readonly shard: number;
  /** When the oldest of these changes was made. */
  readonly at: number;
  readonly keys: readonly string[];
}

export interface ShardApi {
  apply(request: ApplyRequest): Promise<Outcome<ApplyAnswer>>;
  get(request: { version: number; key: string }): Promise<Outcome<RecordState | null>>;
  remove(request: { version: number; keys: readonly string[] }): Promise<Outcome<{ removed: number; seq: number }>>;
  /** Records in row order after `after` (a row number, -1 to begin). */
  list(request: {
    version: number;
    after: number;
    limit: number;
  }): Promise<Outcome<{ records: StoredRecord[]; last: number; done: boolean }>>;
  stats(request: { version: number }): Promise<Outcome<ShardStats>>;
  preview(request: { version: number; query: Query; sample: number }): Promise<Outcome<PreviewAnswer>>;
  /** Distinct values of a field that start with or contain `text`, most frequent first (counted over at most 200,000 rows). */
  values(request: {
    version: number;
    field: number;
    text: string;
    limit: number;
  }): Promise<Outcome<{ value: string; count: number }[]>>;

  /**
   * Loads the catalogue if `version` is news, or makes it of the one before with `edit`; begins and cancels computations
   * accordingly.
   */
  refresh(request: { version: number; edit?: SegmentEdit | undefined }): Promise<Outcome<{ seq: number }>>;
  states(request: { version: number; segment_ids: readonly string[] }): Promise<Outcome<SegmentState[]>>;
  cancel(request: { version: number; segment_id: string }): Promise<Outcome<null>>;
  /** Recomputes from the rows with the row evaluator and compares with the stored membership. */
  verify(request: {
    version: number;
    segment_id: string;
    limit: number;
  }): Promise<Outcome<{ checked: number; missing: string[]; extra: string[] }>>;

  /** The query's plan, with what each condition finds by itself. */
  explain(request: { version: number; query: Query }): Promise<Outcome<PlanAnswer>>;
  /** Why a record is in a segment or not; null when there is no such record. */
  explainRecord(request: {
    version: number;
    segment_id: string;
    key: string;
  }): Promise<Outcome<{ member: boolean; root: ExplainedGroup } | null>>;

  /** A snapshot page in row order, with the log position that deltas go on from (`seq`, of this page). */
  members(request: {
    version: number;
    segment_id: string;
    after: number;
    limit: number;
    /** Field ids: just their cells, the others null. All without it. */
    fields?: readonly number[];
    /** Whether to say when each of them entered. */
    arrivals?: true;
  }): Promise<
    Outcome<{
      records: StoredRecord[];
      /** Beside the records; null where the log does not reach back so far. */
      entered_at?: (number | null)[];
      last: number;
      done: boolean;
      seq: number;
    }>
  >;
  /** What changed in a segment since a position. `resync_required` (410) when the log no longer reaches back. */
  deltas(request: {
    version: number;
    segment_id: string;
    from: DeltaPosition;
    /** About so many records. */
    limit: number;
    watch: readonly number[];
    /** As in `members`. */
    fields?: readonly number[];
  }): Promise<Outcome<DeltaPage>>;
  /** Where deltas begin that tell of everything from a moment on. `resync_required` (410) as there. */
  positionAt(request: { version: number; segment_id: string; at: number }): Promise<Outcome<{ seq: number }>>;
  /** The newest entries and exits, newest first. */
  activity(request: {
    version: number;
    segment_id: string;
    limit: number;
  }): Promise<Outcome<{ key: string; change: "entered" | "left"; at: number; seq: number }[]>>;

  // --- relations: shards among themselves, but for the first ---
  relations(request: { version: number }): Promise<Outcome<RelationState[]>>;
  /** Repeatable; what is older than what came from that shard is ignored. */
  copyIn(request: CopyInRequest): Promise<Outcome<null>>;
  lookup(request: LookupRequest): Promise<Outcome<LookedUp>>;
  lookupIn(request: LookupInRequest): Promise<Outcome<null>>;

  /** Of an import in replace mode: how many rows it did not see. */
  unseen(request: { version: number; import_id: string }): Promise<Outcome<{ unseen: number; total: number }>>;
  /**
   * Removes, among some thousand rows from row number `from` on, those that the import did not see.
   * `removed` is all that the import removed here so far; `next` is null at the end.
   */
  removeUnseen(request: {
    version: number;
    import_id: string;
    from: number;
  }): Promise<Outcome<{ removed: number; next: number | null }>>;
  /** Forgets what is remembered of an import (its seen rows and batch answers). */
  endImport(request: { import_id: string }): Promise<void>;
  /** Deletes everything: the dataset is gone. */
  destroy(): Promise<void>;
}

/** What a shard tells the feed after a commit. Counts are this shard's, absolute, as of `seq`. */
export interface Announcement {
  readonly dataset_id: string;
  readonly workspace_id: string;
  readonly shard: number;
  readonly seq: number;
  readonly at: number;
  readonly record_count: number;
  /** Segments with flips, a watched row change or a new state since the last acknowledged announcement. */
  readonly segments: readonly SegmentState[];
  /** True when rows changed. A sync checks for changed members even where no membership flipped. */
  readonly rows_changed: boolean;
}

export interface ShardPorts {
  now(): number;
  /** What columns in memory may take, shared with the others of the isolate or thread. */
  readonly budget: ByteBudget;
  /** How copies are stored, where it is not as always. */
  readonly copySizes?: Partial<CopySizes>;
  /** The newest catalogue, at least `version`; null when the dataset is gone. */
  loadCatalogue(datasetId: string, version: number): Promise<Catalogue | null>;
  announce(announcement: Announcement): Promise<void>;
  /** A shard of a related dataset. */
  shard(datasetId: string, shard: number): Pick<Stub<ShardApi>, "copyIn" | "lookup" | "lookupIn">;
}
