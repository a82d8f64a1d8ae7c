/** A CSV file written as bytes: no string is made for a cell, which is what makes ten million rows take a minute. */
import { closeSync, openSync, writeSync } from "node:fs";

const BUFFER_BYTES = 1 << 20;
/** More than any row here is long. */
const ROW_BYTES = 1 << 12;

export const COMMA = 44;
export const LINE_END = 10;
const ZERO = 48;

export class ByteFile {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #at = 0;
  bytes = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  byte(value: number): void {
    this.#buffer[this.#at++] = value;
  }

  /** Bytes that were made once: a name, a date. */
  put(bytes: Uint8Array): void {
    const { length } = bytes;
    for (let index = 0; index < length; index++) this.#buffer[this.#at++] = bytes[index] as number;
  }

  /** With at least `width` digits. */
  digits(value: number, width = 1): void {
    let size = width;
    for (let bound = 10 ** width; bound <= value; bound *= 10) size++;
    let rest = value;
    for (let place = this.#at + size - 1; place >= this.#at; place--) {
      const tenth = Math.floor(rest / 10);
      this.#buffer[place] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    this.#at += size;
  }

  /** Hundredths as a number with two decimals. */
  cents(value: number): void {
    const whole = Math.floor(value / 100);
    this.digits(whole);
    this.byte(46);
    this.digits(value - whole * 100, 2);
  }

  endRow(): void {
    this.#buffer[this.#at++] = LINE_END;
    if (this.#at > BUFFER_BYTES - ROW_BYTES) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#buffer, 0, this.#at);
    this.bytes += this.#at;
    this.#at = 0;
  }
}
