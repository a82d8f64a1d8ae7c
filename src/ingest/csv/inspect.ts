/**
 * A look at a whole file before rows are written: encoding, layout, types, possible keys. Goes in
 * slices, and its state between two of them is plain JSON, so that an object can take it up again
 * after a restart.
 */
import { failure, type Outcome, ProblemError, success } from "../../platform/problem.ts";
import type { InspectedField, Inspection } from "../interface.ts";
import { BlockReader, type Run } from "./block-reader.ts";
import { detectLayout } from "./dialect.ts";
import { decodeBlock } from "./encoding.ts";
import { rankKeys } from "./key-rank.ts";
import type { Encoding, FileLayout, Position, ReadRange } from "./layout.ts";
import type { CsvBatch } from "./reader.ts";
import { Column, type ColumnState } from "./typing.ts";

const BEGINNING_BYTES = 1_048_576;
const SLICE_BYTES = 16_777_216;
const BLOCK_BYTES = 2_097_152;
const SAMPLE_ROWS = 20;
const SAMPLE_CELL_CHARS = 500;
/** Of a wide file's cells less is shown: the state and the answer are stored as one value of at most 2 MB. */
const SAMPLE_ROW_CHARS = 20_000;
/** Values remembered at once, of all columns: 53 bits each. */
const VALUES_IN_MEMORY = 524_288;
const MOST_OF_A_COLUMN = 131_072;
/** Of them, how many a saved state holds. */
const VALUES_IN_STATE = 32_768;
const MOST_OF_A_COLUMN_IN_STATE = 1_024;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export interface InspectOptions {
  /** Look at the file's beginning only: `partial` is then true. */
  readonly maxBytes?: number;
  /** False where nobody asks what could be a key: values are then not counted. */
  readonly keys?: boolean;
  /** What `state()` gave earlier for the same file. */
  readonly resume?: InspectState;
}

/** JSON. */
export interface InspectState {
  readonly layout: FileLayout;
  readonly notes: readonly string[];
  readonly position: Position;
  readonly done: boolean;
  readonly rows: number;
  readonly rejected: number;
  readonly short: number;
  readonly columns: readonly ColumnState[];
  readonly sample: readonly (readonly string[])[];
}

export interface Inspected {
  readonly inspection: Inspection;
  readonly layout: FileLayout;
}

/** What is known of the file so far. */
interface Progress {
  readonly layout: FileLayout;
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  readonly sample: (readonly string[])[];
  position: Position;
  done: boolean;
  rows: number;
  rejected: number;
  short: number;
}

export class Inspector {
  readonly #read: ReadRange;
  readonly #bytes: number;
  readonly #end: number;
  readonly #keys: boolean;
  #progress: Progress | null = null;
  #reader: BlockReader | null = null;

  /** @param bytes size of the stored file. */
  constructor(read: ReadRange, bytes: number, options: InspectOptions = {}) {
    this.#read = read;
    this.#bytes = bytes;
    this.#end = Math.min(bytes, options.maxBytes ?? bytes);
    this.#keys = options.keys ?? true;
    if (options.resume !== undefined) this.#progress = this.#restore(options.resume);
  }

