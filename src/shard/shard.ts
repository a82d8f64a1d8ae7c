/**
 * One shard of a dataset: the home of its rows, the only judge of their keys' uniqueness and of their
 * memberships. Rows, flips and log entry commit together (writer.ts); what follows from them (columns,
 * bitmaps) is memory that can be built again. The object itself is order and wiring: it makes sure of
 * the catalogue, arms the alarm, tells the feed.
 */
import type { Plan, Query } from "../engine/index.ts";
import { migrate } from "../platform/migrate.ts";
import { failure, type Outcome, success } from "../platform/problem.ts";
import type { ObjectHandlers, ObjectState } from "../platform/types.ts";
import { Announcer } from "./announcer.ts";
import { Arrivals } from "./arrivals.ts";
import { CatalogueHolder, gone } from "./catalogue.ts";
import { Clock } from "./clock.ts";
import { Computer } from "./computer.ts";
import { readActivity, readDeltas } from "./deltas.ts";
import { Crossings } from "./evaluate/crossings.ts";
import { type ChangedRow, Evaluator } from "./evaluator.ts";
import { explainPlan, explainRecord } from "./explain.ts";
import { FlipWriter } from "./flip-writer.ts";
import type {
  Announcement,
  ApplyRequest,
  Catalogue,
  CopyInRequest,
  LookupInRequest,
  LookupRequest,
  RecordState,
  RowWrite,
  SegmentEdit,
  SegmentState,
  ShardApi,
  ShardPorts,
} from "./interface.ts";
import { Keeper } from "./keeper.ts";
import { Log } from "./log.ts";
import { Memberships } from "./memberships.ts";
import { preview } from "./preview.ts";
import { Recaster } from "./recaster.ts";
import { Records } from "./records.ts";
import { Related } from "./related/related.ts";
import { ColumnChunks } from "./rows/column-chunks.ts";
import { type Row, Rows } from "./rows.ts";
import { Segments } from "./segments.ts";
import { MIGRATIONS } from "./storage-schema.ts";
import { verifySegment } from "./verify.ts";
import { Writer, type Written } from "./writer.ts";
import { Slices } from "./yield.ts";

/** An announcement that was lost is repeated after this long. */
const REPEAT_MS = 1_000;
/** A caller with news waits so long for the computations that follow from it. */
const REFRESH_WAIT_MS = 250;
/** With more rows than this a computation takes its time: nobody waits for it. */
const FEW_ROWS = 100_000;
/** What the clock moves within so long is moved together. */
const TOGETHER_MS = 100;
/** While many rows come, the feed hears of them so often. */
const TELL_MS = 250;
/** Of the bytes for columns, this part is for pages on top, and as much for the key index: batches of changed rows find most of theirs there. */
const PAGES_SHARE = 48;
const LEAST_PAGE_BYTES = 8_000_000;
/** Where columns may take so many bytes, all memberships are read at the start. */
const READ_AHEAD_ABOVE = 256_000_000;
/** A removal looks at so many rows a call. */
const REMOVAL_SCAN_ROWS = 5_000;

export class ShardObject implements ShardApi, ObjectHandlers {
  readonly #state: ObjectState;
  readonly #ports: ShardPorts;
  readonly #datasetId: string;
  readonly #shard: number;
  readonly #rows: Rows;
  readonly #chunks: ColumnChunks;
  readonly #log: Log;
  readonly #segments: Segments;
  readonly #memberships: Memberships;
  readonly #evaluator: Evaluator;
  readonly #records: Records;
  readonly #writer: Writer;
  readonly #computer: Computer;
  readonly #recaster: Recaster;
  readonly #keeper: Keeper;
  readonly #clock: Clock;
  readonly #related: Related;
  readonly #announcer: Announcer;
  readonly #arrivals: Arrivals;
  /** What is in memory and cannot be dropped. */
  readonly #held: { readonly bytes: number };
  readonly #catalogue: CatalogueHolder;
  #toldAt = 0;
  /** When the alarm is known to be due, by the machine's clock; null when it may not be set. */
  #alarmAt: number | null = null;
  /** The dataset is gone, and so are the tables: whatever is still under way ends. */
  #destroyed = false;

