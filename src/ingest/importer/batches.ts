/**
 * From a batch of records without a key to one request for each shard, and back from the answers to counts and rejects:
 * the content of a row, as it will be stored, names it.
 */

import type { Cell } from "../../engine/index.ts";
import { homePart, homeShard } from "../../shard/home.ts";
import type { ApplyAnswer, RowTable } from "../../shard/interface.ts";
import { type ConvertedRow, type CsvRecord, MAX_REJECT_CHARS } from "../csv/index.ts";
import type { RejectedRow } from "../interface.ts";
import { rowHash } from "./row-hash.ts";

export interface ShardBatch {
  readonly shard: number;
  readonly rows: RowTable;
  /** The record that a row came from. */
  record(row: number): { line: number; text: string };
}

/** A shard's part while rows are added. A converter gives every row the same fields in the same order. */
interface Growing {
  readonly shard: number;
  readonly keys: string[];
  readonly fields: number[];
  readonly cells: Cell[];
  readonly records: CsvRecord[];
}

export interface Routed {
  readonly batches: ShardBatch[];
  readonly unfit: ReadonlyMap<number, number>;
}

export function route(
  records: readonly CsvRecord[],
  convert: (cells: readonly string[]) => ConvertedRow,
  shardCount: number,
): Routed {
  const batches = new Map<number, Growing>();
  const unfit = new Map<number, number>();
  for (const record of records) {
    const row = convert(record.cells);
    const key = rowHash(row.pairs);
    for (const field of row.unfit) unfit.set(field, (unfit.get(field) ?? 0) + 1);
    const shard = homeShard(homePart(key, true), shardCount);
    const batch = batches.get(shard) ?? {
      shard,
      keys: [],
      fields: row.pairs.map(([field]) => field),
      cells: [],
      records: [],
    };
    batches.set(shard, batch);
    batch.keys.push(key);
    for (const [, cell] of row.pairs) batch.cells.push(cell);
    batch.records.push(record);
  }
  const made = Array.from(batches.values(), ({ shard, records, ...rows }) => ({
    shard,
    rows,
    record: (row: number) => records[row] as CsvRecord,
  }));
  return { batches: made, unfit };
}

export function rejectsOf(batch: Pick<ShardBatch, "record">, answer: ApplyAnswer): RejectedRow[] {
  return answer.rejected.map(({ index, code, reason }) => {
    const { line, text } = batch.record(index);
    return { line, code, reason, row: text.slice(0, MAX_REJECT_CHARS) };
  });
}
