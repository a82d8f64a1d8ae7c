/**
 * The copies of one relation: those that came in bulk in pages, the others singly, standing over them, as a shard's own
 * rows do (rows.ts). Of copies in pages an index of hashes knows which belong to a record, or wait for its key; of single
 * ones SQLite's own indexes do. Numbers rise with their coming and are never given again.
 */
import type { Bitmap, Field } from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";
import { jsonParts } from "../json-parts.ts";
import { ColumnChunks } from "../rows/column-chunks.ts";
import { KeyIndex } from "../rows/key-index.ts";
import { type Row, Rows, type RowToStore } from "../rows.ts";
import { type Copy, copyOf, NO_PARENT, PARENT_ROW, packCopies, parentHash, tupleOf, WAITS_FOR } from "./copy.ts";
import { openTables, parentPrefixOf, prefixOf } from "./copy-tables.ts";

export interface CopySizes {
  /** A page is read to read one copy, and the copies of a record lie in as many pages. */
  readonly rowsAPage: number;
  /** Fewer new copies than this are stored singly. */
  readonly rowsForAPage: number;
  /** Entries of each index that are in memory only: 8 MB. */
  readonly mostUnwritten: number;
  /** More single copies than this are put into pages. */
  readonly mostSingles: number;
  /** Nothing is put in order before no copy came for so long. */
  readonly quietMs?: number;
}

const SIZES: CopySizes = { rowsAPage: 128, rowsForAPage: 32, mostUnwritten: 600_000, mostSingles: 4_000 };
/** A larger copy is stored singly. */
const CHARACTERS_IN_A_PAGE = 100_000;
/** Single copies put into pages in one transaction. */
const FOLDED_A_STEP = 2_000;

/** What a record's coming or going, or a fold, makes of copies. */
export interface Moved {
  readonly before: Copy;
  readonly after: Copy;
}

export class Copies {
  readonly #sql: SqlStorage;
  readonly #table: string;
  readonly #relation: number;
  readonly #pointer: number;
  readonly #sizes: CopySizes;
  readonly #rows: Rows;
  readonly #byParent: KeyIndex;
  /** Their columns, by the places of `placeOf`. */
  readonly chunks: ColumnChunks;
  #next: number | null = null;
  #waits: boolean | null = null;
  #removed = false;
  /** Whether there are single copies to put into pages; null: not known. */
  #folds: boolean | null = null;

