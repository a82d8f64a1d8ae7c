/**
 * A copy of a record that points here, and the tuple as which it is stored: like any row, with three cells before its
 * own. The key that it points at is one of its own cells; it is written down again only while it waits for it, so that
 * an index can find it.
 */
import {
  type Cell,
  type Field,
  isoDay,
  isoInstant,
  keyText,
  PackedColumn,
  type PackedRows,
  packRows,
} from "../../engine/index.ts";
import { hashKey } from "../rows/key-hash.ts";

export interface Copy {
  readonly row: number;
  readonly key: string;
  /** The key it points at, and that record's row number. */
  readonly parent: string;
  readonly parent_row: number;
  readonly cells: readonly Cell[];
  /** The segments of its own dataset that it is in, of those that are told. */
  readonly members: readonly string[];
}

export const NO_PARENT = -1;
export const PARENT_ROW = 0;
export const WAITS_FOR = 1;
const TELLS_MEMBERS = 2;
const FIRST_CELL = 3;

/** Copies as columns have one more field: the segments that each is in. Above all ids of stored fields. */
export const MEMBERS: Field = { id: 2 ** 19, name: "", type: "text_array" };

/** Where a field of a copy lies in what is stored. */
export function placeOf({ id, type }: Pick<Field, "id" | "type">): Pick<Field, "id" | "type"> {
  return { id: id === MEMBERS.id ? TELLS_MEMBERS : id + FIRST_CELL, type };
}

export function tupleOf({ parent, parent_row, cells, members }: Copy): Cell[] {
  return [parent_row, parent_row < 0 ? parent : null, members.length === 0 ? null : members, ...cells];
}

/** `pointer`: the field that points here. */
export function copyOf(row: number, key: string, tuple: readonly Cell[], pointer: number): Copy {
  const parent_row = tuple[PARENT_ROW] as number;
  const cells = tuple.slice(FIRST_CELL);
  const parent = (tuple[WAITS_FOR] as string | null) ?? keyText(cells[pointer] ?? null) ?? "";
  return { row, key, parent, parent_row, cells, members: (tuple[TELLS_MEMBERS] as string[] | null) ?? NONE };
}

const NONE: readonly string[] = [];

/** The cells of a copy with those of `MEMBERS`. */
export function cellsOf({ cells, members }: Copy): readonly (Cell | undefined)[] {
  if (members.length === 0) return cells;
  const all: (Cell | undefined)[] = [...cells];
  all[MEMBERS.id] = members;
  return all;
}

/** What the index by parent has of a copy: of one that waits the hash of the key, else every parent has its own. */
export function parentHash(parentRow: number, waitsFor: string): number {
  return parentRow < 0 ? hashKey(waitsFor) : spread(parentRow);
}

/** A permutation of 32 bits that leaves no two neighbours beside each other. */
function spread(number: number): number {
  const mixed = Math.imul(number ^ (number >>> 16), 0x45d9f3b5);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Copies as a page has them: dates as days and instants, not as texts. */
export function packCopies(copies: readonly Copy[], fields: readonly Field[]): PackedRows {
  const packed = packRows(copies.map((copy) => ({ key: copy.key, cells: tupleOf(copy) })));
  const columns = [...packed.columns];
  for (const field of fields) {
    const { id } = placeOf(field);
    const column = columns[id];
    if (column?.kind !== "texts") continue;
    if (field.type === "date") columns[id] = dated(column, "days", packed.count, isoDay);
    if (field.type === "datetime") columns[id] = dated(column, "instants", packed.count, isoInstant);
  }
  return { ...packed, columns };
}

function dated(
  column: PackedColumn,
  kind: "days" | "instants",
  count: number,
  read: (bytes: Uint8Array, from: number, to: number) => number,
): PackedColumn {
  const values = kind === "days" ? new Int32Array(count) : new Float64Array(count);
  const filled = new Uint8Array(count);
  const odd = new Map(column.odd);
  for (let row = 0; row < count; row++) {
    if (!column.isFilled(row)) continue;
    const value = read(column.bytes, column.offsets[row] as number, column.offsets[row + 1] as number);
    if (Number.isNaN(value)) odd.set(row, column.text(row));
    else {
      values[row] = value;
      filled[row] = 1;
    }
  }
  return new PackedColumn(kind, { filled, values, odd });
}
