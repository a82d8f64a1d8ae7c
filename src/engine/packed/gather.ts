/** Some rows of packed rows, in the order asked for. */
import { TextBuilder } from "./pack-cells.ts";
import { PackedColumn, type PackedRows, type Values } from "./packed-column.ts";

export function gatherRows(rows: PackedRows, wanted: readonly number[]): PackedRows {
  const keys = gatherColumn(rows.keys, wanted);
  const columns = rows.columns.map((column) => (column === rows.keys ? keys : gatherColumn(column, wanted)));
  return { count: wanted.length, keys, fields: rows.fields, columns };
}

function gatherColumn(column: PackedColumn, wanted: readonly number[]): PackedColumn {
  const { filled: before, odd: oddBefore } = column;
  const filled = before && Uint8Array.from(wanted, (row) => before[row] as number);
  const odd = new Map(
    wanted.flatMap((row, at) => (oddBefore.has(row) ? [[at, oddBefore.get(row) ?? null] as const] : [])),
  );
  if (!column.isText)
    return new PackedColumn(column.kind, { filled, odd, values: gatherValues(column.values, wanted) });
  const builder = new TextBuilder(wanted.length);
  for (const row of wanted)
    builder.addBytes(column.bytes, column.offsets[row] as number, column.offsets[row + 1] as number);
  return new PackedColumn(column.kind, { filled, odd, ...builder.parts });
}

function gatherValues(values: Values, wanted: readonly number[]): Values {
  if (values.length === 1) return values;
  const Same = values.constructor as new (length: number) => Values;
  const gathered = new Same(wanted.length);
  wanted.forEach((row, at) => {
    gathered[at] = values[row] as number;
  });
  return gathered;
}