  /** `pointer`: the field that points here. */
  constructor(sql: SqlStorage, relation: number, pointer: number, sizes: Partial<CopySizes> = {}) {
    this.#sql = sql;
    this.#relation = relation;
    this.#pointer = pointer;
    this.#sizes = { ...SIZES, ...sizes };
    const { mostUnwritten } = this.#sizes;
    const prefix = prefixOf(relation);
    this.#table = `${prefix}rows`;
    this.open();
    this.#rows = new Rows(sql, prefix, this.#sizes);
    this.#byParent = new KeyIndex(sql, parentPrefixOf(relation), (from) => this.#parentsFrom(from), mostUnwritten);
    this.chunks = new ColumnChunks(sql, this.#rows, prefix, true);
  }

  /** Inside a transaction: makes the tables unless they are there. */
  open(): void {
    openTables(this.#sql, this.#relation);
  }

  /** Bytes in memory: the indexes and the pages read last. */
  get bytes(): number {
    return this.#rows.bytes + this.#byParent.bytes;
  }

  /** A number for a new copy. Those that a transaction took in vain stay unused. */
  take(): number {
    this.#next ??= this.#rows.last() + 1;
    return this.#next++;
  }

  /** Whether there are any, or were. */
  get any(): boolean {
    this.#next ??= this.#rows.last() + 1;
    return this.#next > 0;
  }

  /** Whether copies may wait for their parents. */
  get waits(): boolean {
    this.#waits ??=
      this.#sql.exec("SELECT 1 FROM related_stores WHERE relation = ? AND waits = 1", this.#relation).toArray().length >
      0;
    return this.#waits;
  }

  present(): Bitmap {
    return this.#rows.present();
  }

  byKeys(keys: Iterable<string>): Map<string, Copy> {
    const found = this.#rows.byKeys([...keys]);
    return new Map(Array.from(found, ([key, row]) => [key, this.#copy(row)]));
  }

  ofParent(parentRow: number): Copy[] {
    return this.#ofParents([parentRow]);
  }

  /** Those that wait for a key. */
  waitingFor(parent: string): Copy[] {
    return this.waits ? this.#waitingFor([parent]) : [];
  }

  #ofParents(parentRows: readonly number[]): Copy[] {
    const wanted = new Set(parentRows);
    const paged = this.#paged(parentRows.map((row) => parentHash(row, "")));
    const found = paged.filter(({ parent_row }) => wanted.has(parent_row));
    return [...found, ...this.#singles(PARENT_ROW, parentRows, paged)];
  }

  #waitingFor(parents: readonly string[]): Copy[] {
    const wanted = new Set(parents);
    const paged = this.#paged(parents.map((parent) => parentHash(NO_PARENT, parent)));
    const found = paged.filter(({ parent, parent_row }) => parent_row < 0 && wanted.has(parent));
    return [...found, ...this.#singles(WAITS_FOR, parents, paged)];
  }

  /** What copies with these hashes in the index are now. */
  #paged(hashes: readonly number[]): Copy[] {
    const numbers: number[] = [];
    for (const hash of [...hashes].sort((a, b) => a - b)) {
      this.#byParent.find(hash, (row) => {
        numbers.push(row);
        return false;
      });
    }
    if (numbers.length === 0) return [];
    const distinct = [...new Set(numbers)].sort((a, b) => a - b);
    return this.#rows.byNumbers(distinct).flatMap((row) => (row.cells === null ? [] : [this.#copy(row)]));
  }

  /** Single copies by a cell of their tuples, but for those that are known. */
  #singles(cell: number, values: readonly (number | string)[], known: readonly Copy[]): Copy[] {
    const numbers = new Set<number>();
    for (const part of jsonParts(values)) {
      const rows = this.#sql.exec<{ row: number }>(
        `SELECT r.row FROM json_each(?) AS v CROSS JOIN ${this.#table} AS r
         ON r.data ->> ${cell} = v.value AND r.data ->> ${cell} IS NOT NULL AND r.deleted_at IS NULL`,
        part,
      );
      for (const { row } of rows) numbers.add(row);
    }
    for (const { row } of known) numbers.delete(row);
    return numbers.size === 0 ? [] : this.#rows.byNumbers([...numbers]).map((row) => this.#copy(row));
  }

  /** Copies with numbers from `from` to `to`, both included, ascending; at most `limit`. */
  *range(from: number, to: number, limit = -1): Iterable<Copy> {
    for (const row of this.#rows.range(from, to, limit)) yield this.#copy(row);
  }

  #copy({ row, key, cells }: Row): Copy {
    return copyOf(row, key, cells ?? [], this.#pointer);
  }

  /** Inside a transaction, as all that changes something. New copies, with numbers taken just now, ascending. */
  add(copies: readonly Copy[], fields: readonly Field[]): void {
    if (copies.some(({ parent_row }) => parent_row < 0)) this.#noteWaiting();
    this.#folds = null;
    for (const run of runsOf(copies)) {
      if (run.length < this.#sizes.rowsForAPage) this.#rows.insert(run.map(toStore), 0);
      else this.#addPages(run, fields);
    }
  }

  #addPages(copies: readonly Copy[], fields: readonly Field[]): void {
    const first = (copies[0] as Copy).row;
    this.#byParent.reserve(copies.length);
    for (const { row, parent, parent_row } of copies) this.#byParent.add(parentHash(parent_row, parent), row);
    this.#rows.insertPacked(first, packCopies(copies, fields), 0);
    if (this.#byParent.isFull) this.#byParent.write(first + copies.length);
  }

  update(copies: readonly Copy[]): void {
    if (copies.length === 0) return;
    if (copies.some(({ parent_row }) => parent_row < 0)) this.#noteWaiting();
    this.#folds = null;
    this.#rows.update(
      copies.map((copy) => ({ ...toStore(copy), created_at: 0 })),
      0,
    );
  }

  remove(numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    this.#removed = true;
    this.#rows.remove(numbers, 0);
  }

  #noteWaiting(): void {
    if (this.waits) return;
    this.#sql.exec("UPDATE related_stores SET waits = 1 WHERE relation = ?", this.#relation);
    this.#waits = true;
  }

