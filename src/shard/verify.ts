/**
 * The proof on demand: every row is judged again by the row evaluator and compared with the stored
 * membership, in the same moment. A difference would be a defect of ours.
 */
import type { Evaluator } from "./evaluator.ts";
import type { Rows } from "./rows.ts";
import type { Writer } from "./writer.ts";
import { Slices } from "./yield.ts";

const ROWS_A_STEP = 1_000;

export async function verifySegment(
  evaluator: Evaluator,
  rows: Rows,
  writer: Writer,
  request: { segment_id: string; limit: number },
  momentOf: () => number,
): Promise<{ checked: number; missing: string[]; extra: string[] }> {
  const slices = new Slices();
  const judge = evaluator.judge(request.segment_id);
  const found = { checked: 0, missing: [] as string[], extra: [] as string[] };
  for (let from = 0; from <= writer.lastRow; from += ROWS_A_STEP) {
    const to = from + ROWS_A_STEP - 1;
    const now = momentOf();
    const members = new Set(evaluator.membersBetween(request.segment_id, from, to));
    for (const row of rows.range(from, to)) {
      const should = judge(row.row, row.cells ?? [], now);
      const is = members.delete(row.row);
      found.checked++;
      if (should && !is) report(found.missing, row.key, request.limit);
      if (!should && is) report(found.extra, row.key, request.limit);
    }
    for (const row of rows.byNumbers([...members])) report(found.extra, row.key, request.limit);
    await slices.next();
  }
  return found;
}

function report(list: string[], key: string, limit: number): void {
  if (list.length < limit) list.push(key);
}
