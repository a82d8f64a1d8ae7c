/**
 * The engine over this shard's rows: which rows match which query, by column for many rows and by row
 * for a change. Holds what is derived (columns, compiled segments, computations under way); everything
 * here can be thrown away and is built again from rows, catalogue and memberships.
 */
import {
  Bitmap,
  type Cell,
  CHUNK_ROWS,
  type ChunkLoader,
  type ChunkMatches,
  ColumnStore,
  compile,
  evaluateChunk,
  evaluateRow,
  type Field,
  fieldsOf,
  type Plan,
  type Query,
  SegmentSet,
} from "../engine/index.ts";
import { failure, type Outcome, ProblemError, success } from "../platform/problem.ts";
import type { Catalogue } from "./interface.ts";
import type { Flips } from "./log.ts";
import type { Memberships } from "./memberships.ts";
import type { Rows } from "./rows.ts";
import type { Segments } from "./segments.ts";
import type { Slices } from "./yield.ts";

/** A row as a write leaves it. `changed` null: the whole row is new. */
export interface ChangedRow {
  readonly row: number;
  readonly cells: readonly Cell[];
  readonly changed: ReadonlySet<number> | null;
}

/** A computation under way: what was found in the chunks below `next`. */
interface Pending {
  readonly plan: Plan;
  readonly bitmap: Bitmap;
  next: number;
}

const ROWS_A_SLICE = 1_000;

export class Evaluator {
  readonly #rows: Rows;
  readonly #segments: Segments;
  readonly #memberships: Memberships;
  readonly #columnBytes: number;
  #fields: readonly Field[] = [];
  #byId: ReadonlyMap<number, Field> = new Map();
  #timeZone = "UTC";
  #wanted = new Map<string, Query>();
  /** The queries that the served memberships follow; a segment being computed keeps its older one. */
  readonly #followed = new Map<string, Query>();
  #set = new SegmentSet([], "UTC");
  readonly #pending = new Map<string, Pending>();
  #columns: ColumnStore | null = null;
  /** Loads under way, by chunk. */
  readonly #loading = new Map<number, Promise<void>>();

  constructor(rows: Rows, segments: Segments, memberships: Memberships, columnBytes: number) {
    this.#rows = rows;
    this.#segments = segments;
    this.#memberships = memberships;
    this.#columnBytes = columnBytes;
  }

  // --- catalogue ---

