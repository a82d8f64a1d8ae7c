/**
 * DEFLATE (RFC 1951) in pieces. Written out because the platform's DecompressionStream refuses what
 * follows a gzip member and does not say where the member ended, so that files of several members
 * (block gzip, concatenated logs) could not be read with it.
 */
import { DISTANCE_BASE, DISTANCE_EXTRA, decodeTable, FIXED, LENGTH_BASE, LENGTH_EXTRA, type Table } from "./huffman.ts";

const HISTORY = 32_768;
const PIECE = 131_072;
const LONGEST_MATCH = 258;
/** Bytes that one symbol with its extra bits can take, and some. */
const SYMBOL_BYTES = 8;
/** Bytes that a block's head with its code lengths can take. */
const HEAD_BYTES = 600;
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** What the inflater waits for. */
export type InflateStatus = "input" | "output" | "end";

/** Thrown for bytes that are not DEFLATE, and for an end in the middle. */
export class BrokenDeflate extends Error {}

export class Inflater {
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #final = false;
  #bits = 0;
  #count = 0;
  readonly #window = new Uint8Array(HISTORY + PIECE);
  /** Of the window: what was written, what was taken. */
  #out = 0;
  #taken = 0;
  #lastBlock = false;
  #block: "none" | "stored" | "coded" = "none";
  #storedLeft = 0;
  #literals: Table = FIXED.literals;
  #distances: Table = FIXED.distances;

  /** Puts bytes behind those not used yet. `final`: no more will come. */
  give(bytes: Uint8Array, final: boolean): void {
    this.#returnWholeBytes();
    const rest = this.#input.subarray(this.#at);
    if (rest.length === 0) this.#input = bytes;
    else {
      this.#input = new Uint8Array(rest.length + bytes.length);
      this.#input.set(rest);
      this.#input.set(bytes, rest.length);
    }
    this.#at = 0;
    this.#final = final;
  }

