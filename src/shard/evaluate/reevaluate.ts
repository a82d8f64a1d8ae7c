/** Judges marked rows of whole chunks again, by column: cheaper than row by row where there are many. */
import { type Bitmap, emptyWords, type Moment, type Plan, type Surroundings, type Words } from "../../engine/index.ts";
import { FlipBuilder, type FlipMap } from "./flip-map.ts";
import type { RowMarks } from "./row-marks.ts";
import type { ShardColumns } from "./shard-columns.ts";

export interface Judged {
  readonly id: string;
  readonly plan: Plan;
  readonly members: Bitmap;
}

/** `judged`: whoever is read by others comes first. Memberships stay as they are; the answer says what differs. */
export function reevaluate(
  columns: Pick<ShardColumns, "matches">,
  judged: readonly Judged[],
  marks: RowMarks,
  moment: Moment,
  around: Surroundings,
): FlipMap {
  const flips = new FlipBuilder();
  for (const [chunk, mask] of marks) {
    const after = new Map<string, Words>();
    const inner = withWords(around, chunk, after);
    for (const { id, plan, members } of judged) {
      const before = members.readWords(chunk, emptyWords());
      const next = columns.matches(plan, chunk, moment, inner, { mask }).words.slice();
      for (let i = 0; i < next.length; i++)
        next[i] = ((before[i] as number) & ~(mask[i] as number)) | (next[i] as number);
      after.set(id, next);
      flips.difference(id, chunk, before, next);
    }
  }
  return flips.map;
}

/** The surroundings, but for the members of a chunk that are known better already. */
function withWords(around: Surroundings, chunk: number, known: ReadonlyMap<string, Words>): Surroundings {
  return {
    lookup: (field, cells) => around.lookup(field, cells),
    relatedRow: (condition, row, moment) => around.relatedRow(condition, row, moment),
    relatedScan: (condition, at, mask, out, moment) => around.relatedScan(condition, at, mask, out, moment),
    isMember: (segment, row) => {
      const words = row >>> 16 === chunk ? known.get(segment) : undefined;
      return words
        ? (((words[(row & 0xffff) >>> 5] as number) >>> (row & 31)) & 1) === 1
        : around.isMember(segment, row);
    },
    memberWords: (segment, at, out) => {
      const words = at === chunk ? known.get(segment) : undefined;
      if (words) out.set(words);
      else around.memberWords(segment, at, out);
    },
  };
}
