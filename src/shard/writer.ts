/**
 * The write path: rows, flips and log entry in one transaction; columns and memberships in memory
 * after it. Pure decisions (merge, what changed) are functions below; the class is order and wiring.
 */
import { type Cell, type Field, type PackedRows, packedCells, sameValue } from "../engine/index.ts";
import type { ObjectStorage } from "../platform/types.ts";
import { type SortedTable, sortTable } from "./bulk/sort-table.ts";
import { FlipBuilder } from "./evaluate/flip-map.ts";
import type { ChangedRow, Evaluator } from "./evaluator.ts";
import { Imports } from "./imports.ts";
import type { ApplyAnswer, ApplyRequest, RowWrite } from "./interface.ts";
import type { Flips, Log, RowChanges } from "./log.ts";
import type { Row, Rows } from "./rows.ts";

/** A row's tuple as JSON. */
const ROW_CHARACTERS = 1_000_000;
/** The same within the JSON in which rows travel into the database: SQLite takes 2 MB a value. */
const ROW_BYTES = 1_900_000;
/** Rows and changed fields that one log entry names, to stay well below 2 MB. */
const NAMED_IN_AN_ENTRY = 150_000;

/** One row as a batch leaves it. */
interface Draft {
  readonly row: number;
  readonly key: string;
  cells: Cell[];
  /** The cells as they are stored. */
  data: string;
  readonly created_at: number;
  /** The cells before the batch; null for a new row. */
  readonly before: readonly Cell[] | null;
  /** Fields whose value changed; null for a new row. */
  changed: Set<number> | null;
}

export interface Written {
  readonly at: number;
  readonly seq: number;
  readonly flips: ReadonlyMap<string, Flips>;
  /** Rows that are there now and have changed, but for those of `added`. */
  readonly changed: readonly KeyedRow[];
  /** New rows that came packed, from row number `first` on. */
  readonly added: AddedRows | null;
  /** All rows that are there now and have changed, for who has to know them one by one. */
  readonly witnessed: readonly KeyedRow[];
  /** Numbers of rows that are gone. */
  readonly removed: readonly number[];
}

type KeyedRow = ChangedRow & { readonly key: string };

export interface AddedRows {
  readonly first: number;
  readonly rows: PackedRows;
}

/** Who has to know, within the write, which records come and go: related records wait for some of them. */
export interface WriteWitness {
  /** False where nobody needs to know: packed rows then stay packed. */
  readonly isNeeded: boolean;
  /** Before the rows are judged. */
  before(added: readonly { readonly row: number; readonly key: string }[]): void;
  /** Inside the transaction. */
  written(rows: readonly KeyedRow[]): void;
  removed(rows: readonly number[]): void;
  /** After the transaction, whether it was committed or not. */
  after(committed: boolean): void;
}

export class Writer {
  readonly #storage: ObjectStorage;
  readonly #rows: Rows;
  readonly #log: Log;
  readonly #imports: Imports;
  readonly #evaluator: Evaluator;
  #witness: WriteWitness | null = null;
  #seq: number;
  #lastRow: number;
  #count: number;

  constructor(storage: ObjectStorage, rows: Rows, log: Log, evaluator: Evaluator) {
    this.#storage = storage;
    this.#rows = rows;
    this.#log = log;
    this.#imports = new Imports(storage.sql);
    this.#evaluator = evaluator;
    this.#seq = log.newest();
    this.#lastRow = rows.last();
    this.#count = rows.count();
  }

  /** Once, before anything is written. */
  setWitness(witness: WriteWitness): void {
    this.#witness = witness;
  }

  get seq(): number {
    return this.#seq;
  }

  get count(): number {
    return this.#count;
  }

  get lastRow(): number {
    return this.#lastRow;
  }

  /** Somebody else wrote the log up to here, in a transaction of theirs. */
  advanced(seq: number): void {
    this.#seq = seq;
  }

