/**
 * From the cells of a row to what is stored. Nothing is lost: what does not fit its field's type, or
 * would not come back as it was written, is kept as the string that came.
 */
import type { Cell, FieldType } from "../../engine/index.ts";
import {
  dateCell,
  formatOf,
  instantCell,
  isBlank,
  keyText,
  numberText,
  parseBoolean,
  parseNumber,
  parseTextArray,
} from "../../engine/values/index.ts";

export interface ConvertField {
  readonly id: number;
  readonly name: string;
  readonly type: FieldType;
  /** Of dates: one of `DATE_FORMATS`. ISO dates are read in any case. */
  readonly format: string | null;
}

export interface ConvertedRow {
  /** Trimmed; null where it is blank or the file has no key column. */
  readonly key: string | null;
  /** A pair for each column that has a field. */
  readonly pairs: (readonly [field: number, cell: Cell])[];
  /** Fields whose cell did not fit and was kept as it came. */
  readonly unfit: number[];
}

/** The stored cell, or undefined where the text does not fit. */
type Conversion = (text: string) => Cell | undefined;

/**
 * A function from the cells of a row to stored cells. Columns without a field of their name are left
 * out; fields without a column stay as they are. `timeZone` is where datetimes without an offset are.
 */
export function makeConverter(
  fields: readonly ConvertField[],
  header: readonly string[],
  keyField: string | null,
  timeZone: string,
): (cells: readonly string[]) => ConvertedRow {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const keyColumn = keyField === null ? -1 : header.indexOf(keyField);
  const columns = header.flatMap((name, column) => {
    const field = byName.get(name);
    return field === undefined ? [] : [{ column, id: field.id, convert: conversion(field, timeZone) }];
  });
  return (cells) => {
    const pairs: (readonly [number, Cell])[] = [];
    const unfit: number[] = [];
    for (const { column, id, convert } of columns) {
      const raw = cells[column] ?? "";
      const text = column === keyColumn ? raw.trim() : raw;
      if (isBlank(text)) {
        pairs.push([id, null]);
        continue;
      }
      const cell = convert(text);
      if (cell === undefined) unfit.push(id);
      pairs.push([id, cell ?? text]);
    }
    return { key: keyColumn < 0 ? null : keyText(cells[keyColumn]), pairs, unfit };
  };
}

function conversion(field: ConvertField, timeZone: string): Conversion {
  const format = formatOf(field);
  switch (field.type) {
    case "text":
      return (text) => text;
    case "number":
      return toNumber;
    case "boolean":
      return (text) => parseBoolean(text) ?? undefined;
    case "text_array":
      return (text) => parseTextArray(text) ?? undefined;
    case "date":
      return (text) => dateCell(text, format);
    case "datetime":
      return (text) => instantCell(text, format, timeZone);
  }
}

function toNumber(text: string): Cell | undefined {
  const value = parseNumber(text);
  if (value === null) return undefined;
  return numberText(value) === text ? value : text;
}
