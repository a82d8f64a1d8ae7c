/** A rule's value is accepted if it reads without loss as the field's type. Here it is read, and kept in its normal form. */
import { isBlank } from "../values/blank.ts";
import { formatDate, parseIsoDate } from "../values/calendar.ts";
import { formatInstant, parseIsoDateTime, withinYears } from "../values/date-time.ts";
import { numberText, parseNumber } from "../values/number.ts";
import { parseBoolean } from "../values/typed-value.ts";
import type { FieldType } from "../values/types.ts";
import type { RuleScalar } from "./ast.ts";

/** The normal form, or a sentence that says what to give instead. */
export type ReadValue = { readonly value: RuleScalar } | { readonly refusal: string };

type Reader = (input: unknown) => ReadValue;

const text = 'Give a text, for example "CA".';
const number = "Give a number without grouping, for example 1200.5.";
const boolean = "Give true or false.";
const date = 'Give a date as YYYY-MM-DD, for example "2024-05-01".';
const dateTime =
  'Give a date as YYYY-MM-DD or a date with a time, for example "2024-05-01T08:30:00Z"; digits finer than a millisecond are not kept.';

const readers: Readonly<Record<FieldType, Reader>> = {
  text: readText,
  text_array: readText,
  number: (input) => accept(typeof input === "string" ? parseNumber(input) : finite(input), number),
  boolean: (input) => accept(typeof input === "string" ? parseBoolean(input) : truth(input), boolean),
  date: (input) => accept(typeof input === "string" ? readDate(input) : null, date),
  datetime: (input) => accept(typeof input === "string" ? readDateTime(input) : null, dateTime),
};

export function readRuleValue(type: FieldType, input: unknown): ReadValue {
  return readers[type](input);
}

function accept(value: RuleScalar | null, refusal: string): ReadValue {
  return value === null ? { refusal } : { value };
}

function readText(input: unknown): ReadValue {
  if (typeof input === "string") return input === "" ? { refusal: text } : { value: input.toWellFormed() };
  if (typeof input === "number" && Number.isFinite(input)) return { value: numberText(input) };
  return typeof input === "boolean" ? { value: String(input) } : { refusal: text };
}

/** Nothing equals a blank text: blank cells are empty. (A part of a text may well be blank.) */
export function isNeverEqual(type: FieldType, value: RuleScalar): boolean {
  return type === "text" && typeof value === "string" && isBlank(value);
}

function finite(input: unknown): number | null {
  return typeof input === "number" && Number.isFinite(input) ? input + 0 : null;
}

function truth(input: unknown): boolean | null {
  return typeof input === "boolean" ? input : null;
}

function readDate(input: string): string | null {
  const days = parseIsoDate(input);
  return days === null ? null : formatDate(days);
}

function readDateTime(input: string): string | null {
  const days = parseIsoDate(input);
  if (days !== null) return formatDate(days);
  const parts = parseIsoDateTime(input);
  if (parts === null || !parts.exact) return null;
  const instant = withinYears(parts.local - (parts.offset ?? 0));
  if (instant === null) return null;
  return parts.offset === null ? formatInstant(instant).slice(0, -1) : formatInstant(instant);
}
