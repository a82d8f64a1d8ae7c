/** One JSON array. */
import type { ExportFormat } from "./format.ts";
import { memberOf } from "./member.ts";

export const json: ExportFormat = {
  media_type: "application/json",
  extension: "json",
  head: () => "[",
  rows(columns, rows, first) {
    if (rows.length === 0) return "";
    const texts = rows.map((row) => JSON.stringify(memberOf(columns, row)));
    return `${first ? "\n" : ",\n"}${texts.join(",\n")}`;
  },
  tail: () => "\n]\n",
};
