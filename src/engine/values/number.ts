/**
 * Numbers as data files write them: optional sign, digits, point, optional exponent. No grouping, no
 * currency, no leading zeros (those are identifiers), at most 15 significant digits (more are identifiers, too,
 * and would not survive a double).
 */
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const SMALLEST_EXACT = 2 ** -1022;

export const MAX_SIGNIFICANT_DIGITS = 15;

/** The number that `text` is, or null where it is not one (or is too long, too large or too small to keep). */
export function parseNumber(text: string): number | null {
  if (text.length > 40 || !NUMBER.test(text)) return null;
  if (text.length > MAX_SIGNIFICANT_DIGITS && significantDigits(text) > MAX_SIGNIFICANT_DIGITS) return null;
  return keepable(Number(text), text);
}

function significantDigits(text: string): number {
  const mantissa = text.replace(/[eE].*$/, "").replace(/[+.-]/g, "");
  return mantissa.replace(/^0+/, "").length;
}

function keepable(value: number, text: string): number | null {
  if (value === 0) return significantDigits(text) === 0 ? 0 : null;
  return Number.isFinite(value) && Math.abs(value) >= SMALLEST_EXACT ? value : null;
}

/** The shortest decimal form of a number. */
export function numberText(value: number): string {
  return value === 0 ? "0" : String(value);
}