  setCatalogue(catalogue: Catalogue): void {
    const schema = JSON.stringify([catalogue.fields, catalogue.time_zone]);
    const before = JSON.stringify([this.#fields, this.#timeZone]);
    this.#wanted = new Map(catalogue.segments.map((segment) => [segment.id, segment.query]));
    if (schema === before) return;
    this.#fields = catalogue.fields;
    this.#byId = new Map(this.#fields.map((field) => [field.id, field]));
    this.#timeZone = catalogue.time_zone;
    this.#columns?.setFields(this.#fields);
    this.#set = new SegmentSet(this.#fields, this.#timeZone);
    for (const [id, query] of this.#followed) this.#compileInto(id, query);
  }

  /** By id. */
  get fields(): ReadonlyMap<number, Field> {
    return this.#byId;
  }

  /** Two equal signatures: the same rows give the same members. */
  signature(id: string): string {
    const query = this.#wanted.get(id);
    if (!query) return "";
    const read = fieldsOf(query);
    const types = this.#fields.filter((field) => read.has(field.id)).map((field) => [field.id, field.type]);
    const dated = types.some(([, type]) => type === "date" || type === "datetime");
    return JSON.stringify([query, types, dated ? this.#timeZone : null]);
  }

  compile(query: Query): Outcome<Plan> {
    try {
      return success(compile(query, { fields: this.#fields, timeZone: this.#timeZone }));
    } catch (error) {
      if (error instanceof ProblemError) return failure(error.problem);
      throw error;
    }
  }

  /** Live changes move this segment's membership from now on, by the newest query. */
  follow(id: string): void {
    const query = this.#wanted.get(id);
    if (!query || (this.#set.has(id) && sameQuery(this.#followed.get(id), query))) return;
    this.#followed.set(id, query);
    this.#compileInto(id, query);
  }

  /** After a restart: until a newer computation is done, the membership goes on following this query. */
  followOlder(id: string, query: Query): void {
    if (this.#followed.has(id)) return;
    this.#followed.set(id, query);
    this.#compileInto(id, query);
  }

  /** The newest query. */
  queryOf(id: string): Query | null {
    return this.#wanted.get(id) ?? null;
  }

  forget(id: string): void {
    this.#followed.delete(id);
    this.#set.delete(id);
    this.#pending.delete(id);
  }

  #compileInto(id: string, query: Query): void {
    try {
      this.#set.set(id, query);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#set.delete(id);
    }
  }

  // --- live changes ---

  /** Which memberships these rows change, before they are written. */
  flips(rows: readonly ChangedRow[], now: number): Map<string, Flips> {
    const flips = new Map<string, { entered: number[]; left: number[] }>();
    for (const { row, cells, changed } of rows) {
      this.#set.visitRow(cells, changed, now, (id, member) => {
        if (this.#memberships.of(id).has(row) !== member) flipOf(flips, id)[member ? "entered" : "left"].push(row);
      });
    }
    return flips;
  }

  /** Every membership that these rows have, ascending. */
  removals(rows: readonly number[]): Map<string, Flips> {
    const flips = new Map<string, { entered: number[]; left: number[] }>();
    for (const id of this.#served()) {
      const members = this.#memberships.of(id);
      for (const row of rows) if (members.has(row)) flipOf(flips, id).left.push(row);
    }
    return flips;
  }

  /** After the transaction: memberships, columns and computations under way follow. */
  patch(
    changed: readonly ChangedRow[],
    removed: readonly number[],
    flips: ReadonlyMap<string, Flips>,
    now: number,
  ): void {
    this.#memberships.patch(flips);
    for (const { row, cells, changed: fields } of changed) this.#columns?.put(row, cells, fields);
    for (const row of removed) this.#columns?.remove(row);
    for (const pending of this.#pending.values()) {
      for (const { row, cells } of changed) {
        if (row < pending.next * CHUNK_ROWS) pending.bitmap.put(row, evaluateRow(pending.plan, cells, now));
      }
      for (const row of removed) pending.bitmap.remove(row);
    }
  }

  /** The segments that the row is in. */
  segmentsOf(row: number): string[] {
    return this.#served().filter((id) => this.#memberships.of(id).has(row));
  }

  #served(): string[] {
    return [...this.#segments.all()].filter((segment) => segment.live_seq !== null).map((segment) => segment.id);
  }

  // --- computations ---

  /** Null when the query does not fit the fields. */
  begin(id: string): Bitmap | null {
    const query = this.#wanted.get(id);
    const plan = query && this.compile(query);
    if (!plan?.ok) return null;
    const pending = { plan: plan.value, bitmap: new Bitmap(), next: 0 };
    this.#pending.set(id, pending);
    return pending.bitmap;
  }

  /** Loads what the next step needs. */
  async loadNext(id: string, slices: Slices): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending && pending.next < this.chunkCount) await this.load(pending.plan, pending.next, slices);
  }

  /** Evaluates one more chunk; false when there is none left. */
  step(id: string, now: number): boolean {
    const pending = this.#pending.get(id);
    if (!pending || pending.next >= this.chunkCount) return false;
    pending.bitmap.setWords(pending.next, this.matches(pending.plan, pending.next, now).words);
    pending.next++;
    return true;
  }

  progress(id: string): number {
    const pending = this.#pending.get(id);
    return pending ? pending.next / Math.max(1, this.chunkCount) : 0;
  }

  /** Whether this is the computation under way, and not one that was given up. */
  isPending(id: string, members: Bitmap): boolean {
    return this.#pending.get(id)?.bitmap === members;
  }

  abandon(id: string): void {
    this.#pending.delete(id);
  }

  // --- reading ---

  get chunkCount(): number {
    return this.#store().chunkCount;
  }

  /** Builds the columns that a plan reads in a chunk, a few rows at a time: others run in between. */
  async load(plan: Plan, chunk: number, slices: Slices): Promise<void> {
    for (let running = this.#loading.get(chunk); running; running = this.#loading.get(chunk)) await running;
    const loader = this.#store().load(chunk, plan.fields);
    if (!loader) return;
    const loaded = this.#fill(loader, chunk, slices).finally(() => this.#loading.delete(chunk));
    this.#loading.set(chunk, loaded);
    await loaded;
  }

  async #fill(loader: ChunkLoader, chunk: number, slices: Slices): Promise<void> {
    const end = chunk * CHUNK_ROWS + CHUNK_ROWS - 1;
    while (this.#readSlice(loader, end) === ROWS_A_SLICE) await slices.next();
    // In the same turn as the last read: a row that came in between would be missed.
    loader.finish();
  }

  #readSlice(loader: ChunkLoader, end: number): number {
    let rows = 0;
    for (const row of this.#rows.range(loader.nextRow, end, ROWS_A_SLICE)) {
      loader.add(row.row, row.cells ?? []);
      rows++;
    }
    return rows;
  }

  /** The words are overwritten by the next call. Columns that were not loaded are built now, at once. */
  matches(plan: Plan, chunk: number, now: number): ChunkMatches {
    return evaluateChunk(plan, this.#store(), chunk, { now, source: (chunk) => this.#source(chunk) });
  }

  /** Drops columns above the budget, the longest unused first. */
  trim(): void {
    this.#columns?.trim(this.#columnBytes);
  }

  *membersBetween(id: string, from: number, to: number): Generator<number, void, undefined> {
    for (const row of this.#memberships.of(id).rows(from)) {
      if (row > to) return;
      yield row;
    }
  }

  /** What the row evaluator says, for the proof. */
  judge(id: string): (cells: readonly Cell[], now: number) => boolean {
    const query = this.#wanted.get(id);
    const plan = this.#set.plan(id) ?? (query && unwrapPlan(this.compile(query)));
    return (cells, now) => plan !== undefined && evaluateRow(plan, cells, now);
  }

  #store(): ColumnStore {
    this.#columns ??= new ColumnStore(this.#fields, this.#rows.present());
    return this.#columns;
  }

  *#source(chunk: number): Generator<readonly [number, readonly Cell[]], void, undefined> {
    const from = chunk * CHUNK_ROWS;
    for (const row of this.#rows.range(from, from + CHUNK_ROWS - 1)) yield [row.row, row.cells ?? []];
  }
}

function sameQuery(a: Query | undefined, b: Query): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function unwrapPlan(plan: Outcome<Plan>): Plan | undefined {
  return plan.ok ? plan.value : undefined;
}

function flipOf(
  flips: Map<string, { entered: number[]; left: number[] }>,
  id: string,
): { entered: number[]; left: number[] } {
  const known = flips.get(id);
  if (known) return known;
  const flip = { entered: [], left: [] };
  flips.set(id, flip);
  return flip;
}
