/** One JSON object on each line, as the members' answers have them. */
import type { ExportFormat } from "./format.ts";
import { memberOf } from "./member.ts";

export const ndjson: ExportFormat = {
  media_type: "application/x-ndjson",
  extension: "ndjson",
  head: () => "",
  rows: (columns, rows) => rows.map((row) => `${JSON.stringify(memberOf(columns, row))}\n`).join(""),
  tail: () => "",
};
