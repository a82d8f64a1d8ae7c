/** The columns of a table of records: the key first, numbers to the right, each as wide as what is in it. */
import type { Dataset, DatasetField } from "../api/datasets.ts";
import type { Value as DataValue } from "../api/records.ts";
import { Value } from "../parts/Value.tsx";
import type { Column } from "../parts/VirtualTable.tsx";

/** Pixels: a character, what stands around a cell's text, the least and the most that a column takes. */
const CHARACTER = 7.9;
const AROUND = 28;
const NARROWEST = 80;
const WIDEST = 288;
/** So many rows say how wide a column is. */
const LOOKED_AT = 60;

export function dataColumns<Row extends { readonly key: string }>(
  dataset: Dataset,
  rows: readonly Row[],
  dataOf: (row: Row) => Readonly<Record<string, DataValue>>,
): Column<Row>[] {
  const seen = rows.slice(0, LOOKED_AT);
  const key: Column<Row> = {
    id: "key",
    header: dataset.key ?? "Row",
    width: widthOf(
      dataset.key ?? "Row",
      seen.map((row) => (dataset.key ? row.key : row.key.slice(0, SHORT))),
    ),
    cell: (row) => <span className="key-cell">{dataset.key ? row.key : row.key.slice(0, SHORT)}</span>,
  };
  const others = dataset.fields.filter(({ name }) => name !== dataset.key);
  return [key, ...others.map((field) => fieldColumn(field, seen, dataOf))];
}

/** Of a key that is a hash, the beginning. */
const SHORT = 12;

function fieldColumn<Row>(
  { name, type }: DatasetField,
  seen: readonly Row[],
  dataOf: (row: Row) => Readonly<Record<string, DataValue>>,
): Column<Row> {
  return {
    id: `field ${name}`,
    header: name,
    width: widthOf(
      name,
      seen.map((row) => String(dataOf(row)[name] ?? "")),
    ),
    ...(type === "number" ? { align: "right" as const } : {}),
    cell: (row) => <Value value={dataOf(row)[name]} type={type} />,
  };
}

function widthOf(header: string, texts: readonly string[]): number {
  const longest = texts.reduce((most, text) => Math.max(most, text.length), header.length);
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, longest * CHARACTER + AROUND)));
}
