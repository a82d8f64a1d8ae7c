/**
 * Computations under way: some segments at once, chunk by chunk, with those that read them. Rows that change meanwhile
 * below what was scanned are marked and judged again at the end.
 */
import { Bitmap, ChunkMemo, type Moment, type Plan, type Surroundings } from "../../engine/index.ts";
import type { Slices } from "../yield.ts";
import { reevaluate } from "./reevaluate.ts";
import { marksOf, type RowMarks } from "./row-marks.ts";
import type { ShardColumns } from "./shard-columns.ts";

export interface Entry {
  readonly id: string;
  readonly plan: Plan;
  readonly members: Bitmap;
  /** Its newest query is computed; else it only follows those that it reads, by the query that it has. */
  readonly due: boolean;
  /** Chunks below were scanned. */
  next: number;
  abandoned: boolean;
}

/** With more marked rows than this they are judged in turns that let others in between. */
const FEW_MARKED = 2_000;

/** One group of segments, computed together: its memberships change in one transaction. */
export class Computation {
  readonly moment: Moment;
  readonly #columns: ShardColumns;
  readonly #around: Surroundings;
  readonly #entries = new Map<string, Entry>();
  readonly #fields: readonly number[];
  #marked = new Bitmap();

  /** `plans`: whoever is read by others comes first. `due`: those among them whose newest query it is. */
  constructor(
    plans: readonly (readonly [id: string, plan: Plan])[],
    due: { has(id: string): boolean },
    moment: Moment,
    columns: ShardColumns,
    around: Surroundings,
  ) {
    this.moment = moment;
    this.#columns = columns;
    for (const [id, plan] of plans) {
      this.#entries.set(id, { id, plan, members: new Bitmap(), due: due.has(id), next: 0, abandoned: false });
    }
    this.#fields = [...new Set(plans.flatMap(([, plan]) => plan.fields))];
    this.#around = this.#within(around);
  }

  /** Those that are still wanted. */
  get entries(): Entry[] {
    return [...this.#entries.values()].filter((entry) => !entry.abandoned);
  }

  entry(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry?.abandoned ? undefined : entry;
  }

  progress(id: string): number {
    return (this.entry(id)?.next ?? 0) / Math.max(1, this.#columns.chunkCount);
  }

  abandon(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) entry.abandoned = true;
  }

  /** Rows changed, went, or have to be looked at again for another reason. */
  mark(rows: Iterable<number>): void {
    for (const row of rows) this.#marked.add(row);
  }

  /** Scans all chunks, a little at a time; ends early when nobody wants it any more. */
  async scan(slices: Slices): Promise<void> {
    for (let chunk = 0; chunk < this.#columns.chunkCount; chunk++) {
      if (this.entries.length === 0) return;
      await this.#columns.load(this.#fields, chunk, slices);
      await this.#scanChunk(chunk, slices);
    }
    while (this.#marked.size > FEW_MARKED) await this.#settleSome(this.moment, slices);
  }

  async #scanChunk(chunk: number, slices: Slices): Promise<void> {
    const { entries } = this;
    let memo = new ChunkMemo(entries.map(({ plan }) => plan));
    for (const entry of entries) {
      if (entry.abandoned) continue;
      const { words } = this.#columns.matches(entry.plan, chunk, this.moment, this.#around, { memo });
      entry.members.setWords(chunk, words);
      entry.next = chunk + 1;
      // Others may write in between: what was found before is not true of the chunk any more.
      if (await slices.next())
        memo = new ChunkMemo(entries.filter(({ next }) => next <= chunk).map(({ plan }) => plan));
    }
  }

  async #settleSome(moment: Moment, slices: Slices): Promise<void> {
    const marked = this.#marked;
    this.#marked = new Bitmap();
    for (const [chunk, words] of marksOf(marked.rows())) {
      await this.#columns.load(this.#fields, chunk, slices);
      this.#judge(new Map([[chunk, words]]), moment);
      await slices.next();
    }
  }

  /** Judges what is marked, at once; after it the memberships are those of the moment. */
  settle(moment: Moment): void {
    const marks = marksOf(this.#marked.rows());
    this.#marked = new Bitmap();
    this.#judge(marks, moment);
  }

  #judge(marks: RowMarks, moment: Moment): void {
    for (const [id, { entered, left }] of reevaluate(this.#columns, this.entries, marks, moment, this.#around)) {
      const members = this.#entries.get(id)?.members;
      for (const row of left) members?.remove(row);
      for (const row of entered) members?.add(row);
    }
  }

  /** A member of the group is what was found of it so far. */
  #within(around: Surroundings): Surroundings {
    const scanned = (id: string, chunk: number): Bitmap | null => {
      const entry = this.entry(id);
      return entry && chunk < entry.next ? entry.members : null;
    };
    return {
      lookup: (field, cells) => around.lookup(field, cells),
      relatedRow: (condition, row, moment) => around.relatedRow(condition, row, moment),
      relatedScan: (condition, chunk, mask, out, moment) => around.relatedScan(condition, chunk, mask, out, moment),
      isMember: (id, row) => scanned(id, row >>> 16)?.has(row) ?? around.isMember(id, row),
      memberWords: (id, chunk, out) => {
        const members = scanned(id, chunk);
        if (members) members.readWords(chunk, out);
        else around.memberWords(id, chunk, out);
      },
    };
  }
}
