/** The columns of a table of records: the key first, numbers to the right. */
import type { Dataset, DatasetField } from "../api/datasets.ts";
import type { Value as DataValue } from "../api/records.ts";
import { Value } from "../parts/Value.tsx";
import type { Column } from "../parts/VirtualTable.tsx";

const WIDTHS: Record<DatasetField["type"], number> = {
  text: 152,
  number: 112,
  boolean: 96,
  date: 112,
  datetime: 176,
  text_array: 168,
};

export function dataColumns<Row extends { readonly key: string }>(
  dataset: Dataset,
  dataOf: (row: Row) => Readonly<Record<string, DataValue>>,
): Column<Row>[] {
  const key: Column<Row> = {
    id: "key",
    header: dataset.key ?? "Row",
    width: 136,
    cell: (row) => <span className="key-cell">{dataset.key ? row.key : row.key.slice(0, 12)}</span>,
  };
  const others = dataset.fields.filter(({ name }) => name !== dataset.key);
  return [key, ...others.map((field) => fieldColumn(field, dataOf))];
}

function fieldColumn<Row>(
  { name, type }: DatasetField,
  dataOf: (row: Row) => Readonly<Record<string, DataValue>>,
): Column<Row> {
  return {
    id: `field ${name}`,
    header: name,
    width: Math.max(WIDTHS[type], name.length * 8 + 16),
    ...(type === "number" ? { align: "right" as const } : {}),
    cell: (row) => <Value value={dataOf(row)[name]} />,
  };
}
