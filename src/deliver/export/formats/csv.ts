/** The chosen fields as columns, with the key before them unless it is one of them. */
import type { Cell } from "../../../engine/index.ts";
import { csvLine } from "../../../platform/csv-line.ts";
import type { ExportFormat } from "./format.ts";

export const csv: ExportFormat = {
  media_type: "text/csv; charset=utf-8",
  extension: "csv",
  head({ fields, key, key_at }) {
    const names = fields.map(({ name }) => name);
    return csvLine(key_at < 0 ? [key, ...names] : names);
  },
  rows({ key_at }, rows) {
    let text = "";
    for (const { key, values } of rows) {
      const cells = values.map(cellText);
      text += csvLine(key_at < 0 ? [key, ...cells] : cells);
    }
    return text;
  },
  tail: () => "",
};

function cellText(value: Cell): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
