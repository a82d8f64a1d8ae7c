/**
 * What a column's cells have in common. Starts with every type possible and strikes out what a cell
 * does not fit; what is left at the end is the type. A cell costs one look at the types still left.
 */

import { canonicalNumber, isoDay, isoInstant, mayBeBlank, truth } from "../../engine/index.ts";
import {
  DATE_FORMATS,
  type DateFormat,
  isBlank,
  parseBoolean,
  parseNumber,
  parseTextArray,
  scanDate,
} from "../../engine/values/index.ts";
import type { InspectedField } from "../interface.ts";
import { Distinct, type DistinctState } from "./distinct.ts";

const BOOLEAN = 1;
const NUMBER = 2;
const TEXT_ARRAY = 4;
const FIRST_DATE = 8;
const FIRST_DATETIME = FIRST_DATE << DATE_FORMATS.length;
const DATES = (FIRST_DATETIME - 1) ^ (FIRST_DATE - 1);
const DATETIMES = DATES << DATE_FORMATS.length;
const EVERY_TYPE = BOOLEAN | NUMBER | TEXT_ARRAY | DATES | DATETIMES;
const ISO_DATE = FIRST_DATE << DATE_FORMATS.indexOf("y-m-d");
const ISO_DATETIME = FIRST_DATETIME << DATE_FORMATS.indexOf("y-m-d");
const EXEMPLAR_CHARS = 40;
const SPACE = 32;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export interface ColumnState {
  readonly possible: number;
  readonly cells: number;
  readonly empty: number;
  readonly misfit: Misfit | null;
  readonly distinct: DistinctState;
}

/** The cell that made a column text after others had agreed on a type. */
interface Misfit {
  readonly line: number;
  readonly text: string;
  readonly type: string;
}

export class Column {
  readonly distinct: Distinct;
  #possible = EVERY_TYPE;
  #cells = 0;
  #empty = 0;
  #misfit: Misfit | null = null;

  /** @param bound values to remember exactly while none repeats. */
  constructor(bound: number, state?: ColumnState) {
    this.distinct = new Distinct(bound, state?.distinct);
    if (state === undefined) return;
    this.#possible = state.possible;
    this.#cells = state.cells;
    this.#empty = state.empty;
    this.#misfit = state.misfit;
  }

  add(cell: string, line: number): void {
    this.#cells++;
    if (isBlank(cell)) {
      this.#empty++;
      return;
    }
    this.distinct.add(cell.trim());
    if (this.#possible === 0) return;
    const before = this.#possible;
    this.#possible &= typesOf(cell, before);
    if (this.#possible === 0 && this.#cells - this.#empty > 1) {
      this.#misfit = { line, text: detached(cell.slice(0, EXEMPLAR_CHARS)), type: kindOf(before) };
    }
  }

  /** The same of a cell as UTF-8 bytes: common forms are told from them, every other cell becomes a text. */
  addBytes(bytes: Uint8Array, from: number, to: number, line: number): void {
    if (from === to) {
      this.#cells++;
      this.#empty++;
      return;
    }
    const possible = this.#possible;
    const types = possible === 0 ? 0 : commonTypes(bytes, from, to, possible);
    if ((possible !== 0 && types === 0) || !this.#addPlain(bytes, from, to)) {
      this.add(decoder.decode(bytes.subarray(from, to)), line);
      return;
    }
    this.#cells++;
    this.#possible = possible & types;
  }

  /** False where the cell has to be looked at as text: it may be blank, or have white space around it. */
  #addPlain(bytes: Uint8Array, from: number, to: number): boolean {
    const { distinct } = this;
    if (!distinct.counts) return !mayBeBlank(bytes[from] as number);
    if ((bytes[from] as number) <= SPACE || (bytes[to - 1] as number) <= SPACE) return false;
    let all = 0;
    for (let at = from; at < to; at++) all |= bytes[at] as number;
    if (all >= 0x80) return false;
    distinct.addAscii(bytes, from, to);
    return true;
  }

