/**
 * Ascending row numbers as bytes: the distances between them, seven bits a byte, or a bit for each number from the first
 * to the last, whichever is smaller.
 */
const DISTANCES = 0;
const BITS = 1;
const MORE = 0x80;

export class ByteWriter {
  #bytes = new Uint8Array(64);
  #end = 0;

  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  /** A number that is not negative, below 2^53. */
  number(value: number): void {
    this.#room(8);
    let rest = value;
    while (rest >= MORE) {
      this.#bytes[this.#end++] = (rest % MORE) | MORE;
      rest = Math.floor(rest / MORE);
    }
    this.#bytes[this.#end++] = rest;
  }

  /** Characters below 0x80, as ids have them. */
  ascii(text: string): void {
    this.number(text.length);
    this.#room(text.length);
    for (let at = 0; at < text.length; at++) this.#bytes[this.#end++] = text.charCodeAt(at);
  }

  /** Ascending, none twice. */
  rows(rows: readonly number[]): void {
    const first = rows[0] ?? 0;
    const span = rows.length === 0 ? 0 : (rows.at(-1) as number) - first + 1;
    this.number(rows.length);
    if (rows.length === 0) return;
    const isDense = span <= rows.length * 8;
    this.number(isDense ? BITS : DISTANCES);
    this.number(first);
    if (isDense) this.#bits(rows, first, span);
    else for (let at = 1; at < rows.length; at++) this.number((rows[at] as number) - (rows[at - 1] as number));
  }

  #bits(rows: readonly number[], first: number, span: number): void {
    this.number(span);
    const length = (span + 7) >> 3;
    this.#room(length);
    const from = this.#end;
    for (const row of rows) {
      const at = from + ((row - first) >> 3);
      this.#bytes[at] = (this.#bytes[at] as number) | (1 << ((row - first) & 7));
    }
    this.#end += length;
  }

  #room(more: number): void {
    if (this.#end + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= MORE) {
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & (MORE - 1)) * scale;
      if (byte < MORE) return value;
    }
  }

  ascii(): string {
    const length = this.number();
    this.#at += length;
    return String.fromCharCode(...this.#bytes.subarray(this.#at - length, this.#at));
  }

  rows(): number[] {
    const count = this.number();
    if (count === 0) return [];
    const isDense = this.number() === BITS;
    const first = this.number();
    if (isDense) return this.#bits(count, first);
    const rows = [first];
    while (rows.length < count) rows.push((rows.at(-1) as number) + this.number());
    return rows;
  }

  #bits(count: number, first: number): number[] {
    const span = this.number();
    const rows: number[] = [];
    for (let at = 0; at < span && rows.length < count; at++) {
      if (((this.#bytes[this.#at + (at >> 3)] as number) >> (at & 7)) & 1) rows.push(first + at);
    }
    this.#at += (span + 7) >> 3;
    return rows;
  }
}

/** Whether rows are as `ByteWriter.rows` wants them. */
export function isAscending(rows: readonly number[]): boolean {
  for (let at = 1; at < rows.length; at++) if ((rows[at] as number) <= (rows[at - 1] as number)) return false;
  return true;
}
