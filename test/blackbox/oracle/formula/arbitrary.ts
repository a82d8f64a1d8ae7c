/**
 * Random formulas whose meaning QUERY.md settles: texts in lower case, fractions that a double holds, no
 * rounding of halves, `!=` only of what cannot be empty.
 */
import fc from "fast-check";

/** Field names by type, as they are written in a formula (looked-up ones in backticks). */
export interface Names {
  numbers: string[];
  texts: string[];
  dates: string[];
  instants: string[];
  booleans: string[];
}

const numberText = fc.integer({ min: -20, max: 60 }).map((n) => (n < 0 ? `(-${-n / 4})` : `${n / 4}`));
const textLiteral = fc.constantFrom("ann", "anna", "bob", "b", "gold", "west", "book").map((word) => `"${word}"`);

function numberOf(names: Names, depth: number): fc.Arbitrary<string> {
  const leaf = [
    fc.constantFrom(...names.numbers),
    numberText,
    ...(names.dates.length > 0
      ? [
          fc
            .tuple(fc.constantFrom("days_since", "year", "month"), fc.constantFrom(...names.dates))
            .map(([name, field]) => `${name}(${field})`),
          fc.constantFrom(...names.dates).map((field) => `abs(days_between(${field}, today()))`),
        ]
      : []),
    ...(names.texts.length > 0 ? [fc.constantFrom(...names.texts).map((field) => `length(${field})`)] : []),
  ];
  if (depth === 0) return fc.oneof(...leaf);
  const inner = numberOf(names, depth - 1);
  return fc.oneof(
    ...leaf,
    fc.tuple(inner, fc.constantFrom("+", "-", "*"), inner).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    fc.tuple(inner, fc.constantFrom("0", "3", "4")).map(([a, b]) => `(${a}) / ${b}`),
    fc.tuple(fc.constantFrom("abs", "-"), inner).map(([name, a]) => `${name}(${a})`),
    fc.tuple(fc.constantFrom("floor", "ceil"), inner).map(([name, a]) => `${name}(${a})`),
    fc
      .tuple(fc.constantFrom("min", "max"), inner, inner)
      .map(([name, a, b]) => `${name}(coalesce(${a}, 0), coalesce(${b}, 2.5))`),
    fc.tuple(inner, numberText).map(([a, b]) => `coalesce(${a}, ${b})`),
    fc.tuple(boolOf(names, depth - 1), inner, inner).map(([test, a, b]) => `if(${test}, ${a}, ${b})`),
  );
}

function textOf({ texts }: Names): fc.Arbitrary<string> {
  const field = fc.constantFrom(...texts);
  return fc.oneof(
    field,
    fc.tuple(fc.constantFrom("lower", "upper"), field).map(([name, a]) => `${name}(${a})`),
    fc.tuple(field, textLiteral).map(([a, b]) => `concat(coalesce(${a}, "x"), ${b})`),
  );
}

function comparison(names: Names, depth: number): fc.Arbitrary<string> {
  const number = numberOf(names, depth);
  const numbers = fc
    .tuple(number, fc.constantFrom("<", "<=", ">", ">="), fc.oneof(number, numberText))
    .map(([a, sign, b]) => `${a} ${sign} ${b}`);
  const one = [numbers];
  if (names.texts.length > 0)
    one.push(
      fc.tuple(textOf(names), textLiteral).map(([a, b]) => `${a} == ${b}`),
      fc.tuple(fc.constantFrom(...names.texts), textLiteral).map(([a, b]) => `coalesce(${a}, "none") != ${b}`),
      fc
        .tuple(fc.constantFrom("contains", "starts_with", "ends_with"), textOf(names), textLiteral)
        .map(([name, a, b]) => `${name}(${a}, ${b})`),
    );
  if (names.dates.length > 0)
    one.push(
      fc
        .tuple(fc.constantFrom(...names.dates), fc.constantFrom("<", "<=", "==", ">", ">="))
        .map(([field, sign]) => `${field} ${sign} today()`),
    );
  if (names.instants.length > 0)
    one.push(
      fc
        .tuple(fc.constantFrom(...names.instants), fc.constantFrom("<", ">"))
        .map(([field, sign]) => `${field} ${sign} now()`),
    );
  if (names.booleans.length > 0) one.push(fc.constantFrom(...names.booleans).map((field) => `${field} == true`));
  return fc.oneof(...one);
}

/** A formula that is true or false. */
export function boolOf(names: Names, depth = 2): fc.Arbitrary<string> {
  const leaf = comparison(names, Math.max(0, depth - 1));
  if (depth === 0) return leaf;
  const inner = boolOf(names, depth - 1);
  return fc.oneof(
    { arbitrary: leaf, weight: 3 },
    fc.tuple(inner, fc.constantFrom("&&", "and", "||", "or"), inner).map(([a, word, b]) => `(${a}) ${word} (${b})`),
    fc.tuple(inner, inner, inner).map(([a, b, c]) => `(${a}) && (${b}) || (${c})`),
    fc.tuple(fc.constantFrom("!", "not "), inner).map(([word, a]) => `${word}(${a})`),
  );
}
