/** What the documented API answers, as an outside caller would type it from the documentation alone. */

export interface Page<Item> {
  data: Item[];
  next_cursor: string | null;
}

export interface FieldShape {
  name: string;
  type: "text" | "number" | "boolean" | "date" | "datetime" | "text_array";
  format?: string | null;
  /** A computed field. */
  formula?: string;
}

export interface RelationShape {
  name: string;
  field: string;
  dataset_id: string;
  reverse_name: string;
}

export interface Dataset {
  id: string;
  name: string;
  key: string | null;
  fields: FieldShape[];
  relations: RelationShape[];
  record_count: number;
  segment_count: number;
  created_at: string;
  updated_at: string;
  created_by: { id: string; email: string } | null;
  last_import: Import | null;
}

export interface Import {
  id: string;
  dataset_id: string;
  file_name: string | null;
  bytes: number;
  mode: "upsert" | "append" | "replace";
  status: "queued" | "running" | "done" | "failed" | "cancelled";
  progress: number;
  rows_read: number;
  added: number;
  updated: number;
  unchanged: number;
  removed: number;
  rejected: number;
  unfit_cells: Record<string, number>;
  notes: string[];
  error: { code: string; detail: string } | null;
  created_at: string;
  finished_at: string | null;
  created_by: unknown;
}

export type Data = Record<string, unknown>;

export interface Stored {
  key: string;
  data: Data;
  created_at: string;
  updated_at: string;
  segments: string[];
}

export interface UpsertAnswer {
  added: number;
  updated: number;
  unchanged: number;
  rejected: { index: number; reason: string }[];
}

/** Rules on fields; `via` names a relation whose record is looked up. */
export interface Rule {
  via?: string;
  field: string;
  operator: string;
  value?: unknown;
  match_case?: boolean;
}

export interface Within {
  field: string;
  last: { n: number; unit: string };
}

export type Quantifier = "any" | "all" | "none" | "at_least" | "at_most" | "exactly";

export interface QuantifierRule {
  related: string;
  quantifier: Quantifier;
  n?: number;
  where?: Group;
  within?: Within;
}

export interface AggregateRule {
  related: string;
  aggregate: string;
  of?: string;
  order_by?: string;
  where?: Group;
  within?: Within;
  operator: string;
  value?: unknown;
}

export interface FormulaRule {
  formula: string;
}

export interface SegmentRule {
  segment: string;
  operator: "member" | "not_member";
}

export type AnyRule = Rule | QuantifierRule | AggregateRule | FormulaRule | SegmentRule;

export interface Group {
  combinator: "and" | "or";
  not?: true;
  rules: (Group | AnyRule)[];
}

export interface FlatQuery {
  conditions: Rule[];
  logic: "AND" | "OR";
}

export interface Segment {
  id: string;
  dataset_id: string;
  name: string;
  description: string | null;
  tags: string[];
  owner_id: string | null;
  query: Group;
  version: number;
  status: "computing" | "live" | "failed";
  member_count: number;
  computed_at: string | null;
  last_synced_at: string | null;
  api_exposed: boolean;
  created_at: string;
  updated_at: string;
}

export interface Member {
  key: string;
  fields: Data;
  entered_at: string | null;
}

export interface Preview {
  count: number;
  total: number;
  took_ms: number;
  computed_at: string;
  words: string;
  sample: { key: string; data: Data }[];
}

export interface Verification {
  checked: number;
  missing: string[];
  extra: string[];
}

export interface Destination {
  id: string;
  type: string;
  name: string;
  status: string;
  created_at: string;
}

export interface Sync {
  id: string;
  segment_id: string;
  destination_id: string;
  mapping: { email: string };
  status: "starting" | "in_sync" | "syncing" | "retrying" | "paused" | "failed";
  audience_size: number;
  waiting: number;
  last_synced_at: string | null;
  error: { code: string; detail: string } | null;
}

export interface Run {
  id: string;
  status: "running" | "succeeded" | "partly" | "failed";
  started_at: string;
  finished_at: string | null;
  added: number;
  removed: number;
  rejected: number;
  attempts: number;
  error: unknown;
}

export interface RunResult {
  key: string;
  action: "add" | "remove";
  status: "accepted" | "rejected";
  reason: string | null;
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  request_id: string;
  path?: string;
}