  /** Unique and never empty, as far as was looked. */
  get canBeKey(): boolean {
    return this.#cells > 0 && this.#empty === 0 && this.distinct.unique;
  }

  guess(name: string): InspectedField {
    const counted = { name, empty: this.#empty, distinct_at_least: this.distinct.atLeast };
    const text = { ...counted, type: "text", format: null } as const;
    const possible = this.#cells === this.#empty ? 0 : this.#possible;
    if (possible === 0) return { ...text, note: this.#misfit === null ? null : misfitNote(this.#misfit) };
    if (possible & BOOLEAN) return { ...counted, type: "boolean", format: null, note: null };
    if (possible & NUMBER) return { ...counted, type: "number", format: null, note: null };
    if (possible & TEXT_ARRAY) return { ...counted, type: "text_array", format: null, note: null };
    const formats = formatsIn(possible);
    if (formats.length > 1) return { ...text, note: ambiguousNote(formats) };
    return { ...counted, type: possible & DATES ? "date" : "datetime", format: formats[0]!, note: null };
  }

  /** JSON, with at most `hashes` of the values seen. */
  state(hashes: number): ColumnState {
    return {
      possible: this.#possible,
      cells: this.#cells,
      empty: this.#empty,
      misfit: this.#misfit,
      distinct: this.distinct.state(hashes),
    };
  }
}

/** The same for forms that are told from the bytes; 0 where they do not tell. */
function commonTypes(bytes: Uint8Array, from: number, to: number, possible: number): number {
  if (possible & NUMBER && !Number.isNaN(canonicalNumber(bytes, from, to))) return NUMBER;
  if (possible & ISO_DATE && !Number.isNaN(isoDay(bytes, from, to))) return ISO_DATE;
  if (possible & ISO_DATETIME && !Number.isNaN(isoInstant(bytes, from, to))) return ISO_DATETIME;
  return possible & BOOLEAN && !Number.isNaN(truth(bytes, from, to)) ? BOOLEAN : 0;
}

/** Those of the types still possible that the cell fits. */
function typesOf(cell: string, possible: number): number {
  if (possible & NUMBER && parseNumber(cell) !== null) return NUMBER;
  if (possible & (DATES | DATETIMES)) {
    const types = dateTypesOf(cell);
    if (types !== 0) return types;
  }
  if (possible & BOOLEAN && parseBoolean(cell) !== null) return BOOLEAN;
  return possible & TEXT_ARRAY && cell.startsWith("[") && parseTextArray(cell) !== null ? TEXT_ARRAY : 0;
}

function dateTypesOf(cell: string): number {
  const scanned = scanDate(cell);
  if (scanned === null) return 0;
  let types = 0;
  const first = scanned.time === null ? FIRST_DATE : FIRST_DATETIME;
  for (const { format } of scanned.readings) types |= first << DATE_FORMATS.indexOf(format);
  return types;
}

function formatsIn(possible: number): DateFormat[] {
  return DATE_FORMATS.filter((_, at) => possible & ((FIRST_DATE | FIRST_DATETIME) << at));
}

function kindOf(possible: number): string {
  if (possible & NUMBER) return "number";
  if (possible & BOOLEAN) return "boolean";
  if (possible & TEXT_ARRAY) return "JSON array of strings";
  return `${possible & DATES ? "date" : "datetime"} (${formatsIn(possible).join(" or ")})`;
}

function misfitNote({ line, text, type }: Misfit): string {
  return `Text, because “${text}” in line ${line} is not a ${type}, as the cells before it are.`;
}

/** A copy: a slice would keep the whole block of the file that it was cut from. */
function detached(text: string): string {
  return Array.from(text).join("");
}

function ambiguousNote(formats: readonly DateFormat[]): string {
  return `Text, because its dates read as ${formats.join(" and as ")}: day and month cannot be told apart. Choose the format to make it a date.`;
}
