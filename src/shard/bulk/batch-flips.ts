/**
 * Which memberships many new rows get, judged by column straight from the packed batch that brings them, before they
 * are written. The batch is a chunk of its own for it, whatever the numbers of its rows.
 */
import {
  Bitmap,
  batchColumn,
  CHUNK_ROWS,
  ChunkMemo,
  ColumnStore,
  columnOfValues,
  evaluateChunk,
  type Field,
  isLookupField,
  type Moment,
  type PackedRows,
  type Plan,
  packedCells,
  type Surroundings,
  type Words,
} from "../../engine/index.ts";
import type { FlipMap } from "../evaluate/flip-map.ts";
import { addRun } from "../rows/presence.ts";

interface Batch {
  /** The number that the first row will have. */
  readonly first: number;
  readonly rows: PackedRows;
}

interface Around {
  /** All that have columns. */
  readonly fields: readonly Field[];
  readonly moment: Moment;
  readonly around: Surroundings;
}

/** `judged`: whoever is read by others comes first. None of them asks about related records. */
export function flipsOfBatch(batch: Batch, judged: readonly { id: string; plan: Plan }[], around: Around): FlipMap {
  const flips = new Map<string, { entered: number[]; left: number[] }>();
  for (let from = 0; from < batch.rows.count; from += CHUNK_ROWS) {
    const chunk = new BatchChunk(batch.rows, from, around);
    const members = chunk.members(judged);
    for (const [id, words] of members) {
      const flip = flips.get(id) ?? { entered: [], left: [] };
      collect(words, batch.first + from, flip.entered);
      if (flip.entered.length > 0) flips.set(id, flip);
    }
  }
  return flips;
}

/** At most 65,536 rows of the batch. */
class BatchChunk {
  readonly #rows: PackedRows;
  readonly #from: number;
  readonly #to: number;
  readonly #around: Around;
  readonly #fields: ReadonlyMap<number, Field>;
  readonly #store: ColumnStore;

  constructor(rows: PackedRows, from: number, around: Around) {
    this.#rows = rows;
    this.#from = from;
    this.#to = Math.min(rows.count, from + CHUNK_ROWS);
    this.#around = around;
    this.#fields = new Map(around.fields.map((field) => [field.id, field]));
    const present = new Bitmap();
    addRun(present, 0, this.#to - from);
    this.#store = new ColumnStore(around.fields, present, around.around.lookup);
  }

  members(judged: readonly { id: string; plan: Plan }[]): Map<string, Words> {
    const { moment, around } = this.#around;
    const members = new Map<string, Words>();
    const inner: Surroundings = {
      ...around,
      lookup: around.lookup,
      relatedRow: (condition, row, moment) => around.relatedRow(condition, row, moment),
      relatedScan: (condition, chunk, mask, out, moment) => around.relatedScan(condition, chunk, mask, out, moment),
      // A segment that is not judged has no member among rows that are new.
      isMember: (segment, row) => (((members.get(segment)?.[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1,
      memberWords: (segment, _chunk, out) => {
        const words = members.get(segment);
        if (words) out.set(words);
        else out.fill(0);
      },
    };
    const source = () => this.#source();
    const memo = new ChunkMemo(judged.map(({ plan }) => plan));
    for (const { id, plan } of judged) {
      for (const field of plan.fields) this.#ensure(field);
      members.set(id, evaluateChunk(plan, this.#store, 0, { moment, around: inner, source, memo }).words.slice());
    }
    return members;
  }

  /** A looked-up field is not in the batch: it is read from the cells. */
  #ensure(id: number): void {
    const field = this.#fields.get(id);
    const at = this.#rows.fields.indexOf(id);
    if (field === undefined || isLookupField(id) || this.#store.column(id, 0)) return;
    const column = this.#rows.columns[at];
    const made = column ? batchColumn(field, column, this.#from, this.#to) : columnOfValues(field, []);
    this.#store.setColumn(id, 0, made);
  }

  *#source(): Generator<readonly [number, ReturnType<typeof packedCells>], void, undefined> {
    for (let row = this.#from; row < this.#to; row++) yield [row - this.#from, packedCells(this.#rows, row)];
  }
}

function collect(words: Words, first: number, rows: number[]): void {
  for (let word = 0; word < words.length; word++) {
    for (let bits = words[word] as number; bits !== 0; bits &= bits - 1) {
      rows.push(first + word * 32 + 31 - Math.clz32(bits & -bits));
    }
  }
}
