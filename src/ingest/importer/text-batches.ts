/**
 * Records of a file, as bytes, to a table of texts for each shard: the key says where a record lives, and nothing else
 * of it is looked at here. What comes as records of the tokenizer goes the same way.
 */
import type { TextField, TextTable } from "../../engine/index.ts";
import { keyText } from "../../engine/values/index.ts";
import { homeOfAscii, homeShard } from "../../shard/home.ts";
import { type CsvRecord, MAX_REJECT_CHARS, type Run, type Splitter } from "../csv/index.ts";
import type { RejectedRow } from "../interface.ts";

export interface TextBatch {
  readonly shard: number;
  readonly rows: TextTable;
  /** The record that a row came from. */
  record(row: number): { line: number; text: string };
}

export interface TextLayout {
  readonly columns: readonly (TextField | null)[];
  readonly key: number;
  readonly shardCount: number;
  readonly timeZone: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const SPACE = 32;

export class TextRouter {
  readonly rejects: RejectedRow[] = [];
  /** Records, rejected ones too. */
  records = 0;
  readonly #layout: TextLayout;
  readonly #parts: (Part | undefined)[] = [];

  constructor(layout: TextLayout) {
    this.#layout = layout;
  }

  take(run: Run): void {
    if (run.kind === "places") this.#places(run);
    else {
      this.rejects.push(...run.batch.rejects);
      this.records += run.batch.rejects.length;
      for (const record of run.batch.records) this.#record(record);
    }
  }

  get batches(): TextBatch[] {
    return this.#parts.flatMap((part) => (part ? [part.batch()] : []));
  }

  #places({ block, splitter }: Run & { kind: "places" }): void {
    const { key, columns, shardCount } = this.#layout;
    const { starts, ends, from, to, lines, records } = splitter;
    const width = columns.length;
    const share = Math.ceil((1.1 * block.length) / shardCount);
    this.records += records;
    for (let record = 0; record < records; record++) {
      const cell = record * width;
      const keyFrom = starts[cell + key] as number;
      const keyTo = ends[cell + key] as number;
      const line = lines[record] as number;
      if (!isPlainKey(block, keyFrom, keyTo)) {
        const cells = Array.from({ length: width }, (_, at) => textOf(block, starts[cell + at], ends[cell + at]));
        this.#place({ line, cells, text: textOf(block, from[record], to[record]) });
        continue;
      }
      const part = this.#part(homeOfAscii(block, keyFrom, keyTo, shardCount), share);
      part.addPlaces(block, splitter, record);
    }
  }

  #record(record: CsvRecord): void {
    this.records++;
    this.#place(record);
  }

  #place({ line, cells, text }: CsvRecord): void {
    const { key: column, shardCount } = this.#layout;
    const key = keyText(cells[column]);
    if (key === null) this.rejects.push({ line, ...BLANK_KEY, row: text.slice(0, MAX_REJECT_CHARS) });
    else this.#part(homeShard(key, shardCount), 4_096).addTexts(cells.with(column, key), line, text);
  }

  #part(shard: number, bytes: number): Part {
    let part = this.#parts[shard];
    if (part === undefined) {
      part = new Part(shard, this.#layout, bytes);
      this.#parts[shard] = part;
    }
    return part;
  }
}

const BLANK_KEY = { code: "blank_key", reason: "The key is blank. Every row needs a value in the key column." };

const textOf = (bytes: Uint8Array, from = 0, to = 0): string => decoder.decode(bytes.subarray(from, to));

/** ASCII, not blank, no white space around it. */
function isPlainKey(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to || (bytes[from] as number) <= SPACE || (bytes[to - 1] as number) <= SPACE) return false;
  let all = 0;
  for (let at = from; at < to; at++) all |= bytes[at] as number;
  return all < 0x80;
}

