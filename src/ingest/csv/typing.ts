/**
 * What a column's cells have in common. Starts with every type possible and strikes out what a cell
 * does not fit; what is left at the end is the type. A cell costs one look at the types still left.
 */
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
const EXEMPLAR_CHARS = 40;

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
