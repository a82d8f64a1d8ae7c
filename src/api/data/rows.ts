/** From rows of JSON, as programs send them, to writes for the shards. */
import { fieldNamed, type NewField } from "../../control/fields.ts";
import type { StoredField } from "../../control/schema/datasets.ts";
import { type Cell, keyText } from "../../engine/index.ts";
import type { RowWrite } from "../../shard/interface.ts";
import { cellOf, wrongShape } from "./cells.ts";
import { guessType } from "./field-guess.ts";

const FIELD_NAME_MAX = 200;
export const FIELDS_MAX = 1000;
/** A stored row must fit into one value of the shard's database on every host. */
const ROW_MAX = 1_000_000;

export interface Rejected {
  readonly index: number;
  readonly code: string;
  readonly reason: string;
}

/** A row whose shape is right: values by trimmed field name. */
export interface ShapedRow {
  readonly index: number;
  readonly key: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Sorts rows into those that can be stored and those that cannot, with the reason. */
export function shapeRows(rows: readonly unknown[], keyField: string): { shaped: ShapedRow[]; rejected: Rejected[] } {
  const shaped: ShapedRow[] = [];
  const rejected: Rejected[] = [];
  for (const [index, row] of rows.entries()) {
    const result = shapeRow(row, keyField);
    if ("reason" in result) rejected.push({ index, ...result });
    else shaped.push({ index, ...result });
  }
  return { shaped, rejected };
}

type Refusal = Pick<Rejected, "code" | "reason">;

function shapeRow(row: unknown, keyField: string): Omit<ShapedRow, "index"> | Refusal {
  const values = shapeValues(row);
  if (!(values instanceof Map)) return values;
  const key = keyText(values.get(keyField));
  if (key !== null) return { key, values };
  const given = values.has(keyField) ? "is blank" : "is missing";
  return { code: "missing_key", reason: `The key field ${keyField} ${given}. Every row needs its key.` };
}

/** The values of one row by trimmed name, or why they cannot be stored. */
export function shapeValues(row: unknown): Map<string, unknown> | Refusal {
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    return { code: "wrong_shape", reason: "The row is not an object of fields and values." };
  }
  const values = new Map<string, unknown>();
  let size = 0;
  for (const [written, value] of Object.entries(row)) {
    const name = written.trim();
    if (name === "" || name.length > FIELD_NAME_MAX) {
      return { code: "wrong_field_name", reason: `A field's name has 1 to ${FIELD_NAME_MAX} characters.` };
    }
    const wrong = wrongShape(value);
    if (wrong) return { code: "wrong_shape", reason: `The value of ${name} ${wrong}.` };
    size += name.length + sizeOf(value);
    values.set(name, value);
  }
  if (size > ROW_MAX)
    return { code: "row_too_large", reason: `A row has at most ${ROW_MAX} characters; this has ${size}.` };
  return values;
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  return Array.isArray(value) ? value.reduce((sum: number, item) => sum + String(item).length, 0) : 8;
}

/** Fields that rows name and the dataset lacks, with their guessed types. A field without any value is not made. */
export function newFields(
  fields: readonly StoredField[],
  rows: readonly Pick<ShapedRow, "values">[],
): readonly NewField[] {
  const unknown = new Map<string, unknown[]>();
  const known = new Set(fields.filter((field) => !field.retired && !field.provisional).map((field) => field.name));
  for (const { values } of rows) {
    for (const [name, value] of values) {
      if (known.has(name)) continue;
      const seen = unknown.get(name);
      if (seen) seen.push(value);
      else unknown.set(name, [value]);
    }
  }
  return [...unknown].flatMap(([name, values]) => {
    const type = guessType(values);
    return type === null ? [] : [{ name, type, format: null }];
  });
}

/** What the shard is to write. Fields that do not exist carried no value. */
export function rowWrite(
  fields: readonly StoredField[],
  row: Pick<ShapedRow, "key" | "values">,
  timeZone: string,
): RowWrite {
  const cells: [number, Cell][] = [];
  for (const [name, value] of row.values) {
    const field = fieldNamed(fields, name);
    if (field && field.formula === undefined) cells.push([field.id, cellOf(field, value, timeZone)]);
  }
  return { key: row.key, cells };
}
