/**
 * The engine over this shard's rows: which rows match which query, by column for many rows and by row
 * for a change. Holds what is derived (columns, compiled segments, a computation under way); everything
 * here can be thrown away and is built again from rows, catalogue and memberships.
 */
import type {
  Bitmap,
  Cell,
  Condition,
  Field,
  Moment,
  Plan,
  Query,
  RelatedCondition,
  Surroundings,
} from "../engine/index.ts";
import { type ExplainedGroup, type ExplainedRow, evaluateRow, explainRow, packedCells } from "../engine/index.ts";
import type { Outcome } from "../platform/problem.ts";
import { flipsOfBatch } from "./bulk/batch-flips.ts";
import type { ByteBudget } from "./byte-budget.ts";
import { type RelatedRecords, ShardSurroundings } from "./evaluate/around.ts";
import { Computation } from "./evaluate/computations.ts";
import { Definitions } from "./evaluate/definitions.ts";
import { FlipBuilder, type FlipMap } from "./evaluate/flip-map.ts";
import { type ChangedRow, Judge } from "./evaluate/judge.ts";
import { type Judged, reevaluate } from "./evaluate/reevaluate.ts";
import type { RowMarks } from "./evaluate/row-marks.ts";
import { ShardColumns } from "./evaluate/shard-columns.ts";
import type { Catalogue } from "./interface.ts";
import type { Memberships } from "./memberships.ts";
import type { ColumnChunks } from "./rows/column-chunks.ts";
import type { Rows } from "./rows.ts";
import type { Segments } from "./segments.ts";
import type { AddedRows } from "./writer.ts";
import type { Slices } from "./yield.ts";

export type { ChangedRow } from "./evaluate/judge.ts";

export class Evaluator {
  readonly columns: ShardColumns;
  readonly #rows: Rows;
  readonly #segments: Segments;
  readonly #memberships: Memberships;
  readonly #definitions = new Definitions();
  readonly #around: ShardSurroundings;
  readonly #judge: Judge;
  #computation: Computation | null = null;