class Part {
  readonly #shard: number;
  readonly #layout: TextLayout;
  #bytes: Uint8Array<ArrayBuffer>;
  #end = 0;
  #ends: Uint32Array<ArrayBuffer>;
  #cells = 0;
  #lines: Uint32Array<ArrayBuffer>;
  #rows = 0;
  /** The block that records stand in, and where they do; a record that does not has its text in `#texts`. */
  #block: Uint8Array | null = null;
  #places: Uint32Array<ArrayBuffer>;
  readonly #texts = new Map<number, string>();

  constructor(shard: number, layout: TextLayout, bytes: number) {
    this.#shard = shard;
    this.#layout = layout;
    this.#bytes = new Uint8Array(bytes + 1_024);
    this.#ends = new Uint32Array(Math.ceil(bytes / 8) + 64);
    this.#lines = new Uint32Array(Math.ceil(bytes / 64) + 16);
    this.#places = new Uint32Array(2 * this.#lines.length);
  }

  /** A record without quotes is copied whole, delimiters and all; else cell by cell. */
  addPlaces(block: Uint8Array, { starts, ends, from, to, lines }: Splitter, record: number): void {
    const width = this.#layout.columns.length;
    const first = record * width;
    const start = from[record] as number;
    const end = to[record] as number;
    this.#room(end - start + 1, width);
    const target = this.#bytes;
    let at = this.#end;
    let cell = this.#cells;
    let expected = start;
    let isWhole = true;
    for (let column = 0; column < width; column++) {
      if (starts[first + column] !== expected) isWhole = false;
      expected = (ends[first + column] as number) + 1;
    }
    if (isWhole && expected === end + 1) {
      const shift = at - start;
      for (let column = 0; column < width; column++) this.#ends[cell++] = (ends[first + column] as number) + shift;
      for (let byte = start; byte < end; byte++) target[at++] = block[byte] as number;
      at++;
    } else {
      for (let column = 0; column < width; column++) {
        const to = ends[first + column] as number;
        for (let byte = starts[first + column] as number; byte < to; byte++) target[at++] = block[byte] as number;
        this.#ends[cell++] = at++;
      }
    }
    this.#end = at;
    this.#cells = cell;
    this.#block = block;
    this.#row(lines[record] as number, start, end);
  }

  addTexts(cells: readonly string[], line: number, text: string): void {
    this.#room(
      cells.reduce((sum, cell) => sum + 3 * cell.length + 1, 0),
      cells.length,
    );
    for (const cell of cells) {
      this.#end += encoder.encodeInto(cell, this.#bytes.subarray(this.#end)).written;
      this.#ends[this.#cells++] = this.#end++;
    }
    this.#texts.set(this.#rows, text);
    this.#row(line, 0, 0);
  }

  #row(line: number, from: number, to: number): void {
    if (this.#rows === this.#lines.length) {
      this.#lines = longer(this.#lines, this.#rows * 2);
      this.#places = longer(this.#places, this.#rows * 4);
    }
    this.#places[2 * this.#rows] = from;
    this.#places[2 * this.#rows + 1] = to;
    this.#lines[this.#rows++] = line;
  }

  #room(bytes: number, cells: number): void {
    if (this.#end + bytes > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + bytes));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (this.#cells + cells > this.#ends.length)
      this.#ends = longer(this.#ends, Math.max(this.#ends.length * 2, this.#cells + cells));
  }

  batch(): TextBatch {
    const { columns, key, timeZone } = this.#layout;
    return {
      shard: this.#shard,
      rows: {
        rows: this.#rows,
        columns,
        key,
        time_zone: timeZone,
        // Copies of the right size: what crosses to another thread is the whole buffer of a view.
        bytes: this.#bytes.slice(0, this.#end),
        ends: this.#ends.slice(0, this.#cells),
      },
      record: (row) => {
        const text = this.#texts.get(row);
        const inBlock = () => textOf(this.#block as Uint8Array, this.#places[2 * row], this.#places[2 * row + 1]);
        return { line: this.#lines[row] as number, text: text ?? inBlock() };
      },
    };
  }
}

function longer(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(numbers);
  return larger;
}
