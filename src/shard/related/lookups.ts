/**
 * The pointing side of *belongs to*: keeps the looked-up records here, and judges the rows that point at one when it
 * changes. What it knows of a key it was told by that key's shard, which tells it of every change from then on.
 */
import { type Cell, cellText, isThere, lookupField, lookupParts, lookupThere, sameValue } from "../../engine/index.ts";
import type { ObjectStorage } from "../../platform/types.ts";
import type { ChangedRow, Evaluator } from "../evaluator.ts";
import type { FlipWriter } from "../flip-writer.ts";
import { homeShard } from "../home.ts";
import type { ApplyRequest, CatalogueRelation, LookedUp, LookupInRequest } from "../interface.ts";
import type { Row, Rows } from "../rows.ts";
import type { Slices } from "../yield.ts";
import { pointerOf } from "./copy-batch.ts";
import { type Lookup, LookupRows } from "./lookup-rows.ts";

interface Parts {
  readonly storage: ObjectStorage;
  readonly rows: Rows;
  readonly evaluator: Evaluator;
  readonly flips: FlipWriter;
  readonly now: () => number;
  /** Asks a shard of the other dataset for these keys, now and whenever they change. */
  readonly ask: (side: CatalogueRelation, shard: number, keys: readonly string[]) => Promise<LookedUp>;
  /** After the transaction: these rows have other looked-up fields. */
  readonly changed: (rows: readonly ChangedRow[], now: number) => void;
}

/** Rows looked at, and keys asked for, in one step. */
const ROWS_A_STEP = 1_000;
const KEYS_A_CALL = 5_000;
/** Rows that are judged in one transaction. */
const JUDGED_AT_ONCE = 500;

/** What a row was found to point at. */
interface Pointing {
  readonly side: CatalogueRelation;
  readonly key: string;
}

interface Following {
  side: CatalogueRelation;
  /** The next row whose pointer has not been followed once; null when all were. */
  next: number | null;
}

