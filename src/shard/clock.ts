/**
 * Keeps memberships true as time passes. Knows the next instant at which any record may enter or leave any segment
 * by the clock alone; the shard's alarm wakes then. How far the memberships have followed the clock is stored, so
 * what fell due while nothing ran is made up for at the next start.
 */
import type { Moment, Plan, RelatedCondition } from "../engine/index.ts";
import type { SqlStorage } from "../platform/types.ts";
import { type Clocked, type Crossings, clockedConditions } from "./evaluate/crossings.ts";
import { marksOf, rowsOf } from "./evaluate/row-marks.ts";
import type { ChangedRow, Evaluator } from "./evaluator.ts";
import type { FlipWriter } from "./flip-writer.ts";
import { Slices } from "./yield.ts";

/** With more rows than this to look at, they are judged by column. */
const FEW_ROWS = 500;

type Followed = Clocked & { readonly users: ReadonlySet<string> };

export class Clock {
  readonly #sql: SqlStorage;
  readonly #evaluator: Evaluator;
  readonly #crossings: Crossings;
  readonly #flips: FlipWriter;
  /** Memberships are those of this instant or a later one; null while nothing ever followed the clock. */
  #processed: number | null;
  /** The next instant at which something may change; null: none; undefined: not known. */
  #wake: number | null | undefined;
  #advancing: Promise<void> | null = null;
  /** What of the followed conditions follows the clock; null when that has to be found out. */
  #known: readonly Followed[] | null = null;
  /** The moment as of which crossings are being judged. */
  #judging: number | null = null;

  constructor(sql: SqlStorage, evaluator: Evaluator, crossings: Crossings, flips: FlipWriter) {
    this.#sql = sql;
    this.#evaluator = evaluator;
    this.#crossings = crossings;
    this.#flips = flips;
    this.#processed = sql.exec<{ at: number }>("SELECT processed_at AS at FROM clock").toArray()[0]?.at ?? null;
  }

