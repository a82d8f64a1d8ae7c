/**
 * Text to records. One tokenizer works on one block of text that begins where a record begins; it
 * stops where the block does not show a record's end, and the reader then gives it a longer block.
 * So it holds no state between blocks but `line` and `skipping`, and any record's end is a place
 * from which reading can begin again.
 *
 * Most records hold no quote: those are cut by `indexOf` alone, whose positions are remembered, so
 * that each delimiter and line end is looked for once.
 */
import { MAX_RECORD_CHARS } from "./layout.ts";

/** Farther than any place in a text. */
const NOWHERE = 0x7fff_ffff;
const QUOTE = 34;
const LF = 10;
const CR = 13;

export type TokenizerFault = "unclosed_quote" | "record_too_large";

export interface TokenizerOptions {
  readonly delimiter: string;
  /** 1-based line at which the text begins. */
  readonly line: number;
  /** The text ends where the file ends. */
  readonly final: boolean;
  /** The text begins within a record that was too large: what stands before the next line end is dropped. */
  readonly skipping?: boolean;
  readonly maxRecord?: number;
}

export class Tokenizer {
  /** Where the next record begins: characters of the text that are done with. */
  position = 0;
  /** The line at `position`. */
  line: number;
  skipping: boolean;
  /** Of the record that `next` told of: its first line, its place in the text without its line end, what is wrong with it. */
  recordLine = 0;
  recordStart = 0;
  recordEnd = 0;
  fault: TokenizerFault | null = null;
  /** Text followed a closing quote: allowed, but a sign that another delimiter is meant. */
  glued = false;
  /** The column, from 1, whose quote is open. */
  faultColumn = 0;

  readonly #text: string;
  readonly #delimiter: string;
  readonly #final: boolean;
  readonly #maxRecord: number;
  readonly #hasNul: boolean;
  // The next place of each mark, at or after the place where it was last asked for.
  #nextLf = -1;
  #nextCr = -1;
  #nextQuote = -1;
  #nextDelimiter = -1;

  constructor(text: string, options: TokenizerOptions) {
    this.#text = text;
    this.#delimiter = options.delimiter;
    this.#final = options.final;
    this.#maxRecord = options.maxRecord ?? MAX_RECORD_CHARS;
    this.#hasNul = text.includes("\0");
    this.line = options.line;
    this.skipping = options.skipping ?? false;
  }

