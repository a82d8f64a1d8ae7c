/**
 * Bytes to records for what almost every file is made of: cells without quotes, or in quotes with no quote within, as
 * many as the header has. No string is made. It stops where a record is anything else, and the tokenizer takes over:
 * what that would make of these records is what they are.
 */
import { MAX_RECORD_CHARS } from "./layout.ts";

const QUOTE = 34;
const LF = 10;
const CR = 13;

export type Stop = "end" | "unusual";

export class Splitter {
  /** Of the records found: where each cell begins and ends in the block, row by row, without its quotes. */
  starts = new Uint32Array(1024);
  ends = new Uint32Array(1024);
  /** The line on which each record begins. */
  lines = new Uint32Array(128);
  /** Where each record begins and ends, without its line end. */
  from = new Uint32Array(128);
  to = new Uint32Array(128);
  records = 0;
  /** Where the next record begins, and on which line. */
  position = 0;
  line = 1;
  readonly #columns: number;
  /** 1 for the bytes that end an unquoted cell. */
  readonly #special = new Uint8Array(256);
  readonly #delimiter: number;

  constructor(columns: number, delimiter: string) {
    this.#columns = columns;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#special[this.#delimiter] = 1;
    this.#special[LF] = 1;
    this.#special[CR] = 1;
  }

  /**
   * Finds the records from `position` on, where line `line` begins. "end": the block shows no further whole record;
   * "unusual": at `position` begins a record of another kind. `final`: the block ends where the file ends.
   */
  split(block: Uint8Array, position: number, line: number, final: boolean): Stop {
    this.records = 0;
    this.position = position;
    this.line = line;
    for (;;) {
      this.#plainRecords(block);
      const stop = this.#record(block, final);
      if (stop !== null) return stop;
    }
  }

  /** As many as follow each other of the most common kind: as wide as the header, no quote before a cell, LF at the end. */
  #plainRecords(block: Uint8Array): void {
    const columns = this.#columns;
    if (columns === 1) return; // a line of white space is no record
    const special = this.#special;
    const delimiter = this.#delimiter;
    const { length } = block;
    let { position: start, line, records } = this;
    for (;;) {
      this.records = records;
      this.#room();
      const { starts, ends } = this;
      let cell = records * columns;
      const last = cell + columns - 1;
      let at = start;
      for (;;) {
        if (at >= length || block[at] === QUOTE) break;
        starts[cell] = at;
        while (at < length && special[block[at] as number] === 0) at++;
        ends[cell] = at;
        if (at >= length || cell === last || block[at] !== delimiter) break;
        cell++;
        at++;
      }
      const isPlain = cell === last && at < length && block[at] === LF && at - start <= MAX_RECORD_CHARS;
      if (!isPlain) break;
      this.lines[records] = line++;
      this.from[records] = start;
      this.to[records++] = at;
      start = at + 1;
    }
    this.position = start;
    this.line = line;
  }

  /** One record, or why there is none. */
  #record(block: Uint8Array, final: boolean): Stop | null {
    const length = block.length;
    const start = this.position;
    if (start >= length) return "end";
    const columns = this.#columns;
    const special = this.#special;
    const delimiter = this.#delimiter;
    this.#room();
    const { starts, ends } = this;
    let cell = this.records * columns;
    const stop = cell + columns;
    let at = start;
    let breaks = 0;
    for (;;) {
      let from = at;
      let to: number;
      if (at < length && block[at] === QUOTE) {
        from = ++at;
        for (; at < length && block[at] !== QUOTE; at++) {
          const byte = block[at];
          if (byte === LF || (byte === CR && block[at + 1] !== LF)) breaks++;
        }
        to = at++;
        if (at >= length && (!final || to >= length)) return final ? "unusual" : this.#isLong(start, length);
        if (at < length && special[block[at] as number] === 0) return "unusual";
      } else {
        while (at < length && special[block[at] as number] === 0) at++;
        to = at;
        if (at >= length && !final) return this.#isLong(start, length);
      }
      if (cell < stop) {
        starts[cell] = from;
        ends[cell] = to;
      }
      cell++;
      if (at >= length || block[at] !== delimiter) break;
      if (cell >= stop) return "unusual";
      at++;
    }
    const end = at;
    const isCrLf = at + 1 < length && block[at] === CR && block[at + 1] === LF;
    // A block's last CR may be the first half of a line end.
    if (at + 1 === length && block[at] === CR && !final) return "end";
    const next = at >= length ? length : at + (isCrLf ? 2 : 1);
    if (end === start) {
      this.position = next;
      this.line++;
      return null; // a blank line
    }
    if (cell !== stop || end - start > MAX_RECORD_CHARS) return "unusual";
    if (columns === 1 && (block[start] as number) <= 32) return "unusual";
    if (columns === 1 && (block[start] as number) >= 0x80) return "unusual";
    const record = this.records++;
    this.lines[record] = this.line;
    this.from[record] = start;
    this.to[record] = end;
    this.position = next;
    this.line += breaks + (at >= length ? 0 : 1);
    return null;
  }

  /** What does not end within the block may be too long for a record. */
  #isLong(start: number, length: number): Stop {
    return length - start > MAX_RECORD_CHARS ? "unusual" : "end";
  }

  #room(): void {
    if (this.records === this.lines.length) {
      this.lines = doubled(this.lines);
      this.from = doubled(this.from);
      this.to = doubled(this.to);
    }
    if ((this.records + 1) * this.#columns > this.starts.length) {
      this.starts = doubled(this.starts, this.#columns);
      this.ends = doubled(this.ends, this.#columns);
    }
  }
}

function doubled(numbers: Uint32Array<ArrayBuffer>, more = 0): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2 + more);
  larger.set(numbers);
  return larger;
}
