/**
 * Records of a stored file, in batches, from any position between two records. Holds one block of
 * the file at a time: memory is flat however long the file is.
 */
import { type Problem, ProblemError } from "../../platform/problem.ts";
import type { RejectedRow } from "../interface.ts";
import { decodeBlock, utf8Length } from "./encoding.ts";
import { type Dialect, MAX_RECORD_CHARS, MAX_REJECT_CHARS, type Position, type ReadRange } from "./layout.ts";
import { Tokenizer } from "./tokenizer.ts";

const BLOCK_BYTES = 262_144;

export interface CsvRecord {
  /** 1-based line where it begins. */
  readonly line: number;
  /** As many as the dialect has columns. */
  readonly cells: string[];
  /** As it stands in the file, without its line end. */
  readonly text: string;
}

export interface CsvBatch extends Position {
  readonly records: CsvRecord[];
  readonly rejects: RejectedRow[];
  /** Records that had fewer cells than the header: the missing ones are empty. */
  readonly short: number;
  /** True when the file ends here. `offset` and `line` say where to go on. */
  readonly done: boolean;
}

export interface CsvReaderOptions extends Position {
  readonly dialect: Dialect;
  /** Size of the stored file. */
  readonly bytes: number;
  readonly blockBytes?: number;
  readonly maxRecord?: number;
}

export class CsvReader {
  /** Set once bytes were met that are not UTF-8: each was read as `?`. */
  invalidUtf8 = false;

  readonly #read: ReadRange;
  readonly #options: CsvReaderOptions;
  /** The block in hand, which begins at file offset `#base`. */
  #block: Uint8Array = new Uint8Array(0);
  #base: number;
  #text = "";
  /** One byte for each character: places in the text are places in the block. */
  #plain = true;
  /** The block ends where the file ends. */
  #ended = false;
  #tokenizer: Tokenizer;
  /** A place in the text whose place in the block is known. */
  #measured = { chars: 0, bytes: 0 };

  private constructor(read: ReadRange, options: CsvReaderOptions) {
    this.#read = read;
    this.#options = options;
    this.#base = options.offset;
    this.#tokenizer = new Tokenizer("", { delimiter: options.dialect.delimiter, line: options.line, final: false });
  }

  /** A reader at `offset`, where `line` begins: the layout's start, or where an earlier batch ended. */
  static open(read: ReadRange, options: CsvReaderOptions): CsvReader {
    return new CsvReader(read, options);
  }

  /** Up to `maxRows` records and rejects together, fewer after `maxChars` characters of them, and where to go on. */
  async next(maxRows: number, maxChars = Number.POSITIVE_INFINITY): Promise<CsvBatch> {
    const batch: { records: CsvRecord[]; rejects: RejectedRow[]; short: number } = {
      records: [],
      rejects: [],
      short: 0,
    };
    let done = false;
    let chars = 0;
    while (batch.records.length + batch.rejects.length < maxRows && chars < maxChars) {
      const cells = this.#tokenizer.next();
      if (cells !== null) {
        chars += this.#tokenizer.recordEnd - this.#tokenizer.recordStart;
        this.#sort(cells, batch);
        if (this.#tokenizer.skipping) await this.#skip();
      } else if (!(await this.#more())) {
        done = true;
        break;
      }
    }
    return { ...batch, done, offset: this.#base + this.#consumed(), line: this.#tokenizer.line };
  }

  /** Puts a record where it belongs: with the rows, made as wide as the header, or with the rejects. */
  #sort(cells: string[], batch: { records: CsvRecord[]; rejects: RejectedRow[]; short: number }): void {
    const { recordLine: line, recordStart, recordEnd, fault, faultColumn } = this.#tokenizer;
    const columns = this.#options.dialect.columns;
    const text = this.#text.slice(recordStart, recordEnd);
    const extra = cells.length > columns && cells.slice(columns).some((cell) => cell.trim() !== "");
    if (fault !== null || extra) {
      const code = fault ?? "too_many_cells";
      const reason = rejectReason(code, fault === null ? cells.length : faultColumn, columns);
      batch.rejects.push({ line, code, reason, row: text.slice(0, MAX_REJECT_CHARS) });
      return;
    }
    if (cells.length < columns) batch.short++;
    while (cells.length < columns) cells.push("");
    cells.length = columns;
    batch.records.push({ line, cells, text });
  }

  /** The rest of a record that was too large goes with it: a position is never within a record. */
  async #skip(): Promise<void> {
    while (!this.#tokenizer.skipLine() && (await this.#more()));
  }

  /** A longer block from where the tokenizer stands; false at the end of the file. */
  async #more(): Promise<boolean> {
    const consumed = this.#consumed();
    const carry = this.#block.subarray(consumed);
    const from = this.#base + this.#block.length;
    const left = this.#options.bytes - from;
    if (this.#ended) return false;
    // As much again as is left over: a long record is looked at a few times, not at every block.
    const want = Math.min(left, Math.max(this.#options.blockBytes ?? BLOCK_BYTES, carry.length));
    const chunk = want > 0 ? await this.#read(from, want) : new Uint8Array(0);
    if (chunk.length < want) throw new ProblemError(fileCut(from + chunk.length, this.#options.bytes));
    this.#base += consumed;
    this.#take(concat(carry, chunk), left <= want);
    return true;
  }

  #take(block: Uint8Array, final: boolean): void {
    const { dialect, maxRecord } = this.#options;
    const decoded = decodeBlock(block, dialect.encoding, final);
    this.invalidUtf8 ||= decoded.invalid;
    this.#block = block;
    this.#ended = final;
    this.#text = decoded.text;
    this.#plain = decoded.text.length === decoded.bytes;
    this.#measured = { chars: 0, bytes: 0 };
    const { line, skipping } = this.#tokenizer;
    this.#tokenizer = new Tokenizer(decoded.text, { delimiter: dialect.delimiter, line, final, skipping, maxRecord });
  }

  /** Bytes of the block before the tokenizer's position. */
  #consumed(): number {
    const { position } = this.#tokenizer;
    if (this.#plain) return position;
    const { chars, bytes } = this.#measured;
    this.#measured = { chars: position, bytes: bytes + utf8Length(this.#text, chars, position) };
    return this.#measured.bytes;
  }
}

function rejectReason(code: string, at: number, columns: number): string {
  if (code === "unclosed_quote") {
    return `The quote that opens in column ${at} of this line is not closed. Close it, or write a quote within a quoted cell twice.`;
  }
  if (code === "record_too_large") {
    return `The row is longer than ${MAX_RECORD_CHARS} characters. Shorten its cells; a quote left open on an earlier line may be the cause.`;
  }
  return `The row has ${at} cells, the header ${columns}. Put cells that hold the delimiter in quotes.`;
}

function fileCut(actual: number, expected: number): Problem {
  return {
    code: "file_cut",
    status: 409,
    detail: `The stored file ends after ${actual} of ${expected} bytes. Upload it again.`,
    facts: { actual, expected },
  };
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