  constructor(state: ObjectState, ports: ShardPorts) {
    const { sql } = state.storage;
    migrate(sql, MIGRATIONS);
    this.#state = state;
    this.#ports = ports;
    [this.#datasetId, this.#shard] = parseName(state.id.name ?? "");
    const share = Math.floor(ports.budget.limit / PAGES_SHARE);
    this.#rows = new Rows(sql, "", { pageBytes: Math.max(LEAST_PAGE_BYTES, share), indexBytes: share });
    this.#chunks = new ColumnChunks(sql, this.#rows);
    this.#log = new Log(sql);
    this.#arrivals = new Arrivals(this.#log);
    this.#segments = new Segments(sql, this.#log.recentTimes());
    this.#memberships = new Memberships(sql, this.#log);
    const [rows, memberships] = [this.#rows, this.#memberships];
    this.#held = {
      get bytes() {
        return rows.bytes + memberships.bytes;
      },
    };
    ports.budget.hold(this.#held);
    this.#evaluator = new Evaluator(this.#rows, this.#chunks, this.#segments, this.#memberships, ports.budget);
    this.#records = new Records(this.#evaluator, ports.now);
    this.#writer = new Writer(state.storage, this.#rows, this.#log, this.#evaluator);
    const flips = new FlipWriter(
      state.storage,
      { log: this.#log, segments: this.#segments, evaluator: this.#evaluator, writer: this.#writer },
      (flips) => {
        this.#changed(flips.keys(), false);
        this.#related.flipped(flips);
      },
    );
    this.#clock = new Clock(sql, this.#evaluator, new Crossings(this.#evaluator.columns, () => this.#related), flips);
    this.#evaluator.asOf = (now) => this.#clock.momentFor(now);
    flips.judged = (now) => this.#clock.judged(now);
    this.#related = new Related({
      ...{
        storage: state.storage,
        datasetId: this.#datasetId,
        shard: this.#shard,
        rows: this.#rows,
        log: this.#log,
        writer: this.#writer,
      },
      isLive: (id) => this.#segments.get(id)?.live_seq != null,
      ...{ evaluator: this.#evaluator, flips, ports, changed: (rows, now) => this.#lookedUp(rows, now) },
    });
    this.#evaluator.setRelated(this.#related);
    this.#writer.setWitness(this.#related);
    const parts = {
      clock: this.#clock,
      rows: this.#rows,
      chunks: this.#chunks,
      log: this.#log,
      segments: this.#segments,
      memberships: this.#memberships,
      evaluator: this.#evaluator,
      writer: this.#writer,
    };
    const isReady = (plan: Plan) => this.#related.refusal(plan) === null;
    this.#computer = new Computer(state.storage, { ...parts, isReady }, ports.now, (segments) => {
      this.#changed(segments, false);
      this.#related.recomputed(segments);
      if (this.#related.waiting) this.#arm(0);
    });
    this.#keeper = new Keeper(state.storage, parts);
    this.#recaster = new Recaster(state.storage, this.#rows);
    this.#announcer = new Announcer(
      (segments, rowsChanged) => this.#announcement(segments, rowsChanged),
      (announcement) => ports.announce(announcement),
    );
    this.#catalogue = new CatalogueHolder(this.#datasetId, ports, (next, before) => this.#install(next, before));
  }

  // --- records ---