export class Lookups {
  readonly #parts: Parts;
  readonly #lookups: LookupRows;
  readonly #following = new Map<number, Following>();
  /** Of the transaction under way: rows whose looked-up fields are others. */
  #changed: ChangedRow[] = [];
  /** Keys that were read and are not here, by relation. */
  readonly #missing = new Map<number, Set<string>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lookups = new LookupRows(parts.storage.sql);
  }

  get #sql() {
    return this.#parts.storage.sql;
  }

  /** Inside a transaction: takes a new catalogue. A dataset without shards has no records to look up. */
  plan(relations: readonly CatalogueRelation[]): void {
    const wanted = relations.filter(
      ({ kind, lookup_wanted, shard_count }) => kind === "belongs_to" && lookup_wanted && shard_count > 0,
    );
    const numbers = new Set(wanted.map(({ number }) => number));
    for (const number of this.#following.keys()) if (!numbers.has(number)) this.#following.delete(number);
    for (const side of wanted) {
      const known = this.#following.get(side.number);
      if (known) known.side = side;
      else this.#following.set(side.number, { side, next: this.#begun(side.number) });
    }
  }

  #begun(number: number): number | null {
    const stored = this.#sql.exec<{ next: number | null }>("SELECT next FROM lookup_builds WHERE relation = ?", number);
    const [found] = stored.toArray();
    if (found) return found.next;
    this.#sql.exec("INSERT INTO lookup_builds (relation, next) VALUES (?, 0)", number);
    return 0;
  }

  // --- reading ---

  /** The cell of a looked-up field for a record with these own cells. */
  cell(field: number, cells: readonly (Cell | undefined)[]): Cell {
    const { relation, field: id } = lookupParts(field);
    const following = this.#following.get(relation);
    const key = following ? pointerOf(cells, following.side.field) : null;
    if (key === null) return null;
    const found = this.#lookups.get(relation, key);
    if (!found) this.#miss(relation, key);
    if (isThere(id)) return found?.cells ? true : null;
    return found?.cells?.[id] ?? null;
  }

  #miss(relation: number, key: string): void {
    const missing = this.#missing.get(relation) ?? new Set();
    this.#missing.set(relation, missing.add(key));
  }

  // --- this shard's rows change ---

  /** Whether anything is looked up. */
  get any(): boolean {
    return this.#following.size > 0;
  }

  /** Before a write: asks for the keys that its rows will point at. */
  async ensure(rows: ApplyRequest["rows"]): Promise<void> {
    for (const { side } of [...this.#following.values()]) {
      const keys = pointersIn(rows, side.field);
      if (keys.size > 0) await this.#fetch(side, keys, true);
    }
  }

  /** Inside the transaction of a write. */
  written(rows: readonly ChangedRow[]): void {
    for (const { side } of this.#following.values()) {
      const pointing = rows.filter(({ changed }) => changed === null || changed.has(side.field));
      this.#point(side, pointing);
    }
  }

  #point(
    side: CatalogueRelation,
    rows: readonly { readonly row: number; readonly cells: Row["cells"] | readonly Cell[] }[],
  ): string[] {
    const pointers = rows.flatMap(({ row, cells }) => {
      const key = pointerOf(cells ?? [], side.field);
      return key === null ? [] : [[key, row] as const];
    });
    this.#lookups.point(side.number, pointers);
    return pointers.map(([key]) => key);
  }

  // --- what others tell ---

  /**
   * Asks for those keys that are not known yet, and takes in the answers. `judged`: whoever points at them is judged by
   * the caller, after this.
   */
  async #fetch(side: CatalogueRelation, keys: Iterable<string>, judged: boolean): Promise<void> {
    const all = [...keys];
    const known = this.#lookups.many(side.number, all);
    const homes = Map.groupBy(
      all.filter((key) => !known.has(key)),
      (key) => homeShard(key, side.shard_count),
    );
    await Promise.all(Array.from(homes, ([shard, own]) => this.#fetchFrom(side, shard, own, judged)));
  }

  async #fetchFrom(side: CatalogueRelation, shard: number, keys: readonly string[], judged: boolean): Promise<void> {
    for (let at = 0; at < keys.length; at += KEYS_A_CALL) {
      const part = keys.slice(at, at + KEYS_A_CALL);
      const { seq, cells } = await this.#parts.ask(side, shard, part);
      this.#take(
        side,
        part.map((key, i) => ({ key, cells: cells[i] ?? null, seq })),
        judged,
      );
    }
  }

  /** A shard of the other dataset tells of changed records. */
  lookupIn({ relation, seq, keys, cells }: LookupInRequest): void {
    const following = [...this.#following.values()].find(({ side }) => side.id === relation);
    if (following)
      this.#take(
        following.side,
        keys.map((key, i) => ({ key, cells: cells[i] ?? null, seq })),
      );
  }

  /**
   * Keeps what is newer than what is known, and judges the rows that point there: a few at once, more in steps. `judged`:
   * but for those that point at what was not known before.
   */
  #take(side: CatalogueRelation, told: readonly Lookup[], judged = false): void {
    const known = this.#lookups.many(
      side.number,
      told.map(({ key }) => key),
    );
    const news = told.filter(({ key, seq }) => seq >= (known.get(key)?.seq ?? -1));
    const changed = news.filter(({ key, cells }) => {
      const before = known.get(key);
      return !(judged && !before) && this.#differs(side, before?.cells ?? null, cells);
    });
    this.#transaction(() => {
      this.#lookups.put(side.number, news);
      for (const key of this.#lookups.pointedAt(
        side.number,
        changed.map(({ key }) => key),
      )) {
        this.#sql.exec("INSERT OR REPLACE INTO lookups_due (relation, key, after) VALUES (?, ?, -1)", side.number, key);
      }
      if (changed.length > 0) this.#judge(JUDGED_AT_ONCE);
    });
  }

  #differs(side: CatalogueRelation, before: Lookup["cells"], after: Lookup["cells"]): boolean {
    return side.fields.some((field) => !sameValue(field, before?.[field.id] ?? null, after?.[field.id] ?? null));
  }

  #transaction(write: () => void): void {
    const changed: ChangedRow[] = [];
    this.#changed = changed;
    try {
      this.#parts.storage.transactionSync(write);
    } catch (error) {
      this.#lookups.forget();
      throw error;
    } finally {
      this.#changed = [];
    }
    if (changed.length > 0) this.#parts.changed(changed, this.#parts.now());
  }

  /** Inside a transaction: judges rows that point at changed records, about `limit`; false when none is left. */
  #judge(limit: number): boolean {
    const due = this.#sql
      .exec<{ relation: number; key: string; after: number }>(
        "SELECT relation, key, after FROM lookups_due LIMIT ?",
        limit,
      )
      .toArray();
    const pointing = new Map<number, Pointing[]>();
    let left = limit;
    for (const one of due) {
      if (left <= 0) break;
      const side = this.#following.get(one.relation)?.side;
      const numbers = side ? this.#lookups.pointing(one.relation, one.key, one.after, left) : [];
      this.#advance(one, numbers, numbers.length < left);
      left -= numbers.length;
      for (const row of side ? numbers : []) {
        const known = pointing.get(row);
        const next = { side: side as CatalogueRelation, key: one.key };
        if (known) known.push(next);
        else pointing.set(row, [next]);
      }
    }
    if (pointing.size > 0) this.#judgeRows(pointing);
    return due.length > 0;
  }

  #advance(due: { relation: number; key: string }, numbers: readonly number[], isDone: boolean): void {
    const last = numbers.at(-1);
    if (isDone || last === undefined) {
      this.#sql.exec("DELETE FROM lookups_due WHERE relation = ? AND key = ?", due.relation, due.key);
    } else {
      this.#sql.exec("UPDATE lookups_due SET after = ? WHERE relation = ? AND key = ?", last, due.relation, due.key);
    }
  }

  #judgeRows(pointing: ReadonlyMap<number, readonly Pointing[]>): void {
    const { rows, evaluator, flips } = this.#parts;
    const changed: ChangedRow[] = [];
    const numbers = [...pointing.keys()].sort((a, b) => a - b);
    const found = new Map(rows.byNumbers(numbers).map((row) => [row.row, row.cells]));
    for (const row of numbers) {
      const cells = found.get(row) ?? null;
      const fields = new Set<number>();
      for (const { side, key } of pointing.get(row) ?? []) {
        if (cells === null || pointerOf(cells, side.field) !== key) this.#lookups.unpoint(side.number, key, [row]);
        else {
          fields.add(lookupThere(side.number));
          for (const { id } of side.fields) fields.add(lookupField(side.number, id));
        }
      }
      if (cells && fields.size > 0) changed.push({ row, cells, changed: fields });
    }
    const now = this.#parts.now();
    flips.write(
      evaluator.flips(changed, now),
      changed.map(({ row }) => row),
      now,
    );
    this.#changed.push(...changed);
  }

  // --- background ---

  get waiting(): boolean {
    return [...this.#following.values()].some(({ next }) => next !== null) || this.#missing.size > 0 || this.#oldestDue;
  }

  get #oldestDue(): boolean {
    return this.#sql.exec("SELECT 1 FROM lookups_due LIMIT 1").toArray().length > 0;
  }

  /** Follows the pointers of the rows that were there before, and whatever else is left to do. */
  async run(slices: Slices): Promise<void> {
    for (const following of [...this.#following.values()]) {
      while (following.next !== null && this.#following.get(following.side.number) === following) {
        await this.#step(following, following.next);
        await slices.next();
      }
    }
    for (const [number, keys] of [...this.#missing]) {
      this.#missing.delete(number);
      const side = this.#following.get(number)?.side;
      if (side) await this.#fetch(side, keys, false);
    }
    while (this.#judgeSome()) await slices.next();
    await this.#dropForgotten(slices);
  }

  #judgeSome(): boolean {
    let more = false;
    this.#transaction(() => {
      more = this.#judge(JUDGED_AT_ONCE);
    });
    return more;
  }

  /** Pointers first, then the place: a crash in between follows some rows again. */
  async #step(following: Following, from: number): Promise<void> {
    const { side } = following;
    const page = [...this.#parts.rows.range(from, Number.MAX_SAFE_INTEGER, ROWS_A_STEP)];
    await this.#fetch(side, new Set(this.#point(side, page)), true);
    this.#transaction(() => {
      const keys = page.map(({ row, cells }) => [row, pointerOf(cells ?? [], side.field)] as const);
      const pointing = keys.flatMap(([row, key]) => (key === null ? [] : [[row, [{ side, key }]] as const]));
      if (pointing.length > 0) this.#judgeRows(new Map(pointing));
    });
    const last = page.at(-1);
    following.next = last && page.length === ROWS_A_STEP ? last.row + 1 : null;
    this.#sql.exec("UPDATE lookup_builds SET next = ? WHERE relation = ?", following.next, side.number);
  }

  async #dropForgotten(slices: Slices): Promise<void> {
    for (const { relation } of this.#sql.exec<{ relation: number }>("SELECT relation FROM lookup_builds").toArray()) {
      if (this.#following.has(relation)) continue;
      while (this.#lookups.drop(relation, ROWS_A_STEP)) await slices.next();
      this.#sql.exec("DELETE FROM lookup_builds WHERE relation = ?", relation);
      this.#sql.exec("DELETE FROM lookups_due WHERE relation = ?", relation);
    }
  }

  /** Whether all that its rows point at is here. */
  isReady({ number, lookup_wanted, shard_count }: CatalogueRelation): boolean {
    if (!lookup_wanted) return false;
    return shard_count === 0 || this.#following.get(number)?.next === null;
  }
}

function pointersIn(rows: ApplyRequest["rows"], field: number): Set<string> {
  const keys = new Set<string>();
  const add = (cell: Cell | undefined) => {
    const key = pointerOf([cell], 0);
    if (key !== null) keys.add(key);
  };
  if ("ends" in rows) {
    const at = rows.columns.findIndex((column) => column?.id === field);
    if (at >= 0) for (let row = 0; row < rows.rows; row++) add(cellText(rows, row * rows.columns.length + at));
  } else if ("fields" in rows) {
    const at = rows.fields.indexOf(field);
    if (at >= 0) for (let i = at; i < rows.cells.length; i += rows.fields.length) add(rows.cells[i]);
  } else {
    for (const { cells } of rows) for (const [id, cell] of cells) if (id === field) add(cell);
  }
  return keys;
}