  /** 0 to 1. */
  get progress(): number {
    if (this.#progress === null) return 0;
    return this.#progress.done || this.#end === 0 ? 1 : Math.min(1, this.#progress.position.offset / this.#end);
  }

  /** Looks at about `sliceBytes` more. Fails with what makes the file unreadable. */
  async step(sliceBytes = SLICE_BYTES): Promise<Outcome<{ done: boolean }>> {
    try {
      this.#progress ??= await this.#begin("utf-8");
      await this.#slice(this.#progress, sliceBytes);
      return success({ done: this.#progress?.done ?? false });
    } catch (error) {
      if (error instanceof ProblemError) return failure(error.problem);
      throw error;
    }
  }

  /** Null before the first step. */
  state(): InspectState | null {
    if (this.#progress === null) return null;
    const { columns, ...rest } = this.#progress;
    const most = Math.min(MOST_OF_A_COLUMN_IN_STATE, Math.floor(VALUES_IN_STATE / columns.length));
    return { ...rest, columns: columns.map((column) => column.state(most)), sample: [...rest.sample] };
  }

  /** What was found. Of the part looked at so far, if that is not all. */
  result(): Inspected {
    const progress = this.#progress;
    if (progress === null) throw new Error("Inspector.result() before the first step()");
    const { layout } = progress;
    const fields = progress.columns.map((column, at) => column.guess(layout.header[at]!));
    const inspection: Inspection = {
      encoding: layout.encoding,
      delimiter: layout.delimiter,
      rows: progress.rows,
      bytes: this.#bytes,
      partial: progress.position.offset < this.#bytes,
      fields,
      key_candidates: rankKeys(fields.filter((_, at) => progress.columns[at]!.canBeKey)),
      sample: progress.sample,
      notes: notesOf(progress, fields),
    };
    return { inspection, layout };
  }

  async #begin(encoding: Encoding): Promise<Progress> {
    const length = Math.min(this.#bytes, BEGINNING_BYTES);
    const beginning = length === 0 ? new Uint8Array(0) : await this.#read(0, length);
    const whole = length === this.#bytes;
    const invalid = encoding === "utf-8" && decodeBlock(beginning, "utf-8", whole).invalid;
    const detected = detectLayout(beginning, whole, invalid ? "windows-1252" : encoding);
    const { layout } = detected;
    const notes = layout.encoding === "utf-8" ? [] : ["The file is not UTF-8 and was read as Windows-1252."];
    return {
      layout,
      notes: [...notes, ...detected.notes],
      columns: layout.header.map(() => new Column(this.#valuesFor(layout.columns))),
      sample: [],
      position: layout.start,
      done: false,
      rows: 0,
      rejected: 0,
      short: 0,
    };
  }

  /** Values of a column that are remembered. */
  #valuesFor(columns: number): number {
    return this.#keys ? Math.min(MOST_OF_A_COLUMN, Math.floor(VALUES_IN_MEMORY / columns)) : 0;
  }

  #restore(state: InspectState): Progress {
    const bound = this.#valuesFor(state.layout.columns);
    return { ...state, columns: state.columns.map((column) => new Column(bound, column)), sample: [...state.sample] };
  }

  async #slice(progress: Progress, sliceBytes: number): Promise<void> {
    const until = Math.min(this.#end, progress.position.offset + sliceBytes);
    const blockBytes = Math.min(BLOCK_BYTES, Math.max(1, this.#end));
    const options = { dialect: progress.layout, bytes: this.#bytes, blockBytes, checkUtf8: true };
    this.#reader ??= new BlockReader(this.#read, { ...options, ...progress.position });
    do {
      const { offset, line, done } = await this.#reader.next((run) => look(progress, run));
      if (this.#reader.invalidUtf8) {
        // One wrong byte says that the whole file is in the other encoding: begin again.
        this.#reader = null;
        this.#progress = await this.#begin("windows-1252");
        return;
      }
      progress.position = { offset, line };
      progress.done = done || offset >= this.#end;
    } while (!progress.done && progress.position.offset < until);
  }
}

/** The whole look at once. `onProgress` hears 0 to 1. */
export async function inspectFile(
  read: ReadRange,
  bytes: number,
  options: InspectOptions & { readonly onProgress?: (progress: number) => void } = {},
): Promise<Outcome<Inspected>> {
  const inspector = new Inspector(read, bytes, options);
  for (;;) {
    const step = await inspector.step();
    if (!step.ok) return step;
    options.onProgress?.(inspector.progress);
    if (step.value.done) return success(inspector.result());
  }
}

function look(progress: Progress, run: Run): void {
  if (run.kind === "places") lookAtPlaces(progress, run);
  else lookAtRecords(progress, run.batch);
}

function lookAtRecords(progress: Progress, { records, rejects, short }: CsvBatch): void {
  for (const { cells, line } of records) {
    for (let at = 0; at < cells.length; at++) progress.columns[at]!.add(cells[at]!, line);
    if (progress.sample.length < SAMPLE_ROWS) progress.sample.push(shown(cells));
  }
  progress.rows += records.length + rejects.length;
  progress.rejected += rejects.length;
  progress.short += short;
}

function lookAtPlaces(progress: Progress, { block, splitter }: Run & { kind: "places" }): void {
  const { starts, ends, lines, records } = splitter;
  const width = progress.columns.length;
  for (const [at, column] of progress.columns.entries()) {
    for (let record = 0, cell = at; record < records; record++, cell += width) {
      column.addBytes(block, starts[cell]!, ends[cell]!, lines[record]!);
    }
  }
  progress.rows += records;
  for (let record = 0; record < records && progress.sample.length < SAMPLE_ROWS; record++) {
    const text = (at: number) => decoder.decode(block.subarray(starts[record * width + at], ends[record * width + at]));
    progress.sample.push(shown(Array.from({ length: width }, (_, at) => text(at))));
  }
}

function shown(cells: readonly string[]): string[] {
  const most = Math.min(SAMPLE_CELL_CHARS, Math.floor(SAMPLE_ROW_CHARS / cells.length));
  return cells.map((cell) => cell.slice(0, most));
}

function notesOf(progress: Progress, fields: readonly InspectedField[]): string[] {
  const notes = [...progress.notes];
  const { short, rejected, columns } = progress;
  if (short > 0)
    notes.push(
      `${short} ${short === 1 ? "row has" : "rows have"} fewer cells than the header; the missing ones are empty.`,
    );
  if (rejected > 0)
    notes.push(
      `${rejected} ${rejected === 1 ? "row" : "rows"} cannot be read and will be rejected, with the reason for each.`,
    );
  const sampled = fields.filter((_, at) => columns[at]!.canBeKey && !columns[at]!.distinct.exact);
  if (sampled.length > 0) {
    notes.push(
      `Whether ${sampled.map(({ name }) => `“${name}”`).join(", ")} repeats was checked on a sample of its values.`,
    );
  }
  return notes;
}
