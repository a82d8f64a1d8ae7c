/**
 * Packed rows as bytes: a head of 32-bit numbers, then each column's arrays at multiples of 8. Reading makes views and
 * copies nothing. Little-endian, as every platform that runs this is.
 */
import type { Cell } from "../values/types.ts";
import { NO_ODD, type Offsets, PackedColumn, type PackedKind, type PackedRows, type Values } from "./packed-column.ts";

const VERSION = 1;
const HEAD_NUMBERS = 4;
/** field, kind, width of values, where: filled, values, offsets (with width), bytes (with length), odd (with length). */
const COLUMN_NUMBERS = 12;
const KINDS: readonly PackedKind[] = ["texts", "numbers", "booleans", "days", "instants", "numerals"];
const NOWHERE = 0;
/** `filled` of a column in which no row is. */
const NONE_FILLED = -1;

const KEYS = -1;
const CREATED = -2;
const UPDATED = -3;

const WIDTHS = { 0: Float64Array, 1: Int8Array, 2: Int16Array, 3: Int32Array, 4: Uint8Array } as const;
type Width = keyof typeof WIDTHS;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What lies in a page: rows and when each was made and last changed. */
export interface TimedRows extends PackedRows {
  readonly created: PackedColumn;
  readonly updated: PackedColumn;
}

interface Plan {
  readonly field: number;
  readonly column: PackedColumn;
  readonly width: Width;
  readonly odd: Uint8Array | null;
}

const align = (position: number): number => (position + 7) & ~7;

/** The rows from `from` up to `to`, as bytes. */
export function encodeRows(rows: TimedRows, from = 0, to = rows.count): Uint8Array {
  const plans = [
    planOf(KEYS, rows.keys, from, to),
    planOf(CREATED, rows.created, from, to),
    planOf(UPDATED, rows.updated, from, to),
    ...rows.fields.map((field, at) => planOf(field, rows.columns[at] as PackedColumn, from, to)),
  ];
  const head = 4 * (HEAD_NUMBERS + COLUMN_NUMBERS * plans.length);
  const size = plans.reduce((sum, plan) => sum + roomOf(plan, from, to), align(head));
  const writer = new Writer(size, head, from, to);
  writer.head.set([VERSION, to - from, plans.length, 0]);
  const written = new Map<PackedColumn, Int32Array>();
  for (const [at, plan] of plans.entries()) {
    const target = writer.head.subarray(HEAD_NUMBERS + at * COLUMN_NUMBERS, HEAD_NUMBERS + (at + 1) * COLUMN_NUMBERS);
    const same = written.get(plan.column);
    if (same) target.set(same);
    else {
      writer.column(plan, target);
      written.set(plan.column, target);
    }
    target[0] = plan.field;
  }
  return writer.bytes.subarray(0, writer.end);
}

function planOf(field: number, column: PackedColumn, from: number, to: number): Plan {
  return {
    field,
    column,
    width: column.isText ? 0 : widthOf(column.values, from, to),
    odd: oddOf(column, from, to),
  };
}

function oddOf({ odd }: PackedColumn, from: number, to: number): Uint8Array | null {
  if (odd.size === 0) return null;
  const within = [...odd].flatMap(([row, cell]) => (row >= from && row < to ? [[row - from, cell]] : []));
  return within.length === 0 ? null : encoder.encode(JSON.stringify(within));
}

function widthOf(values: Values, from: number, to: number): Width {
  if (values instanceof Uint8Array) return 4;
  let [low, high] = [0, 0];
  const end = values.length === 1 ? 1 : to;
  for (let row = values.length === 1 ? 0 : from; row < end; row++) {
    const value = values[row] as number;
    if (value !== Math.trunc(value)) return 0;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low >= -128 && high <= 127) return 1;
  if (low >= -32_768 && high <= 32_767) return 2;
  return low >= -2_147_483_648 && high <= 2_147_483_647 ? 3 : 0;
}

function roomOf({ column, odd }: Plan, from: number, to: number): number {
  const count = to - from;
  const own = column.isText ? textBytes(column, from, to) + 4 * (count + 1) : 8 * Math.min(count, column.values.length);
  return own + count + (odd?.length ?? 0) + 48;
}

const textBytes = ({ offsets }: PackedColumn, from: number, to: number): number =>
  (offsets[to] as number) - (offsets[from] as number);