  /** Goes on until it needs input, has a piece of output to be taken, or came to the stream's end. */
  run(): InflateStatus {
    for (;;) {
      if (this.#block === "none") {
        if (this.#lastBlock) return "end";
        if (!this.#final && this.#input.length - this.#at < HEAD_BYTES) return "input";
        this.#head();
      }
      const status = this.#block === "stored" ? this.#stored() : this.#coded();
      if (status !== "end") return status;
      this.#block = "none";
    }
  }

  /** What was put out since it was last taken: a copy. */
  take(): Uint8Array {
    const piece = this.#window.slice(this.#taken, this.#out);
    if (this.#out > HISTORY) {
      this.#window.copyWithin(0, this.#out - HISTORY, this.#out);
      this.#out = HISTORY;
    }
    this.#taken = this.#out;
    return piece;
  }

  /** After the end: the input that belongs to what follows, from a byte's start. */
  rest(): Uint8Array {
    this.#returnWholeBytes();
    return this.#input.subarray(this.#at);
  }

  #head(): void {
    this.#lastBlock = this.#read(1) === 1;
    const kind = this.#read(2);
    if (kind === 0) this.#storedHead();
    else if (kind === 1) this.#codedBy(FIXED.literals, FIXED.distances);
    else if (kind === 2) this.#dynamicHead();
    else throw new BrokenDeflate("block of an unknown kind");
    this.#checkEnd();
  }

  #storedHead(): void {
    this.#returnWholeBytes();
    this.#bits = 0;
    this.#count = 0;
    this.#storedLeft = this.#read(16);
    if (this.#read(16) !== (this.#storedLeft ^ 0xffff)) throw new BrokenDeflate("stored length does not match");
    this.#returnWholeBytes();
    this.#block = "stored";
  }

  #dynamicHead(): void {
    const literals = this.#read(5) + 257;
    const distances = this.#read(5) + 1;
    const lengths = this.#read(4) + 4;
    const codeLengths = new Uint8Array(19);
    for (let i = 0; i < lengths; i++) codeLengths[CODE_LENGTH_ORDER[i]!] = this.#read(3);
    const code = table(codeLengths);
    const all = new Uint8Array(literals + distances);
    for (let i = 0; i < all.length; ) {
      const symbol = this.#symbol(code);
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) throw new BrokenDeflate("nothing to repeat");
      const repeat = symbol === 16 ? 3 + this.#read(2) : symbol === 17 ? 3 + this.#read(3) : 11 + this.#read(7);
      if (i + repeat > all.length) throw new BrokenDeflate("too many code lengths");
      all.fill(symbol === 16 ? all[i - 1]! : 0, i, i + repeat);
      i += repeat;
    }
    if (all[256] === 0) throw new BrokenDeflate("no end of block");
    this.#codedBy(table(all.subarray(0, literals)), table(all.subarray(literals)));
  }

  #codedBy(literals: Table, distances: Table): void {
    this.#literals = literals;
    this.#distances = distances;
    this.#block = "coded";
  }

  #stored(): InflateStatus {
    while (this.#storedLeft > 0) {
      const room = this.#window.length - this.#out;
      if (room === 0) return "output";
      const length = Math.min(room, this.#storedLeft, this.#input.length - this.#at);
      if (length === 0) {
        if (this.#final) throw new BrokenDeflate("ends too early");
        return "input";
      }
      this.#window.set(this.#input.subarray(this.#at, this.#at + length), this.#out);
      this.#at += length;
      this.#out += length;
      this.#storedLeft -= length;
    }
    return "end";
  }

  /** The loop in which all the time goes: state in locals, one table look-up for each symbol. */
  #coded(): InflateStatus {
    const input = this.#input;
    const window = this.#window;
    const { entries: literals, mask: literalMask } = this.#literals;
    const { entries: distances, mask: distanceMask } = this.#distances;
    const inputEnd = this.#final ? input.length + SYMBOL_BYTES : input.length - SYMBOL_BYTES;
    const outputEnd = window.length - LONGEST_MATCH;
    let bits = this.#bits;
    let count = this.#count;
    let at = this.#at;
    let out = this.#out;
    let status: InflateStatus | "broken" = "broken";
    for (;;) {
      if (at > inputEnd) {
        if (!this.#final) status = "input";
        break;
      }
      if (out > outputEnd) {
        status = "output";
        break;
      }
      // Behind the end of the input come zeros; `#checkEnd` finds out whether they were used.
      for (; count < 25; count += 8) bits |= input[at++]! << count;
      const literal = literals[bits & literalMask]!;
      bits >>>= literal & 15;
      count -= literal & 15;
      if (literal < 4096) {
        if (literal === 0) break;
        window[out++] = literal >>> 4;
        continue;
      }
      const symbol = (literal >>> 4) - 257;
      if (symbol < 0) {
        status = "end";
        break;
      }
      const lengthExtra = LENGTH_EXTRA[symbol]!;
      const length = LENGTH_BASE[symbol]! + (bits & ((1 << lengthExtra) - 1));
      bits >>>= lengthExtra;
      count -= lengthExtra;
      for (; count < 25; count += 8) bits |= input[at++]! << count;
      const coded = distances[bits & distanceMask]!;
      if (coded === 0 || length === 0) break;
      bits >>>= coded & 15;
      count -= coded & 15;
      const distanceExtra = DISTANCE_EXTRA[coded >>> 4]!;
      for (; count < 25; count += 8) bits |= input[at++]! << count;
      const distance = DISTANCE_BASE[coded >>> 4]! + (bits & ((1 << distanceExtra) - 1));
      bits >>>= distanceExtra;
      count -= distanceExtra;
      if (distance > out || distance === 0) break;
      for (let end = out + length; out < end; out++) window[out] = window[out - distance]!;
    }
    this.#bits = bits;
    this.#count = count;
    this.#at = at;
    this.#out = out;
    if (status === "broken") throw new BrokenDeflate("wrong code, or an end in the middle");
    this.#checkEnd();
    return status;
  }

  #read(bits: number): number {
    while (this.#count < bits) {
      this.#bits |= (this.#input[this.#at++] ?? 0) << this.#count;
      this.#count += 8;
    }
    const value = this.#bits & ((1 << bits) - 1);
    this.#bits >>>= bits;
    this.#count -= bits;
    return value;
  }

  #symbol({ entries, mask }: Table): number {
    while (this.#count < 15) {
      this.#bits |= (this.#input[this.#at++] ?? 0) << this.#count;
      this.#count += 8;
    }
    const entry = entries[this.#bits & mask]!;
    if (entry === 0) throw new BrokenDeflate("wrong code");
    this.#bits >>>= entry & 15;
    this.#count -= entry & 15;
    return entry >>> 4;
  }

  /** Bits read ahead go back, but for those of a byte that was begun. */
  #returnWholeBytes(): void {
    this.#at -= this.#count >>> 3;
    this.#count &= 7;
    this.#bits &= (1 << this.#count) - 1;
  }

  #checkEnd(): void {
    if (this.#at - (this.#count >>> 3) > this.#input.length) throw new BrokenDeflate("ends too early");
  }
}

function table(lengths: Uint8Array): Table {
  const made = decodeTable(lengths);
  if (made === null) throw new BrokenDeflate("code lengths that no code has");
  return made;
}