  apply(
    request: ApplyRequest,
    fields: ReadonlyMap<number, Field>,
    now: number,
    arm: () => void,
  ): { answer: ApplyAnswer; written: Written | null } {
    const repeated = request.import && this.#imports.answered(request.import.id, request.import.batch);
    if (repeated) return { answer: repeated, written: null };
    const sorted = "ends" in request.rows ? sortTable(request.rows, request.mode, this.#rows, fields) : null;
    const added = sorted && sorted.fresh.count > 0 ? { first: this.#lastRow + 1, rows: sorted.fresh } : null;
    const batch = this.#draft(request, sorted?.rest ?? writesOf(request.rows), sorted?.fresh.count ?? 0, fields);
    if (sorted) takeSorted(batch, sorted, this.#lastRow + 1);
    const changed = changedOf(batch.drafts);
    const entries = [...(added ? [{ added: numbersOf(added), updated: [], removed: [] }] : []), ...entriesOf(changed)];
    const seq = this.#seq + entries.length;
    const answer: ApplyAnswer = {
      seq,
      ...batch.counts,
      rejected: batch.rejected,
      ...(sorted ? { unfit: sorted.unfit } : {}),
    };
    const witnessed = this.#witness?.isNeeded ? [...(added ? rowsOf(added) : []), ...changed] : [];
    this.#witness?.before(witnessed.filter((row) => row.changed === null));
    let flips: ReadonlyMap<string, Flips> = NO_FLIPS;
    let committed = false;
    try {
      flips = this.#flips(added, changed, now);
      this.#storage.transactionSync(() => {
        if (added) this.#rows.insertPacked(added.first, added.rows, now, sorted?.hashes);
        if (entries.length > 0) this.#write(changed, entries, now, flips);
        this.#witness?.written(witnessed);
        if (request.import) this.#noteImport(request.import, batch, answer);
        if (entries.length > 0) arm();
      });
      committed = true;
    } catch (error) {
      this.#imports.forgetCache();
      this.#rows.forget();
      this.#log.forgetRead();
      throw error;
    } finally {
      this.#witness?.after(committed);
    }
    if (entries.length === 0) return { answer, written: null };
    this.#seq = seq;
    this.#count += batch.counts.added;
    this.#lastRow += batch.counts.added;
    if (added) this.#evaluator.patchAdded(added);
    this.#evaluator.patch(changed, [], flips, now);
    return { answer, written: { at: now, seq, flips, changed, added, witnessed, removed: [] } };
  }

  /** Of the packed rows by column, of the others row by row. */
  #flips(added: AddedRows | null, changed: readonly Draft[], now: number): ReadonlyMap<string, Flips> {
    if (!added) return this.#evaluator.flips(changed, now);
    const packed = this.#evaluator.flipsOfAdded(added, now);
    return changed.length === 0 ? packed : FlipBuilder.joined(packed, this.#evaluator.flips(changed, now));
  }

  /** Removes rows by number. `importId`: the import that does it counts them in the same transaction. */
  remove(rows: readonly number[], now: number, arm: () => void, importId?: string): Written | null {
    if (rows.length === 0) return null;
    const numbers = [...rows].sort((a, b) => a - b);
    const flips = this.#evaluator.removals(numbers);
    const seq = this.#seq + 1;
    let committed = false;
    try {
      this.#storage.transactionSync(() => {
        this.#rows.remove(numbers, now);
        this.#witness?.removed(numbers);
        this.#log.append(seq, now, { added: [], updated: [], removed: numbers }, flips);
        if (importId !== undefined) this.#imports.countRemoved(importId, numbers.length);
        arm();
      });
      committed = true;
    } catch (error) {
      this.#rows.forget();
      this.#log.forgetRead();
      throw error;
    } finally {
      this.#witness?.after(committed);
    }
    this.#seq = seq;
    this.#count -= numbers.length;
    this.#evaluator.patch([], numbers, flips, now);
    return { at: now, seq, flips, changed: [], added: null, witnessed: [], removed: numbers };
  }

  /** Among `limit` rows from `from` on, those that the import did not see; `next` null at the end. */
  unseen(importId: string, from: number, limit: number): { rows: number[]; next: number | null } {
    const looked = this.#rows.numbers(from, limit);
    const rows = looked.filter((row) => !this.#imports.hasSeen(importId, row));
    return { rows, next: looked.length < limit ? null : (looked.at(-1) as number) + 1 };
  }

  /** Whether an import runs that has written here. */
  get imports(): boolean {
    return this.#imports.isAnyOpen;
  }

  /** How many rows the import has removed so far. */
  removedBy(importId: string): number {
    return this.#imports.removed(importId);
  }

  endImport(importId: string): void {
    this.#storage.transactionSync(() => {
      this.#imports.end(importId);
      this.#rows.settle();
    });
  }

  /** The flips go with the last of the entries: who reads that far has read of the rows. */
  #write(
    changed: readonly Draft[],
    entries: readonly RowChanges[],
    now: number,
    flips: ReadonlyMap<string, Flips>,
  ): void {
    this.#rows.insert(
      changed.filter((draft) => draft.changed === null),
      now,
    );
    this.#rows.update(
      changed.filter((draft) => draft.changed !== null),
      now,
    );
    for (const [index, entry] of entries.entries()) {
      this.#log.append(this.#seq + 1 + index, now, entry, index === entries.length - 1 ? flips : NO_FLIPS);
    }
  }

  #noteImport(source: NonNullable<ApplyRequest["import"]>, { drafts, kept }: Batch, answer: ApplyAnswer): void {
    if (source.remember_seen || source.assign_occurrence) {
      this.#imports.markSeen(source.id, Array.from(drafts.values(), (draft) => draft.row).concat(kept));
    }
    this.#imports.remember(source.id, source.batch, answer);
  }

  /** Applies the writes of a batch to drafts, in order, without touching the storage. */
  #draft(request: ApplyRequest, sent: readonly RowWrite[], packed: number, fields: ReadonlyMap<number, Field>): Batch {
    const writes = request.import?.assign_occurrence ? this.#occurrences(request.import.id, sent) : sent;
    const stored = this.#rows.byKeys([...new Set(writes.map((write) => write.key))]);
    const batch: Batch = { drafts: new Map(), counts: { added: 0, updated: 0, unchanged: 0 }, rejected: [], kept: [] };
    let next = this.#lastRow + 1 + packed;
    for (const [index, write] of writes.entries()) {
      const existing = batch.drafts.get(write.key) ?? draftOf(stored.get(write.key));
      if (!existing && request.mode === "update") {
        batch.rejected.push(notThere(index, write.key));
        continue;
      }
      if (existing && request.mode === "append") {
        batch.rejected.push(duplicateKey(index, write.key));
        continue;
      }
      const draft: Draft = existing ?? {
        row: next,
        key: write.key,
        cells: [],
        data: "[]",
        created_at: 0,
        before: null,
        changed: null,
      };
      const merged = merge(draft.cells, write.cells, fields);
      const data = merged.changed.length > 0 ? JSON.stringify(merged.cells) : draft.data;
      if (isTooLarge(write.key, data)) {
        batch.rejected.push(tooLarge(index));
        if (existing) batch.kept.push(existing.row);
        continue;
      }
      if (!existing) next++;
      draft.cells = merged.cells;
      draft.data = data;
      for (const field of merged.changed) draft.changed?.add(field);
      batch.counts[existing ? (merged.changed.length > 0 ? "updated" : "unchanged") : "added"]++;
      batch.drafts.set(write.key, draft);
    }
    return batch;
  }

  /** Equal rows of a file without a key: the second gets `<hash>.2`, and so on. */
  #occurrences(importId: string, rows: readonly RowWrite[]): RowWrite[] {
    const taken = new Set<string>();
    const stored = this.#rows.byKeys(rows.map((row) => row.key));
    const used = (key: string) => {
      if (taken.has(key)) return true;
      const row = stored.get(key) ?? this.#rows.byKey(key);
      return row !== null && this.#imports.hasSeen(importId, row.row);
    };
    return rows.map((write) => {
      const n = firstFree((n) => used(occurrence(write.key, n)));
      const key = occurrence(write.key, n);
      taken.add(key);
      return { key, cells: write.cells };
    });
  }
}

