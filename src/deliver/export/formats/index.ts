/** The formats by name. One more is one more file, and a line here. */
import { csv } from "./csv.ts";
import type { ExportFormat } from "./format.ts";
import { json } from "./json.ts";
import { ndjson } from "./ndjson.ts";

export type { ExportColumns, ExportFormat, ExportRow } from "./format.ts";

export const FORMATS = { csv, json, ndjson } as const satisfies Readonly<Record<string, ExportFormat>>;
export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as [FormatName, ...FormatName[]];