  constructor(rows: Rows, chunks: ColumnChunks, segments: Segments, memberships: Memberships, budget: ByteBudget) {
    this.#rows = rows;
    this.#segments = segments;
    this.#memberships = memberships;
    this.#around = new ShardSurroundings(memberships);
    this.columns = new ShardColumns(rows, chunks, this.#definitions, this.#around, budget);
    this.#judge = new Judge(this.#definitions, memberships, this.#around);
  }

  /** Once, before anything is evaluated. */
  setRelated(related: RelatedRecords): void {
    this.#around.related = related;
  }

  moment(now: number): Moment {
    return { now, timeZone: this.#definitions.timeZone };
  }

  /** Rows are judged as of this moment, which the clock sets: that of all other memberships. */
  asOf: (now: number) => number = (now) => now;

  #judgedAt(now: number): Moment {
    return this.moment(this.asOf(now));
  }

  // --- catalogue ---

  /** True when fields, relations or time zone are others than before. */
  setCatalogue(catalogue: Catalogue): boolean {
    if (!this.#definitions.set(catalogue)) return false;
    this.columns.schemaChanged();
    this.#judge.schemaChanged();
    return true;
  }

  /** Whether the served membership of a segment follows a query that fits. */
  follows(id: string): boolean {
    return this.#judge.plan(id) !== undefined;
  }

  /** By id. */
  get fields(): ReadonlyMap<number, Field> {
    return this.#definitions.fields;
  }

  /** What conditions and formulas find beside a record's own cells. */
  get around(): Surroundings {
    return this.#around;
  }

  get computedFields(): readonly (Field & { expr: NonNullable<Field["expr"]> })[] {
    return this.#definitions.computedFields;
  }

  /** The stored fields that a field's value is made of: of a stored one itself. */
  storedFieldsOf(id: number): readonly number[] {
    return this.#definitions.storedFieldsOf(id);
  }

  signature(id: string): string {
    return this.#definitions.signature(id);
  }

  compile(query: Query): Outcome<Plan> {
    return this.#definitions.compile(query);
  }

  /** Live changes move this segment's membership from now on, by the newest query. */
  follow(id: string): void {
    const query = this.#definitions.query(id);
    if (query) this.#judge.follow(id, query);
  }

  followOlder(id: string, query: Query): void {
    this.#judge.followOlder(id, query);
  }

  /** The newest query. */
  queryOf(id: string): Query | null {
    return this.#definitions.query(id);
  }

  forget(id: string): void {
    this.#judge.forget(id);
    this.#computation?.abandon(id);
  }

  /** The distinct conditions that the served memberships follow, with the segments that have them. */
  conditions(): Iterable<{ readonly condition: Condition; readonly users: ReadonlySet<string> }> {
    return this.#judge.conditions();
  }

  // --- live changes ---

  /** Which memberships these rows change, before they are written. */
  flips(rows: readonly ChangedRow[], now: number): FlipMap {
    return this.#judge.flips(rows, this.#judgedAt(now));
  }

  /**
   * The same for many new rows at once, by column. What is asked of related records is asked row by row: scans of
   * those have to be prepared.
   */
  flipsOfAdded({ first, rows }: AddedRows, now: number): FlipMap {
    const judged = this.#judge.withReaders(this.#served()).map((id) => ({ id, plan: this.#judge.plan(id) as Plan }));
    if (judged.some(({ plan }) => plan.conditions.some(({ kind }) => kind === "related"))) {
      const cells = Array.from({ length: rows.count }, (_, row) => packedCells(rows, row));
      return this.flips(
        cells.map((cells, row) => ({ row: first + row, cells, changed: null })),
        now,
      );
    }
    const around = { fields: this.#definitions.columnFields(), moment: this.#judgedAt(now), around: this.#around };
    return flipsOfBatch({ first, rows }, judged, around);
  }

  /** After the transaction, before `patch`: the columns and the computation under way hear of rows that came packed. */
  patchAdded({ first, rows }: AddedRows): void {
    this.columns.append(first, rows);
    this.#computation?.mark(Array.from({ length: rows.count }, (_, row) => first + row));
  }

  /** Which memberships change of rows that did not change themselves. Few rows: each is read and judged. */
  flipsOfRows(numbers: readonly number[], ids: readonly string[], now: number): FlipMap {
    const rows = this.#rows.byNumbers(numbers).flatMap(({ row, cells }) => (cells ? [{ row, cells }] : []));
    return this.#judge.flipsOf(rows, ids, this.#judgedAt(now));
  }

  /** The same for many rows, by column; those that the segments read have to be loaded. */
  flipsOfMarks(marks: RowMarks, ids: readonly string[], now: number): FlipMap {
    const judged = this.#judge
      .withReaders(ids)
      .map((id): Judged => ({ id, plan: this.#judge.plan(id) as Plan, members: this.#memberships.of(id) }));
    return reevaluate(this.columns, judged, marks, this.#judgedAt(now), this.#around);
  }

  /** The fields of these segments and of those that read them. */
  fieldsOf(ids: readonly string[]): number[] {
    return [...new Set(this.#judge.withReaders(ids).flatMap((id) => this.#judge.plan(id)?.fields ?? []))];
  }

  /** Every membership that these rows have, ascending. */
  removals(rows: readonly number[]): FlipMap {
    const flips = new FlipBuilder();
    for (const id of this.#served()) {
      const members = this.#memberships.of(id);
      for (const row of rows) if (members.has(row)) flips.leave(id, row);
    }
    return flips.map;
  }

  /** After the transaction: memberships, columns and the computation under way follow. */
  patch(changed: readonly ChangedRow[], removed: readonly number[], flips: FlipMap, _now: number): void {
    this.#memberships.patch(flips);
    for (const { row, cells, changed: fields } of changed) this.columns.put(row, cells, fields);
    for (const row of removed) this.columns.remove(row);
    this.#computation?.mark(changed.map(({ row }) => row));
    this.#computation?.mark(removed);
  }

  /** After the transaction of flips that no row's change brought about. `rows`: all that were looked at. */
  patchFlips(flips: FlipMap, rows: Iterable<number>): void {
    this.#memberships.patch(flips);
    this.#computation?.mark(rows);
  }

  /** The segments that the row is in. */
  segmentsOf(row: number): string[] {
    return this.#served().filter((id) => this.#memberships.of(id).has(row));
  }

  #served(): string[] {
    return [...this.#segments.all()].filter((segment) => segment.live_seq !== null).map((segment) => segment.id);
  }

  // --- computations ---

  /**
   * Begins to compute the newest queries of these segments, with those that follow them. `unfit`: their queries do
   * not fit the fields.
   */
  begin(ids: readonly string[], now: number): { computation: Computation; unfit: string[] } {
    const plans = new Map<string, Plan>();
    const unfit: string[] = [];
    for (const id of ids) {
      const query = this.#definitions.query(id);
      const plan = query && this.compile(query);
      if (plan?.ok) plans.set(id, plan.value);
      else unfit.push(id);
    }
    const order = inOrder(plans, this.#judge.withReaders(plans.keys()), (id) => this.#judge.plan(id));
    this.#computation = new Computation(order, plans, this.moment(now), this.columns, this.#around);
    return { computation: this.#computation, unfit };
  }

  end(): void {
    this.#computation = null;
  }

  progress(id: string): number {
    return this.#computation?.progress(id) ?? 0;
  }

  abandon(id: string): void {
    this.#computation?.abandon(id);
  }

  // --- reading ---

  /** Gets ready what these conditions need of related records, a little at a time. */
  async prepare(plans: readonly Plan[], now: number, slices: Slices): Promise<void> {
    const related = plans
      .flatMap(({ conditions }) => conditions)
      .filter((condition): condition is RelatedCondition => condition.kind === "related");
    if (related.length > 0) await this.#around.related?.prepare(related, this.moment(now), slices);
  }

  *membersBetween(id: string, from: number, to: number): Generator<number, void, undefined> {
    for (const row of this.#memberships.of(id).rows(from)) {
      if (row > to) return;
      yield row;
    }
  }

  members(id: string): Bitmap {
    return this.#memberships.of(id);
  }

  /** How many live segments have a condition. */
  sharing(key: string): number {
    for (const { condition, users } of this.#judge.conditions()) if (condition.key === key) return users.size;
    return 0;
  }

  /** Condition by condition, what the query says of a row. */
  explain(query: Query, record: ExplainedRow, now: number): ExplainedGroup {
    return explainRow(query, this.#definitions.context, record, this.moment(now), this.#around);
  }

  /** What the row evaluator says, for the proof. */
  judge(id: string): (row: number, cells: readonly Cell[], now: number) => boolean {
    const query = this.#definitions.query(id);
    const plan = this.#judge.plan(id) ?? (query && unwrapPlan(this.compile(query)));
    return (row, cells, now) =>
      plan !== undefined && evaluateRow(plan as Plan, cells, this.moment(now), this.#around, row);
  }
}

function unwrapPlan(plan: Outcome<Plan>): Plan | undefined {
  return plan.ok ? plan.value : undefined;
}

/** The plans to compute and those of their readers, whoever is read first. */
function inOrder(
  plans: ReadonlyMap<string, Plan>,
  followed: readonly string[],
  planOf: (id: string) => Plan | undefined,
): (readonly [string, Plan])[] {
  const all = new Map(plans);
  for (const id of followed) {
    const plan = planOf(id);
    if (plan && !all.has(id)) all.set(id, plan);
  }
  const order: (readonly [string, Plan])[] = [];
  const placed = new Set<string>();
  const place = (id: string): void => {
    const plan = all.get(id);
    if (!plan || placed.has(id)) return;
    placed.add(id);
    for (const read of plan.segments) place(read);
    order.push([id, plan]);
  };
  for (const id of all.keys()) place(id);
  return order;
}