/** By row number: log entries are small, and blocks, pages and trees are visited in their order. */
function changedOf(drafts: ReadonlyMap<string, Draft>): Draft[] {
  const changed = [...drafts.values()].filter((draft) => draft.changed === null || draft.changed.size > 0);
  return changed.sort((a, b) => a.row - b.row);
}

const occurrence = (key: string, n: number): string => (n === 1 ? key : `${key}.${n}`);

/** The number after those in use, which are the first ones: found in few looks, as a file may hold one row a million times. */
function firstFree(isUsed: (n: number) => boolean): number {
  let free = 1;
  while (isUsed(free)) free *= 2;
  let used = Math.floor(free / 2);
  while (free - used > 1) {
    const middle = Math.floor((used + free) / 2);
    if (isUsed(middle)) used = middle;
    else free = middle;
  }
  return free;
}

/** Tables become rows here, on the side that does not have to send them. */
function writesOf(rows: ApplyRequest["rows"]): readonly RowWrite[] {
  if ("ends" in rows) return [];
  if (!("fields" in rows)) return rows;
  const { keys, fields, cells } = rows;
  return keys.map((key, row) => ({
    key,
    cells: fields.map((field, column) => [field, cells[row * fields.length + column] ?? null] as const),
  }));
}

/** What the packed rows add to a batch of the others. */
function takeSorted(batch: Batch, { fresh, unchanged, places }: SortedTable, first: number): void {
  batch.counts.added += fresh.count;
  batch.counts.unchanged += unchanged.length;
  for (let row = 0; row < fresh.count; row++) batch.kept.push(first + row);
  for (const row of unchanged) batch.kept.push(row);
  for (const [at, one] of batch.rejected.entries()) batch.rejected[at] = { ...one, index: places[one.index] as number };
}

