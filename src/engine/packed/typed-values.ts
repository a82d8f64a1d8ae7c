/** What the engine makes of packed cells: the values of a column without a cell for each. */
import { isBlank } from "../values/blank.ts";
import { parseNumber } from "../values/number.ts";
import { typedValue } from "../values/typed-value.ts";
import type { FieldType, TypedValue } from "../values/types.ts";
import { canonicalNumber } from "./numerals.ts";
import type { PackedColumn } from "./packed-column.ts";

/** Texts of a few letters repeat: equal ones become one string. A power of two. */
const SAME_TEXTS = 1024;
const LONGEST_SAME = 24;

/** Writes the typed values of rows `from` up to `to` into `values`, the first at index `at`. */
export function typedValues(
  type: FieldType,
  column: PackedColumn,
  from: number,
  to: number,
  values: TypedValue[],
  at: number,
): void {
  const read = reader(type, column);
  for (let row = from; row < to; row++) values[at + row - from] = read(row);
}

/** The same of numbers, dates and datetimes, without an object for any: NaN where there is no value. */
export function numberValues(
  type: FieldType,
  column: PackedColumn,
  from: number,
  to: number,
  values: Float64Array,
  at: number,
): void {
  const shift = at - from;
  if (!isPlain(type, column)) {
    const read = reader(type, column) as (row: number) => number | null;
    for (let row = from; row < to; row++) values[row + shift] = read(row) ?? Number.NaN;
    return;
  }
  const { filled, values: own } = column;
  const step = own.length === 1 ? 0 : 1;
  for (let row = from; row < to; row++) values[row + shift] = own[row * step] as number;
  if (filled === null) return;
  for (let row = from; row < to; row++) if (filled[row] !== 1) values[row + shift] = Number.NaN;
  for (const [row, cell] of column.odd) {
    if (row < from || row >= to || filled[row] === 1) continue;
    values[row + shift] = (typedValue({ type }, cell) as number | null) ?? Number.NaN;
  }
}

function isPlain(type: FieldType, { kind }: PackedColumn): boolean {
  return (
    (type === "number" && kind === "numbers") ||
    (type === "date" && kind === "days") ||
    (type === "datetime" && kind === "instants")
  );
}

function reader(type: FieldType, column: PackedColumn): (row: number) => TypedValue {
  const other = (row: number) => typedValue({ type }, column.odd.get(row));
  if (type === "text" && column.kind === "texts") {
    const texts = new SameTexts(column);
    return (row) => (column.isFilled(row) ? texts.get(row) : other(row));
  }
  if (type === "number" && column.kind === "numerals") {
    return (row) => (column.isFilled(row) ? numeral(column, row) : other(row));
  }
  if (type === "boolean" && column.kind === "booleans") {
    return (row) => (column.isFilled(row) ? column.value(row) === 1 : other(row));
  }
  if (isPlain(type, column)) return (row) => (column.isFilled(row) ? column.value(row) : other(row));
  return (row) => typedValue({ type }, column.cell(row));
}

function numeral(column: PackedColumn, row: number): number | null {
  const value = canonicalNumber(column.bytes, column.offsets[row] as number, column.offsets[row + 1] as number);
  return Number.isNaN(value) ? parseNumber(column.text(row)) : value;
}

class SameTexts {
  readonly #column: PackedColumn;
  readonly #rows = new Int32Array(SAME_TEXTS).fill(-1);
  readonly #texts: (string | null)[] = [];

  constructor(column: PackedColumn) {
    this.#column = column;
  }

  get(row: number): string | null {
    const { bytes, offsets } = this.#column;
    const from = offsets[row] as number;
    const to = offsets[row + 1] as number;
    if (to - from > LONGEST_SAME) return this.#text(row);
    let hash = to - from;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SAME_TEXTS - 1);
    const known = this.#rows[slot] as number;
    if (known >= 0 && isSame(bytes, offsets[known] as number, offsets[known + 1] as number, from, to)) {
      return this.#texts[slot] as string | null;
    }
    const text = this.#text(row);
    this.#rows[slot] = row;
    this.#texts[slot] = text;
    return text;
  }

  #text(row: number): string | null {
    const text = this.#column.text(row);
    return isBlank(text) ? null : text;
  }
}

function isSame(bytes: Uint8Array, aFrom: number, aTo: number, from: number, to: number): boolean {
  if (aTo - aFrom !== to - from) return false;
  for (let at = 0; at < to - from; at++) if (bytes[aFrom + at] !== bytes[from + at]) return false;
  return true;
}