  /** Epoch milliseconds; null when nothing will happen by itself; at once where it is not known yet. */
  get wake(): number | null {
    if (this.#wake === undefined && this.#followed().length === 0) this.#wake = null;
    return this.#wake === undefined ? 0 : this.#wake;
  }

  isDue(now: number): boolean {
    const { wake } = this;
    return wake !== null && wake <= now;
  }

  /** Brings all memberships up to now. Whoever asks meanwhile waits for the same work. */
  advance(now: number): Promise<void> {
    this.#advancing ??= this.#advance(now).finally(() => {
      this.#advancing = null;
    });
    return this.#advancing;
  }

  /**
   * The moment as of which rows are judged now: all memberships are those of it. Later than the last crossing that was
   * looked after, earlier than the next: a row judged later than the others would be missed when they catch up.
   */
  momentFor(now: number): number {
    if (this.#judging !== null) return this.#judging;
    if (this.#processed === null || this.#followed().length === 0) return now;
    if (this.#wake === undefined) return this.#processed;
    return this.#wake === null || this.#wake > now ? now : Math.max(this.#processed, this.#wake - 1);
  }

  /** Inside the transaction of whatever was judged at `now`: the memberships are those of that moment. */
  judged(now: number): void {
    if (this.#followed().length === 0) return;
    const at = this.momentFor(now);
    if (this.#processed === null || at > this.#processed) this.#keep(at);
  }

  /** Segments came, went or changed: what follows the clock may be another. */
  changed(): void {
    this.#wake = undefined;
    this.#known = null;
  }

  /** Rows changed: one of them may be the next to cross a border. */
  rowsChanged(rows: readonly ChangedRow[], now: number): void {
    if (this.#wake === undefined) return;
    const clocked = this.#followed();
    if (clocked.length === 0) return;
    this.#sooner(this.#crossings.nextOfRows(clocked, rows, this.#evaluator.moment(now)));
  }

  /** So many rows came that none is looked at. */
  manyCame(): void {
    if (this.#wake !== undefined && this.#followed().length > 0) this.#wake = undefined;
  }

  /** Related records changed: one of them may be the next to cross a border, at this instant. */
  relatedChanged(nextOf: (condition: RelatedCondition, moment: Moment) => number | null, now: number): void {
    if (this.#wake === undefined) return;
    for (const { condition } of this.#followed()) {
      if (condition.kind === "related") this.#sooner(nextOf(condition, this.#evaluator.moment(now)));
    }
  }

  #sooner(at: number | null | undefined): void {
    if (at === undefined) this.#wake = undefined;
    else if (at !== null && this.#wake !== undefined) this.#wake = Math.min(this.#wake ?? at, at);
  }

  /** Inside a transaction: these became live as of now. From here on the clock is followed. */
  began(plans: Iterable<{ readonly plan: Plan }>, now: number): void {
    const follows = Array.from(plans, ({ plan }) => plan).some((plan) => clockedConditions(plan.conditions).length > 0);
    if (follows || this.#followed().length > 0) this.#keep(this.momentFor(now));
  }

  /** The rows for which one of these plans may have another answer now than at an earlier moment. Columns are loaded. */
  *crossedSince(plans: readonly Plan[], from: Moment, now: number): Generator<number, void, undefined> {
    const clocked = clockedConditions(plans.flatMap(({ conditions }) => conditions));
    for (const one of clocked) yield* this.#crossings.rows(one, from, this.#evaluator.moment(now));
  }

  #followed(): readonly Followed[] {
    this.#known ??= Array.from(this.#evaluator.conditions()).flatMap(({ condition, users }) =>
      clockedConditions([condition]).map((one) => ({ ...one, users })),
    );
    return this.#known;
  }

  async #advance(now: number): Promise<void> {
    const clocked = this.#followed();
    const slices = new Slices();
    if (clocked.length > 0) {
      await this.#crossings.ready(clocked, slices);
      if (this.#processed !== null && this.#processed < now) await this.#cross(clocked, this.#processed, now, slices);
      else if (this.#processed === null) this.#keep(now);
    }
    const again = this.#followed(); // others may have come while this one let them
    await this.#crossings.ready(again, slices);
    this.#wake = this.#crossings.next(again, this.#evaluator.moment(now));
  }

  async #cross(clocked: readonly Followed[], from: number, now: number, slices: Slices): Promise<void> {
    const rows = new Set<number>();
    const ids = new Set<string>();
    for (const one of clocked) {
      let found = false;
      for (const row of this.#crossings.rows(one, this.#evaluator.moment(from), this.#evaluator.moment(now))) {
        rows.add(row);
        found = true;
      }
      if (found) for (const id of one.users) ids.add(id);
    }
    if (rows.size > FEW_ROWS) await this.#judgeByColumn(rows, [...ids], now, slices);
    else if (rows.size > 0) {
      const numbers = [...rows].sort((a, b) => a - b);
      const flips = this.#judgeAt(now, () => this.#evaluator.flipsOfRows(numbers, [...ids], now));
      this.#flips.write(flips, numbers, now, () => this.#keep(now));
      return;
    }
    this.#keep(now);
  }

  async #judgeByColumn(rows: ReadonlySet<number>, ids: readonly string[], now: number, slices: Slices): Promise<void> {
    const fields = this.#evaluator.fieldsOf(ids);
    for (const [chunk, words] of [...marksOf(rows)].sort(([a], [b]) => a - b)) {
      await this.#evaluator.columns.load(fields, chunk, slices);
      const marks = new Map([[chunk, words]]);
      const flips = this.#judgeAt(now, () => this.#evaluator.flipsOfMarks(marks, ids, now));
      this.#flips.write(flips, rowsOf(chunk, words), now);
      await slices.next();
    }
  }

  #judgeAt<T>(now: number, judge: () => T): T {
    this.#judging = now;
    try {
      return judge();
    } finally {
      this.#judging = null;
    }
  }

  #keep(now: number): void {
    this.#processed = now;
    this.#sql.exec("INSERT OR REPLACE INTO clock (id, processed_at) VALUES (1, ?)", now);
  }
}
