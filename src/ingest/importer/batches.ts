/** From a batch of records to one request for each shard, and back from the answers to counts and rejects. */

import type { Cell } from "../../engine/index.ts";
import { homePart, homeShard } from "../../shard/home.ts";
import type { ApplyAnswer, RowTable } from "../../shard/interface.ts";
import { type ConvertedRow, type CsvRecord, MAX_REJECT_CHARS } from "../csv/index.ts";
import type { RejectedRow } from "../interface.ts";
import { rowHash } from "./row-hash.ts";

export interface ShardBatch {
  readonly shard: number;
  readonly rows: RowTable;
  /** The record that each row came from. */
  readonly records: CsvRecord[];
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
  readonly rejects: RejectedRow[];
  readonly unfit: Map<number, number>;
}

export function route(
  records: readonly CsvRecord[],
  convert: (cells: readonly string[]) => ConvertedRow,
  shardCount: number,
  keyless: boolean,
): Routed {
  const batches = new Map<number, Growing>();
  const rejects: RejectedRow[] = [];
  const unfit = new Map<number, number>();
  for (const record of records) {
    const row = convert(record.cells);
    const key = keyless ? rowHash(row.pairs) : row.key;
    if (key === null) {
      rejects.push(rejected(record, "blank_key", "The key is blank. Every row needs a value in the key column."));
      continue;
    }
    for (const field of row.unfit) unfit.set(field, (unfit.get(field) ?? 0) + 1);
    const shard = homeShard(homePart(key, keyless), shardCount);
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
  const made = Array.from(batches.values(), ({ shard, records, ...rows }) => ({ shard, records, rows }));
  return { batches: made, rejects, unfit };
}

export function rejectsOf(batch: ShardBatch, answer: ApplyAnswer): RejectedRow[] {
  return answer.rejected.map(({ index, code, reason }) => rejected(batch.records[index] as CsvRecord, code, reason));
}

function rejected(record: CsvRecord, code: string, reason: string): RejectedRow {
  return { line: record.line, code, reason, row: record.text.slice(0, MAX_REJECT_CHARS) };
}
