/** An export's text, a page of members at a time: the same whether it goes into a file or straight to whoever asked. */
import { jsonValue } from "../../engine/index.ts";
import { type Outcome, success } from "../../platform/problem.ts";
import { type ExportColumns, FORMATS, type FormatName } from "./formats/index.ts";
import type { MembersPage } from "./ports.ts";

/** Where a page begins: a shard, and the last row number that was read there. */
export interface ExportPlace {
  readonly shard: number;
  readonly after: number;
  /** Rows written so far. */
  readonly rows: number;
}

export const BEGINNING: ExportPlace = { shard: 0, after: -1, rows: 0 };
/** About a megabyte of ordinary rows. */
export const ROWS_A_PAGE = 1_000;

interface ExportPage {
  readonly text: string;
  /** Null after the last one. */
  readonly next: ExportPlace | null;
  readonly rows: number;
}

type Read = (shard: number, after: number, limit: number) => Promise<Outcome<MembersPage>>;

export async function exportPage(
  format: FormatName,
  columns: ExportColumns,
  shardCount: number,
  place: ExportPlace,
  read: Read,
): Promise<Outcome<ExportPage>> {
  const { head, rows: rowsText, tail } = FORMATS[format];
  const begins = place.shard === 0 && place.after === -1 ? head(columns) : "";
  if (place.shard >= shardCount) return success({ text: begins + tail(), next: null, rows: place.rows });
  const page = await read(place.shard, place.after, ROWS_A_PAGE);
  if (!page.ok) return page;
  const { records, last, done } = page.value;
  const rows = records.map(({ key, cells }) => ({
    key,
    values: columns.fields.map((one) => jsonValue(one, cells[one.id])),
  }));
  const text = begins + rowsText(columns, rows, place.rows === 0);
  const next = { shard: done ? place.shard + 1 : place.shard, after: done ? -1 : last, rows: place.rows + rows.length };
  const isLast = next.shard >= shardCount;
  return success({ text: isLast ? text + tail() : text, next: isLast ? null : next, rows: next.rows });
}