/** Packed rows one by one. */
function rowsOf({ first, rows }: AddedRows): KeyedRow[] {
  return Array.from({ length: rows.count }, (_, at) => ({
    ...{ row: first + at, key: rows.keys.text(at), cells: packedCells(rows, at), changed: null },
  }));
}

function numbersOf({ first, rows }: AddedRows): number[] {
  return Array.from({ length: rows.count }, (_, row) => first + row);
}

const NO_FLIPS: ReadonlyMap<string, Flips> = new Map();

/** What a batch tells the log: mostly one entry, several where very many fields changed. */
function entriesOf(changed: readonly Draft[]): RowChanges[] {
  const entries: RowChanges[] = [];
  let added: number[] = [];
  let updated: [number, number[]][] = [];
  let named = 0;
  const close = () => {
    if (named > 0) entries.push({ added, updated, removed: [] });
    [added, updated, named] = [[], [], 0];
  };
  for (const draft of changed) {
    if (draft.changed === null) added.push(draft.row);
    else updated.push([draft.row, [...draft.changed]]);
    named += 2 + (draft.changed?.size ?? 0);
    if (named >= NAMED_IN_AN_ENTRY) close();
  }
  close();
  return entries;
}

const encoder = new TextEncoder();

function isTooLarge(key: string, data: string): boolean {
  if (data.length > ROW_CHARACTERS) return true;
  if (6 * key.length + 3 * data.length <= ROW_BYTES) return false; // the most that they can take
  return encoder.encode(JSON.stringify([key, data])).length > ROW_BYTES;
}

interface Batch {
  readonly drafts: Map<string, Draft>;
  readonly counts: { added: number; updated: number; unchanged: number };
  readonly rejected: { index: number; code: string; reason: string }[];
  /** Rows that the batch names beside the drafts: a file that names a record does not lack it. */
  readonly kept: number[];
}

/** The cells after a write, and which fields changed in value. A row without a change keeps the cells as they were. */
export function merge(
  before: readonly Cell[],
  writes: RowWrite["cells"],
  fields: ReadonlyMap<number, Field>,
): { cells: Cell[]; changed: number[] } {
  const cells = [...before];
  const changed: number[] = [];
  for (const [id, cell] of writes) {
    const field = fields.get(id);
    if (!field) continue;
    while (cells.length <= id) cells.push(null);
    if (sameValue(field, cells[id] ?? null, cell)) continue;
    cells[id] = cell;
    changed.push(id);
  }
  return { cells, changed };
}

function draftOf(row: Row | undefined): Draft | undefined {
  if (!row) return undefined;
  return {
    row: row.row,
    key: row.key,
    cells: row.cells ?? [],
    data: "",
    created_at: row.created_at,
    before: row.cells ?? [],
    changed: new Set(),
  };
}

/** Reasons are kept by the thousand. */
const shown = (key: string): string => (key.length > 60 ? `${key.slice(0, 60)}…` : key);

const duplicateKey = (index: number, key: string) => ({
  index,
  code: "duplicate_key",
  reason: `A record with the key "${shown(key)}" is there already. Use mode "upsert" to update it.`,
});

const notThere = (index: number, key: string) => ({
  index,
  code: "record_not_found",
  reason: `There is no record with the key "${shown(key)}". It may have been deleted.`,
});

const tooLarge = (index: number) => ({
  index,
  code: "record_too_large",
  reason: `The record is too large: it may have ${ROW_CHARACTERS.toLocaleString("en")} characters, or fewer where most are not ASCII. Shorten its longest value.`,
});