class Writer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly head: Int32Array;
  end: number;
  readonly #from: number;
  readonly #to: number;

  constructor(size: number, head: number, from: number, to: number) {
    this.bytes = new Uint8Array(size);
    this.head = new Int32Array(this.bytes.buffer, 0, head >> 2);
    this.end = head;
    this.#from = from;
    this.#to = to;
  }

  column({ column, width, odd }: Plan, target: Int32Array): void {
    target[1] = KINDS.indexOf(column.kind);
    target[2] = width;
    target[3] = this.#filled(column.filled);
    if (column.isText) this.#texts(column, target);
    else target[4] = this.#values(column.values, width);
    if (column.values.length === 1) target[11] = 1;
    if (odd === null) return;
    target[9] = this.#place(odd);
    target[10] = odd.length;
  }

  #filled(filled: Uint8Array | null): number {
    if (filled === null) return NOWHERE;
    const part = filled.subarray(this.#from, this.#to);
    if (!part.includes(1)) return NONE_FILLED;
    if (!part.includes(0)) return NOWHERE;
    const bits = new Uint8Array((part.length + 7) >> 3);
    for (let row = 0; row < part.length; row++)
      bits[row >> 3] = (bits[row >> 3] as number) | ((part[row] as number) << (row & 7));
    return this.#place(bits);
  }

  #texts({ bytes, offsets }: PackedColumn, target: Int32Array): void {
    const base = offsets[this.#from] as number;
    const length = (offsets[this.#to] as number) - base;
    const count = this.#to - this.#from;
    const narrow = length < 65_536;
    const places = narrow ? new Uint16Array(count + 1) : new Uint32Array(count + 1);
    for (let row = 0; row <= count; row++) places[row] = (offsets[this.#from + row] as number) - base;
    target[5] = this.#place(new Uint8Array(places.buffer));
    target[6] = narrow ? 2 : 4;
    target[7] = this.#place(bytes.subarray(base, base + length));
    target[8] = length;
  }

  #values(values: Values, width: Width): number {
    const part = values.length === 1 ? values : values.subarray(this.#from, this.#to);
    const narrow = part instanceof WIDTHS[width] ? part : WIDTHS[width].from(part as Float64Array);
    return this.#place(new Uint8Array(narrow.buffer, narrow.byteOffset, narrow.byteLength));
  }

  #place(bytes: Uint8Array): number {
    const at = align(this.end);
    this.bytes.set(bytes, at);
    this.end = at + bytes.length;
    return at;
  }
}

/** The rows that `encodeRows` wrote; the bytes must not change while they are read. */
export function decodeRows(bytes: Uint8Array): TimedRows {
  const whole = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const start = new Int32Array(whole.buffer, whole.byteOffset, HEAD_NUMBERS);
  const [version, count = 0, columns = 0] = start;
  if (version !== VERSION) throw new Error(`a page of version ${version}, not ${VERSION}`);
  const head = new Int32Array(whole.buffer, whole.byteOffset, HEAD_NUMBERS + columns * COLUMN_NUMBERS);
  const fields: number[] = [];
  const fieldColumns: PackedColumn[] = [];
  const special = new Map<number, PackedColumn>();
  for (let at = 0; at < columns; at++) {
    const numbers = head.subarray(HEAD_NUMBERS + at * COLUMN_NUMBERS, HEAD_NUMBERS + (at + 1) * COLUMN_NUMBERS);
    const field = numbers[0] as number;
    const column = decodeColumn(whole, numbers, count);
    if (field < 0) special.set(field, column);
    else {
      fields.push(field);
      fieldColumns.push(column);
    }
  }
  const part = (which: number) => special.get(which) as PackedColumn;
  return { count, keys: part(KEYS), created: part(CREATED), updated: part(UPDATED), fields, columns: fieldColumns };
}

function decodeColumn(whole: Uint8Array, head: Int32Array, count: number): PackedColumn {
  const [, kindAt = 0, width = 0, filledAt = 0, valuesAt = 0, offsetsAt = 0, offsetWidth = 0, bytesAt = 0, length = 0] =
    head;
  const [oddAt = 0, oddLength = 0, constant = 0] = head.subarray(9);
  const kind = KINDS[kindAt] as PackedKind;
  const place = (at: number) => whole.byteOffset + at;
  const filled = filledOf(whole, filledAt, count);
  const odd = oddLength === 0 ? NO_ODD : readOdd(whole.subarray(oddAt, oddAt + oddLength));
  if (kind === "texts" || kind === "numerals") {
    const Numbers = offsetWidth === 2 ? Uint16Array : Uint32Array;
    const offsets: Offsets = new Numbers(whole.buffer as ArrayBuffer, place(offsetsAt), count + 1);
    return new PackedColumn(kind, { filled, odd, offsets, bytes: whole.subarray(bytesAt, bytesAt + length) });
  }
  const values: Values = viewOf(
    width as Width,
    whole.buffer as ArrayBuffer,
    place(valuesAt),
    constant === 1 ? 1 : count,
  );
  return new PackedColumn(kind, { filled, odd, values });
}

function viewOf(width: Width, buffer: ArrayBuffer, place: number, length: number): Values {
  return new WIDTHS[width](buffer, place, length);
}

function filledOf(whole: Uint8Array, at: number, count: number): Uint8Array | null {
  if (at === NOWHERE) return null;
  const filled = new Uint8Array(count);
  if (at === NONE_FILLED) return filled;
  for (let row = 0; row < count; row++) filled[row] = ((whole[at + (row >> 3)] as number) >> (row & 7)) & 1;
  return filled;
}

function readOdd(bytes: Uint8Array): Map<number, Cell> {
  return new Map(JSON.parse(decoder.decode(bytes)) as [number, Cell][]);
}

/** Where the page that begins at `from` ends: at most `maxRows` rows and about `maxBytes` bytes, but one row at least. */
export function pageEnd(rows: PackedRows, from: number, maxRows: number, maxBytes: number): number {
  let end = Math.min(rows.count, from + maxRows);
  while (end > from + 1 && bytesOf(rows, from, end) > maxBytes) end = from + ((end - from) >> 1);
  return end;
}

/** About the bytes that rows take as a page. */
export function bytesOf(rows: PackedRows, from: number, to: number): number {
  return rows.columns.reduce((sum, column) => sum + column.size(from, to), rows.keys.size(from, to) + 16 * (to - from));
}
