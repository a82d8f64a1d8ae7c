/** Rows of a pointing shard on their way to a shard of the dataset that they point at. */
import { type Cell, keyText } from "../../engine/index.ts";
import type { CopyInRequest } from "../interface.ts";
import type { Batch } from "./channel.ts";

export interface CopiedRow {
  readonly parent: string;
  readonly cells: readonly (Cell | undefined)[];
  /** Which of the shared segments it is in, as places in their list. */
  readonly members: readonly number[];
}

/** A call carries at most so many rows, or cells: it has to fit into 32 MiB. */
const ROWS_A_CALL = 5_000;

export class CopyBatch implements Batch {
  readonly seq: number;
  /** By key; null: it does not point there any more, or is gone. */
  readonly rows: ReadonlyMap<string, CopiedRow | null>;
  /** The segments that the rows' members are places of. */
  readonly shared: readonly string[];
  readonly complete: boolean;

  constructor(seq: number, rows: ReadonlyMap<string, CopiedRow | null>, shared: readonly string[], complete = false) {
    this.seq = seq;
    this.rows = rows;
    this.shared = shared;
    this.complete = complete;
  }

  get isEmpty(): boolean {
    return this.rows.size === 0 && !this.complete;
  }

  /** What comes later holds. */
  mergedWith(later: CopyBatch): CopyBatch | null {
    if (this.shared !== later.shared || this.rows.size + later.rows.size > ROWS_A_CALL) return null;
    const rows = this.rows.size === 0 ? later.rows : new Map([...this.rows, ...later.rows]);
    return new CopyBatch(later.seq, rows, later.shared, this.complete || later.complete);
  }

  request(version: number, relation: string, shard: number): CopyInRequest {
    const { shared } = this;
    const keys: string[] = [];
    const parents: string[] = [];
    const tuples: CopiedRow["cells"][] = [];
    const members: CopiedRow["members"][] = [];
    const gone: string[] = [];
    for (const [key, row] of this.rows) {
      if (row === null) gone.push(key);
      else {
        keys.push(key);
        parents.push(row.parent);
        tuples.push(row.cells);
        if (shared.length > 0) members.push(row.members);
      }
    }
    const width = tuples.reduce((most, { length }) => Math.max(most, length), 0);
    const cells: Cell[] = [];
    for (const tuple of tuples) for (let i = 0; i < width; i++) cells.push(tuple[i] ?? null);
    const { seq, complete } = this;
    return { version, relation, shard, seq, keys, parents, width, cells, shared, members, gone, complete };
  }
}

/** The key that a row points at; null where its pointer is blank. */
export function pointerOf(cells: readonly (Cell | undefined)[], field: number): string | null {
  return keyText(cells[field] ?? null);
}