  async apply(request: ApplyRequest) {
    return this.#withAsync(request.version, async () => {
      // Without lookups in the same turn: nothing comes between the clock and the write.
      const fetched = this.#related.ready(request.rows);
      if (fetched) await fetched;
      const now = this.#ports.now();
      const { answer, written } = this.#writer.apply(request, this.#evaluator.fields, now, () => this.#inWrite(now));
      await (written ? this.#wrote(written) : this.#related.settled());
      return success(request.answer_records ? { ...answer, records: this.#recordsOf(request.rows) } : answer);
    });
  }

  #recordsOf(rows: ApplyRequest["rows"]): RecordState[] {
    if ("ends" in rows) return [];
    const keys = "fields" in rows ? rows.keys : rows.map(({ key }) => key);
    return Array.from(this.#rows.byKeys(keys).values(), (row) => this.#stateOfRow(row));
  }

  #stateOfRow(row: Row): RecordState {
    return { record: this.#records.of(row), segments: this.#evaluator.segmentsOf(row.row) };
  }

  async get(request: { version: number; key: string }) {
    return this.#with(request.version, () => {
      const row = this.#rows.byKey(request.key);
      return row && this.#stateOfRow(row);
    });
  }

  async remove(request: { version: number; keys: readonly string[] }) {
    return this.#withAsync(request.version, async () => {
      const rows = Array.from(this.#rows.byKeys(request.keys).values(), (row) => row.row);
      const now = this.#ports.now();
      const written = this.#writer.remove(rows, now, () => this.#inWrite(now));
      const answer = { removed: rows.length, seq: this.#writer.seq };
      if (written) await this.#wrote(written);
      return success(answer);
    });
  }

  async list(request: { version: number; after: number; limit: number }) {
    return this.#with(request.version, () => {
      const found = [...this.#rows.range(request.after + 1, this.#writer.lastRow, request.limit)];
      const last = found.at(-1)?.row ?? request.after;
      return { records: found.map(this.#records.maker()), last, done: found.length < request.limit };
    });
  }

  async stats(request: { version: number }) {
    return this.#with(request.version, () => ({
      record_count: this.#writer.count,
      seq: this.#writer.seq,
      oldest_seq: this.#log.oldest(),
      updated_at: this.#rows.newestUpdate(),
      bytes: {
        columns: this.#evaluator.columns.bytes,
        memberships: this.#memberships.bytes,
        rows: this.#rows.bytes,
        related: this.#related.bytes,
      },
    }));
  }

  async values(request: { version: number; field: number; text: string; limit: number }) {
    return this.#with(request.version, () => this.#rows.frequent(request.field, request.text, request.limit));
  }

  // --- segments ---

  /** Small datasets are computed before this answers, so that a new segment is live when its maker looks. */
  async refresh(request: { version: number; edit?: SegmentEdit | undefined }) {
    if (request.edit && !this.#destroyed) this.#catalogue.take(request.version, request.edit);
    const answer = await this.#with(request.version, () => ({ seq: this.#writer.seq }));
    const computed = this.#computer.run(this.#slices());
    this.#state.waitUntil(computed);
    await Promise.race([
      computed,
      new Promise((resolve) => setTimeout(resolve, this.#writer.count > FEW_ROWS ? 0 : REFRESH_WAIT_MS)),
    ]);
    return answer;
  }

  async preview(request: Parameters<ShardApi["preview"]>[0]) {
    return this.#withRelated(request, () =>
      preview(this.#evaluator, this.#rows, this.#writer, request, this.#ports.now(), this.#records.maker()),
    );
  }

  async states(request: { version: number; segment_ids: readonly string[] }) {
    return this.#with(request.version, () => request.segment_ids.flatMap((id) => this.#stateOf(id) ?? []));
  }

  async cancel(request: { version: number; segment_id: string }) {
    return this.#with(request.version, () => {
      this.#computer.cancel(request.segment_id);
      this.#arm();
      return null;
    });
  }

  async verify(request: { version: number; segment_id: string; limit: number }) {
    return this.#withMembers(request, async () => {
      const now = this.#ports.now();
      const asOf = () => this.#clock.momentFor(this.#ports.now());
      const before = this.#segments.get(request.segment_id);
      const found = await verifySegment(this.#evaluator, this.#rows, this.#writer, request, asOf);
      const row = this.#segments.get(request.segment_id);
      const edited = row?.signature !== before?.signature || row?.status !== before?.status;
      if (edited) return verifySegment(this.#evaluator, this.#rows, this.#writer, request, asOf); // it moved meanwhile
      if (row && found.missing.length + found.extra.length === 0) {
        this.#segments.put({ ...row, computed_at: Math.max(row.computed_at, now) });
        this.#changed([row.id], false);
      }
      return found;
    });
  }

  async explain(request: Parameters<ShardApi["explain"]>[0]) {
    return this.#withRelated(request, () => explainPlan(this.#evaluator, request.query, this.#ports.now()));
  }

  async explainRecord(request: { version: number; segment_id: string; key: string }) {
    return this.#withAsync(request.version, async () => {
      const row = this.#rows.byKey(request.key);
      if (!row) return success(null);
      return explainRecord(this.#evaluator, request.segment_id, row, this.#ports.now()) ?? failure(unknownSegment);
    });
  }

  async members(request: Parameters<ShardApi["members"]>[0]) {
    return this.#withMembers(request, async () => {
      const numbers: number[] = [];
      for (const row of this.#memberships.of(request.segment_id).rows(request.after + 1)) {
        if (numbers.length === request.limit) break;
        numbers.push(row);
      }
      const page = {
        records: this.#rows.byNumbers(numbers).map(this.#records.maker(request.fields)),
        ...{ last: numbers.at(-1) ?? request.after, done: numbers.length < request.limit, seq: this.#writer.seq },
      };
      if (!request.arrivals) return page;
      const times = await this.#arrivals.of(request.segment_id, numbers, this.#slices());
      return { ...page, entered_at: numbers.map((row) => times.get(row) ?? null) };
    });
  }

  async deltas(request: Parameters<ShardApi["deltas"]>[0]): ReturnType<ShardApi["deltas"]> {
    const page = await this.#withMembers(request, () => {
      const live = this.#segments.get(request.segment_id)?.live_seq ?? 0;
      const { seq, watched } = request.from;
      if (Math.min(seq, watched) < Math.max(live, this.#log.oldest() - 1) || seq > this.#writer.seq) return null;
      const members = this.#memberships.of(request.segment_id);
      const watching = { ...request, watch: this.#records.readBy(request.watch) };
      return readDeltas(this.#log, this.#rows, members, watching, this.#records.maker(request.fields));
    });
    if (!page.ok) return page;
    return page.value ? success(page.value) : failure(resync);
  }

  async positionAt(request: { version: number; segment_id: string; at: number }) {
    const found = await this.#withMembers(request, () => {
      const seq = this.#log.positionAt(request.at);
      return seq === null || seq < (this.#segments.get(request.segment_id)?.live_seq ?? 0) ? null : { seq };
    });
    if (!found.ok) return found;
    return found.value ? success(found.value) : failure(resync);
  }

  async activity(request: { version: number; segment_id: string; limit: number }) {
    return this.#with(request.version, () => readActivity(this.#log, this.#rows, request.segment_id, request.limit));
  }

  // --- relations ---

  async relations(request: { version: number }) {
    const states = await this.#with(request.version, () => this.#related.states());
    this.#state.waitUntil(this.#related.run(this.#slices()).catch(() => this.#arm()));
    return states;
  }

  async copyIn(request: CopyInRequest) {
    return this.#with(request.version, () => {
      const now = this.#ports.now();
      const changes = this.#related.copyIn(request, now, () => this.#arm(request.complete ? 0 : REPEAT_MS));
      if (changes) this.#clock.relatedChanged((one, moment) => this.#related.nextOf(one, changes, moment), now);
      this.#armClock();
      return null;
    });
  }

  async lookup(request: LookupRequest) {
    return this.#with(request.version, () => this.#related.answer(request));
  }

  async lookupIn(request: LookupInRequest) {
    return this.#with(request.version, () => {
      this.#related.lookupIn(request);
      this.#arm();
      return null;
    });
  }

  /** Rows whose looked-up fields changed, though they did not: columns and clock follow. */
  #lookedUp(rows: readonly ChangedRow[], now: number): void {
    for (const { row, cells, changed } of rows) this.#evaluator.columns.put(row, cells, changed);
    this.#clock.rowsChanged(rows, now);
    this.#armClock();
  }

  // --- imports ---

  async unseen(request: { version: number; import_id: string }) {
    return this.#with(request.version, () => {
      let unseen = 0;
      for (let from: number | null = 0; from !== null; ) {
        const page: ReturnType<Writer["unseen"]> = this.#writer.unseen(request.import_id, from, REMOVAL_SCAN_ROWS);
        unseen += page.rows.length;
        from = page.next;
      }
      return { unseen, total: this.#writer.count };
    });
  }

  async removeUnseen(request: { version: number; import_id: string; from: number }) {
    return this.#withAsync(request.version, async () => {
      const page = this.#writer.unseen(request.import_id, request.from, REMOVAL_SCAN_ROWS);
      const now = this.#ports.now();
      const written = this.#writer.remove(page.rows, now, () => this.#inWrite(now), request.import_id);
      if (written) await this.#wrote(written);
      return success({ removed: this.#writer.removedBy(request.import_id), next: page.next });
    });
  }

  async endImport(request: { import_id: string }): Promise<void> {
    if (this.#destroyed) return;
    this.#writer.endImport(request.import_id);
    this.#arm(); // the columns of what came are kept, once the import has ended
    await this.#announcer.flush(); // who hears that the import is done reads its counts
  }

  async destroy(): Promise<void> {
    this.#destroyed = true;
    for (const { id } of this.#segments.all()) this.#evaluator.forget(id);
    this.#segments.clear();
    await this.#state.storage.deleteAlarm();
    await this.#state.storage.deleteAll();
  }

  // --- time ---

  /** Never throws: what could not be done now is done at the next alarm. */
  async alarm(): Promise<void> {
    this.#alarmAt = null;
    try {
      const catalogue = await this.#ready(0);
      if (!catalogue.ok) return;
      await this.#recaster.run(catalogue.value, (rows) => this.#rewrite(rows), this.#slices());
      await this.#followClock();
      await this.#computer.run(this.#slices());
      await this.#followClock();
      await this.#announcer.flush();
      await this.#related.run(this.#slices());
      if (this.#computer.waiting) await this.#computer.run(this.#slices()); // what waited for related records
      await this.#keeper.run(this.#ports.now(), this.#slices());
      await this.#keeper.keepColumns(this.#slices());
    } catch (error) {
      console.error(`shard ${this.#datasetId}/${this.#shard}: alarm failed, tried again in a second`, error);
      this.#arm();
    }
    if (this.#announcer.waiting || this.#computer.waiting || this.#recaster.waiting || this.#related.waiting)
      this.#arm();
    this.#armClock();
    this.#evaluator.columns.trim();
    this.#related.trim();
  }

  /** Long work looks after the clock in between. */
  #slices(): Slices {
    return new Slices(() => this.#followClock());
  }

  async #followClock(): Promise<void> {
    const now = this.#ports.now();
    if (!this.#destroyed && this.#clock.isDue(now)) await this.#clock.advance(now);
  }

  /** Wakes when the next record may enter or leave a segment by the clock alone; together with those soon after it. */
  #armClock(): void {
    const { wake } = this.#clock;
    if (wake !== null) this.#arm(Math.max(TOGETHER_MS, wake - this.#ports.now()));
  }

  #rewrite(rows: RowWrite[]): void {
    const request: ApplyRequest = { version: 0, mode: "update", rows };
    const now = this.#ports.now();
    const { written } = this.#writer.apply(request, this.#evaluator.fields, now, () => this.#inWrite(now));
    if (written) this.#wrote(written).catch(() => {}); // the alarm sends its copies again
  }

  /** Inside the transaction of a write that was judged at `now`. */
  #inWrite(now: number): void {
    this.#arm();
    this.#clock.judged(now);
  }

  /** Inside a transaction: whatever becomes of this instance, the alarm will tell the feed. */
  #arm(delay = REPEAT_MS): void {
    const at = Date.now() + delay; // alarms know only the machine's clock
    if (this.#destroyed || (this.#alarmAt !== null && this.#alarmAt <= at)) return;
    this.#alarmAt = at;
    void this.#state.storage.setAlarm(at);
  }

  /** Resolves when the copies of what was written are where they are read. */
  #wrote(written: Written): Promise<void> {
    if (written.added) this.#clock.manyCame();
    this.#clock.rowsChanged(written.changed, written.at);
    this.#armClock();
    for (const id of written.flips.keys()) this.#segments.touch(id, written.at);
    if (written.added) this.#announcer.note(written.flips.keys(), true);
    // Bulk after bulk, the feed need not hear of each.
    if (!written.added || performance.now() - this.#toldAt > TELL_MS) this.#changed(written.flips.keys(), true);
    return this.#related.sent(written);
  }

  #changed(segments: Iterable<string>, rowsChanged: boolean): void {
    if (this.#destroyed) return;
    this.#toldAt = performance.now();
    this.#announcer.note(segments, rowsChanged);
    this.#state.waitUntil(this.#announcer.flush());
  }

  // --- catalogue ---

  #install(next: Catalogue, before: Catalogue | null): void {
    const begun = this.#state.storage.transactionSync(() => {
      this.#related.plan(next);
      const begun = this.#computer.plan(next, this.#ports.now());
      this.#recaster.plan(next.fields);
      if (begun.length > 0 || this.#recaster.waiting || this.#related.waiting) this.#arm(0);
      return begun;
    });
    if (this.#writer.lastRow < 0) this.#computer.runOverNothing();
    this.#clock.changed();
    this.#armClock();
    const all = next.segments.map((segment) => segment.id);
    const readsAhead = !before && this.#ports.budget.limit >= READ_AHEAD_ABOVE;
    this.#changed(before || readsAhead ? begun : all, !before);
    if (readsAhead) this.#state.waitUntil(this.#readAhead(all));
  }

  /** After a start. Counts wait for the clock, so it comes first; telling of all at once would read all in one go. */
  async #readAhead(segments: readonly string[]): Promise<void> {
    const isLive = (id: string) => !this.#destroyed && (this.#segments.get(id)?.live_seq ?? null) !== null;
    await this.#followClock().catch(() => {}); // the alarm does it again
    await this.#memberships.readAhead(segments, isLive, new Slices()).catch(() => {}); // whoever needs one reads it
    this.#changed(segments, false);
  }

  #stateOf(id: string): SegmentState | null {
    const row = this.#segments.get(id);
    if (!row) return null;
    return {
      segment_id: id,
      version: row.version,
      status: row.status,
      progress: row.status === "computing" ? this.#computer.progress(id) : 1,
      count: row.live_seq === null ? 0 : this.#memberships.of(id).size,
      computed_at: row.computed_at,
      ...(row.error === null ? {} : { error: row.error }),
    };
  }

  #announcement(segments: ReadonlySet<string>, rowsChanged: boolean): Announcement {
    return {
      dataset_id: this.#datasetId,
      workspace_id: this.#catalogue.current?.workspace_id ?? "",
      shard: this.#shard,
      seq: this.#writer.seq,
      at: this.#ports.now(),
      record_count: this.#writer.count,
      segments: [...segments].flatMap((id) => this.#stateOf(id) ?? []),
      rows_changed: rowsChanged,
    };
  }

  // --- gates ---

  async #ready(version: number): Promise<Outcome<Catalogue>> {
    const catalogue = this.#destroyed ? null : await this.#catalogue.atLeast(version);
    await this.#followClock();
    return catalogue === null || this.#destroyed ? failure(gone(this.#datasetId)) : catalogue;
  }

  async #with<T>(version: number, action: (catalogue: Catalogue) => T): Promise<Outcome<T>> {
    const catalogue = await this.#ready(version);
    return catalogue.ok ? success(action(catalogue.value)) : catalogue;
  }

  async #withAsync<T>(version: number, action: (catalogue: Catalogue) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const catalogue = await this.#ready(version);
    return catalogue.ok ? action(catalogue.value) : catalogue;
  }

  /** For a query that may read related records: refused until all of them are here. */
  async #withRelated<T>(
    request: { version: number; query: Query },
    action: () => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    return this.#withAsync(request.version, async () => {
      const plan = this.#evaluator.compile(request.query);
      const building = plan.ok && this.#related.refusal(plan.value);
      return building ? failure(building) : action();
    });
  }

  /** For what needs a membership: refused until the first computation is done. */
  async #withMembers<T>(
    request: { version: number; segment_id: string },
    action: () => T | Promise<T>,
  ): Promise<Outcome<T>> {
    const catalogue = await this.#ready(request.version);
    if (!catalogue.ok) return catalogue;
    const row = this.#segments.get(request.segment_id);
    if (!row) return failure(unknownSegment);
    if (row.live_seq === null) return failure(computing(this.#computer.progress(request.segment_id)));
    return success(await action());
  }
}

function parseName(name: string): [datasetId: string, shard: number] {
  const slash = name.lastIndexOf("/");
  if (slash < 0) throw new Error(`A shard is addressed as "<dataset id>/<n>", not "${name}".`);
  return [name.slice(0, slash), Number(name.slice(slash + 1))];
}

const resync = {
  code: "resync_required",
  status: 410,
  detail:
    "The change log no longer reaches back to this cursor. Read the members again, then go on from their delta_cursor.",
};

const unknownSegment = { code: "segment_not_found", status: 404, detail: "There is no such segment on this dataset." };

const computing = (progress: number) => ({
  code: "segment_computing",
  status: 409,
  detail: "The segment is being computed for the first time. Ask again in a moment; its `progress` says how far it is.",
  facts: { progress },
});