  /** New records take up the copies that wait for their keys. */
  adopt(parents: readonly { row: number; key: string }[]): Moved[] {
    const rows = new Map(parents.map(({ row, key }) => [key, row]));
    return this.#moved(this.#waitingFor([...rows.keys()]), ({ parent }) => rows.get(parent) as number);
  }

  /** Records went: their copies wait. */
  orphan(parentRows: readonly number[]): Moved[] {
    return this.#moved(this.#ofParents(parentRows), () => NO_PARENT);
  }

  #moved(copies: readonly Copy[], parentRow: (copy: Copy) => number): Moved[] {
    const moved = copies.map((before) => ({ before, after: { ...before, parent_row: parentRow(before) } }));
    if (moved.length > 0) this.update(moved.map(({ after }) => after));
    return moved;
  }

  /** Whether there are so many single copies that they are to be folded. */
  get folds(): boolean {
    this.#folds ??= !this.#rows.fewSingles(0, Number.MAX_SAFE_INTEGER, this.#sizes.mostSingles);
    return this.#folds;
  }

  /** Puts some of the single copies into pages, with numbers of their own. */
  fold(fields: readonly Field[]): Moved[] {
    const moved: Moved[] = [];
    for (const row of this.#rows.singlesBetween(0, Number.MAX_SAFE_INTEGER)) {
      const before = this.#copy(row);
      if (!isLarge(before)) moved.push({ before, after: { ...before, row: -1 } });
      if (moved.length === FOLDED_A_STEP) break;
    }
    if (moved.length < this.#sizes.rowsForAPage) {
      this.#folds = false;
      return [];
    }
    const numbered = moved.map(({ before, after }) => ({ before, after: { ...after, row: this.take() } }));
    this.remove(numbered.map(({ before }) => before.row));
    this.add(
      numbered.map(({ after }) => after),
      fields,
    );
    return numbered;
  }

  /** Forgets which copies are gone, and pages of which none is left; writes down what of the indexes is in memory only. */
  settle(): void {
    if (this.#removed) this.#rows.forgetRemoved(1);
    this.#removed = false;
    this.#rows.settle();
    if (this.#byParent.isUnwritten) this.#byParent.write(this.#rows.pagedTo);
  }

  /** After a transaction that failed: what is in memory is read again. Numbers go on. */
  forget(): void {
    this.#rows.forget();
    this.#byParent.forget();
    this.#waits = null;
    this.#folds = null;
    this.#removed = true;
  }

  *#parentsFrom(from: number): Generator<readonly [hash: number, row: number], void, undefined> {
    for (const { first, rows } of this.#rows.pages(from, Number.MAX_SAFE_INTEGER)) {
      const [parentRows, waitsFor] = rows.columns;
      for (let at = Math.max(0, from - first); at < rows.count; at++) {
        const parentRow = parentRows?.cell(at) as number;
        yield [parentHash(parentRow, (waitsFor?.cell(at) as string | null) ?? ""), first + at];
      }
    }
  }
}

function toStore(copy: Copy): RowToStore {
  const cells = tupleOf(copy);
  return { row: copy.row, key: copy.key, cells, data: JSON.stringify(cells) };
}

/** Runs of copies that follow each other and fit into pages; large ones alone. */
function* runsOf(copies: readonly Copy[]): Generator<readonly Copy[], void, undefined> {
  let run: Copy[] = [];
  for (const copy of copies) {
    const large = isLarge(copy);
    const last = run.at(-1);
    if (last && (large || copy.row !== last.row + 1)) {
      yield run;
      run = [];
    }
    if (large) yield [copy];
    else run.push(copy);
  }
  if (run.length > 0) yield run;
}

function isLarge({ cells }: Copy): boolean {
  let characters = 0;
  for (const cell of cells) {
    if (typeof cell === "string") characters += cell.length;
    else if (typeof cell === "object" && cell !== null) characters += JSON.stringify(cell).length;
  }
  return characters > CHARACTERS_IN_A_PAGE;
}
