/** Counts a query over the columns, exactly, and shows some of the rows that match. */
import type { ChunkMatches, Query } from "../engine/index.ts";
import { failure, type Outcome, success } from "../platform/problem.ts";
import type { Evaluator } from "./evaluator.ts";
import type { PreviewAnswer, StoredRecord } from "./interface.ts";
import type { Row, Rows } from "./rows.ts";
import type { Writer } from "./writer.ts";
import { Slices } from "./yield.ts";

export async function preview(
  evaluator: Evaluator,
  rows: Rows,
  writer: Writer,
  request: { query: Query; sample: number },
  now: number,
  record: (row: Row) => StoredRecord,
): Promise<Outcome<PreviewAnswer>> {
  const began = performance.now();
  const slices = new Slices();
  const plan = evaluator.compile(request.query);
  if (!plan.ok) return failure(plan.problem);
  let count = 0;
  const sample: number[] = [];
  const { columns } = evaluator;
  await evaluator.prepare([plan.value], now, slices);
  for (let chunk = 0; chunk < columns.chunkCount; chunk++) {
    await columns.load(plan.value.fields, chunk, slices);
    const found = columns.matches(plan.value, chunk, evaluator.moment(now));
    count += found.count;
    if (sample.length < request.sample) takeRows(found, sample, request.sample);
    await slices.next();
  }
  columns.trim();
  const records = rows.byNumbers(sample).filter((row) => row.cells !== null);
  return success({ count, total: writer.count, took_ms: performance.now() - began, sample: records.map(record) });
}

/** The first matching rows of a chunk, until `sample` holds `most`. */
function takeRows({ chunk, words }: ChunkMatches, sample: number[], most: number): void {
  for (let word = 0; word < words.length && sample.length < most; word++) {
    for (let bits = words[word] as number; bits !== 0 && sample.length < most; bits &= bits - 1) {
      sample.push(chunk * 65_536 + word * 32 + (31 - Math.clz32(bits & -bits)));
    }
  }
}