  /**
   * The cells of the next record; none, and `fault` set, when it is broken; null when the text shows
   * no further whole record.
   */
  next(): string[] | null {
    if (this.skipping && !this.skipLine()) return null;
    for (;;) {
      const raw = this.#record();
      if (raw === null || this.fault !== null) return raw;
      const cells = this.#hasNul ? raw.map(withoutNul) : raw;
      // A line of white space is no record; a quoted empty cell is one.
      if (cells.length > 1 || !blankLine(cells[0]!) || this.#text.charCodeAt(this.recordStart) === QUOTE) return cells;
    }
  }

  #record(): string[] | null {
    const start = this.position;
    if (start >= this.#text.length) return null;
    this.fault = null;
    this.glued = false;
    this.recordStart = start;
    this.recordLine = this.line;
    const end = this.#lineEnd(start);
    const horizon = start + this.#maxRecord;
    if (this.#quoteFrom(start) < Math.min(end, horizon)) return this.#quotedRecord(start, horizon);
    if (end > horizon) return this.#horizonKnown(horizon) ? this.#tooLarge(horizon) : null;
    if (!this.#endKnown(end)) return null;
    const cells: string[] = [];
    const text = this.#text;
    const delimiter = this.#delimiter;
    let at = start;
    let cut = this.#delimiterFrom(start);
    while (cut < end) {
      cells.push(text.slice(at, cut));
      at = cut + 1;
      cut = text.indexOf(delimiter, at);
      if (cut < 0) cut = NOWHERE;
    }
    this.#nextDelimiter = cut;
    cells.push(text.slice(at, end));
    this.#finish(end, 0);
    return cells;
  }

  #quotedRecord(start: number, horizon: number): string[] | null {
    const text = this.#text;
    const cells: string[] = [];
    let breaks = 0;
    let at = start;
    for (;;) {
      let stop: number;
      if (text.charCodeAt(at) === QUOTE) {
        const close = this.#closingQuote(at, horizon);
        if (close === NOWHERE) {
          return this.#horizonKnown(horizon) ? this.#unclosed(at, horizon, cells.length + 1, breaks) : null;
        }
        stop = this.#cellEnd(close + 1);
        const inner = text.slice(at + 1, close);
        const trailing = stop === close + 1 ? "" : text.slice(close + 1, Math.min(stop, horizon));
        const glue = trailing.trim() === "" ? "" : trailing;
        const broken = lineBreaks(inner);
        // A quote that opened by mistake is "closed" by the next one, which opens a cell: text follows it.
        if (broken > 0 && glue !== "") return this.#unclosed(at, horizon, cells.length + 1, breaks);
        if (stop > horizon) return this.#horizonKnown(horizon) ? this.#tooLarge(horizon) : null;
        breaks += broken;
        const value = inner.includes('"') ? inner.replaceAll('""', '"') : inner;
        if (glue !== "") this.glued = true;
        cells.push(value + glue);
      } else {
        stop = this.#cellEnd(at);
        if (stop > horizon) return this.#horizonKnown(horizon) ? this.#tooLarge(horizon) : null;
        cells.push(text.slice(at, stop));
      }
      if (stop >= text.length || text[stop] !== this.#delimiter) {
        if (!this.#endKnown(stop)) return null;
        this.#finish(stop, breaks);
        return cells;
      }
      at = stop + 1;
    }
  }

  /** The quote that closes the one at `open`, or NOWHERE if it is not seen before the horizon. */
  #closingQuote(open: number, horizon: number): number {
    const text = this.#text;
    for (let at = open + 1; ; ) {
      const quote = text.indexOf('"', at);
      if (quote < 0 || quote >= horizon) return NOWHERE;
      if (text.charCodeAt(quote + 1) !== QUOTE) {
        // The last character of a block may be the first half of a doubled quote.
        return quote + 1 < text.length || this.#final ? quote : NOWHERE;
      }
      at = quote + 2;
    }
  }

  /** Where an unquoted cell, or what follows a closing quote, ends. */
  #cellEnd(at: number): number {
    return Math.min(this.#delimiterFrom(at), this.#lineEnd(at));
  }

  /** The record is given up at the end of the line in which the quote opened. */
  #unclosed(open: number, horizon: number, column: number, breaks: number): string[] | null {
    this.#forgetPlaces();
    const end = this.#lineEnd(open);
    if (end > horizon) return this.#tooLarge(horizon);
    if (!this.#endKnown(end)) return null;
    this.fault = "unclosed_quote";
    this.faultColumn = column;
    this.#finish(end, breaks);
    return [];
  }

  /** The record is given up at the first line end after the horizon. */
  #tooLarge(horizon: number): string[] {
    this.fault = "record_too_large";
    this.recordEnd = horizon;
    this.line += lineBreaks(this.#text.slice(this.recordStart, horizon));
    this.position = horizon;
    this.skipping = true;
    return [];
  }

  /** Goes to the next line end, after a record that was too large; false when the text does not show it. */
  skipLine(): boolean {
    const end = this.#lineEnd(this.position);
    if (!this.#endKnown(end)) {
      // All of it can go but a CR, which an LF may follow.
      this.position = Math.min(end, this.#text.length);
      return false;
    }
    this.#finish(end, 0);
    this.skipping = false;
    return true;
  }

  /** Steps behind the line end at `end`. */
  #finish(end: number, breaks: number): void {
    this.recordEnd = end;
    if (end >= this.#text.length) {
      this.position = this.#text.length;
      this.line += breaks;
      return;
    }
    const crLf = this.#text.charCodeAt(end) === CR && this.#text.charCodeAt(end + 1) === LF;
    this.position = end + (crLf ? 2 : 1);
    this.line += breaks + 1;
  }

  /** Whether a line end is really there: a block's last CR may be half of one. */
  #endKnown(end: number): boolean {
    if (this.#final) return true;
    return end < this.#text.length && !(end === this.#text.length - 1 && this.#text.charCodeAt(end) === CR);
  }

  /** Whether the text reaches far enough to say that a record does not end before the horizon. */
  #horizonKnown(horizon: number): boolean {
    return this.#final || this.#text.length > horizon + 1;
  }

  /** Before going back to a place before the one last asked for. */
  #forgetPlaces(): void {
    this.#nextLf = -1;
    this.#nextCr = -1;
    this.#nextQuote = -1;
    this.#nextDelimiter = -1;
  }

  /** The next line end at or after `at`; the text's length when there is none. */
  #lineEnd(at: number): number {
    if (this.#nextLf < at) this.#nextLf = find(this.#text, "\n", at);
    if (this.#nextCr < at) this.#nextCr = find(this.#text, "\r", at);
    return Math.min(this.#nextLf, this.#nextCr, this.#text.length);
  }

  #quoteFrom(at: number): number {
    if (this.#nextQuote < at) this.#nextQuote = find(this.#text, '"', at);
    return this.#nextQuote;
  }

  #delimiterFrom(at: number): number {
    if (this.#nextDelimiter < at) this.#nextDelimiter = find(this.#text, this.#delimiter, at);
    return this.#nextDelimiter;
  }
}

function find(text: string, mark: string, at: number): number {
  const found = text.indexOf(mark, at);
  return found < 0 ? NOWHERE : found;
}

/** LF, CRLF and CR count one each. */
function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  for (let at = text.indexOf("\r"); at >= 0; at = text.indexOf("\r", at + 1)) {
    if (text.charCodeAt(at + 1) !== LF) count++;
  }
  return count;
}

/** White space, or the end mark that DOS programs left. */
function blankLine(line: string): boolean {
  return line.trim() === "" || line === "\x1a";
}

function withoutNul(cell: string): string {
  return cell.includes("\0") ? cell.replaceAll("\0", "") : cell;
}
