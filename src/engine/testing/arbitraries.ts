/** Random schemas, cells and queries with few enough distinct values that conditions are true now and then. Tests only. */
import fc from "fast-check";
import { type Operator, operatorsFor } from "../operators/index.ts";
import { PERIODS } from "../predicates/predicate.ts";
import type { Cell, Field, FieldType } from "../values/types.ts";

export const texts = [
  "CA",
  "ca",
  "Ny",
  "İstanbul",
  "istanbul",
  "i̇stanbul",
  "Straße",
  "STRASSE",
  "straẞe",
  "ΣΊΣΥΦΟΣ",
  "σίσυφος",
  "σίσυφοσ",
  "50%",
  "50_",
  "a_b",
  "axb",
  "%",
  "_",
  "😀 smile",
  "😀",
  "é",
  "e\u0301",
  "K",
  "k",
  "ſ",
  "S",
  "x y",
  " lead",
  "trail ",
  "\t",
  'a"b',
  "a\\b",
  "\u0000",
  "null",
  "ß",
  "ﬁ",
  "FI",
  "\ufeffbom",
  "long ".repeat(40),
  "𐐀",
  "𐐨",
  "Ω",
  "Ω",
  "Ǆ",
  "ǅ",
  "ǆ",
];
export const numbers = [
  "0",
  "-0",
  "1",
  "1.0",
  "1.50",
  "-1",
  "127",
  "128",
  "-128",
  "-129",
  "32768",
  "2147483648",
  "0.1",
  "1e3",
  "1000",
  "99.99",
  "123456789012345",
  "-2147483648",
  "5.",
];
export const dates = [
  "2024-02-29",
  "2024-03-10",
  "2024-03-31",
  "2024-11-03",
  "2011-12-29",
  "2011-12-30",
  "2011-12-31",
  "1969-12-31",
  "1970-01-01",
  "2018-11-04",
  "2024-01-01",
];
const instants = dates.flatMap((date) => [
  `${date}T00:00:00Z`,
  `${date}T05:00:00Z`,
  `${date}T23:59:59.999Z`,
  `${date}T10:00:00+02:00`,
  `${date} 04:30:00-05:00`,
]);
const locals = dates.flatMap((date) => [`${date}T00:30:00`, `${date}T01:30:00`, `${date}T02:30:00`]);
const unfit = [
  "n/a",
  "007",
  "1,200",
  "$5",
  " 5",
  "yes",
  "2023-02-29",
  "2024-01-01T25:00:00Z",
  "2024-01-01T10:00:00",
  "[1]",
  '["a"',
  "{}",
  "1234567890123456",
  "0x10",
  "1e999",
  "1e-400",
];

const pools: Readonly<Record<FieldType, readonly Cell[]>> = {
  text: [...texts, 5, true],
  number: [...numbers, ...numbers.map(Number)],
  boolean: [true, false, "true", "FALSE", "True"],
  date: dates,
  datetime: instants,
  text_array: [["a"], ["A", "b"], ["b", "c"], '["a","ß"]', ["İ", "σ"], ["ς"], [], "[]", ["", " "]],
};

export const types = Object.keys(pools) as FieldType[];
export const zones = [
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
];

export const anySchema: fc.Arbitrary<Field[]> = fc
  .array(fc.constantFrom(...types), { minLength: 1, maxLength: 7 })
  .map((chosen) => chosen.map((type, id): Field => ({ id, name: `${type} ${id}`, type })));

export function anyCell(field: Field): fc.Arbitrary<Cell> {
  return fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...pools[field.type]) },
    { weight: 2, arbitrary: fc.constantFrom<Cell>(null, "", "   ", "\u00a0") },
    { weight: 2, arbitrary: fc.constantFrom<Cell>(...unfit) },
    {
      weight: 1,
      arbitrary: field.type === "text" ? fc.string({ unit: "grapheme", maxLength: 12 }) : fc.constant(null),
    },
    {
      weight: 1,
      arbitrary: field.type === "number" ? fc.double({ noNaN: true, noDefaultInfinity: true }) : fc.constant(null),
    },
  );
}

export function anyRow(schema: readonly Field[]): fc.Arbitrary<Cell[]> {
  return fc.tuple(...schema.map(anyCell));
}

const ruleValues: Readonly<Record<FieldType, fc.Arbitrary<unknown>>> = {
  text: fc.oneof(
    fc.constantFrom(...texts.filter((text) => text.trim() !== "")),
    fc.constantFrom("s", "S", "a", "%", "0", "σ", "i", "😀", " s", "ß", "ss", "Kk", "ac"),
  ),
  number: fc.oneof(fc.constantFrom<unknown>(...numbers), fc.constantFrom<unknown>(...numbers.map(Number))),
  boolean: fc.constantFrom<unknown>(true, false, "true", "False"),
  date: fc.constantFrom(...dates),
  datetime: fc.oneof(fc.constantFrom(...dates), fc.constantFrom(...instants), fc.constantFrom(...locals)),
  text_array: fc.constantFrom("a", "A", "b", "ß", "σ", "Σ", " ", "zzz"),
};

/** Short enough that now and then one ends between the pools' dates. */
export function anySpan(type: FieldType): fc.Arbitrary<{ n: number; unit: string }> {
  const calendar = ["day", "week", "month", "quarter", "year"];
  const unit = fc.constantFrom(...calendar, ...(type === "datetime" ? ["minute", "hour"] : []));
  return fc.record({ n: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2000 })), unit });
}

/** A condition with one operator on one field. */
export function anyConditionOf(field: Field, operator: Operator): fc.Arbitrary<Record<string, unknown>> {
  const one = ruleValues[field.type];
  const values = {
    nothing: fc.constant(undefined),
    one,
    list: fc.array(one, { maxLength: 12 }),
    range: fc.tuple(one, one),
    span: anySpan(field.type),
    period: fc.constantFrom(...PERIODS),
  };
  return fc.tuple(values[operator.takes], fc.boolean()).map(([value, match_case]) => ({
    field: field.name,
    operator: operator.name,
    ...(value === undefined ? {} : { value }),
    ...(match_case ? { match_case } : {}),
  }));
}

function anyCondition(schema: readonly Field[]): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .constantFrom(...schema)
    .chain((field) =>
      fc.constantFrom(...operatorsFor(field.type)).chain((operator) => anyConditionOf(field, operator)),
    );
}

/** A valid query in its JSON form. */
export function anyQuery(schema: readonly Field[], depth = 3): fc.Arbitrary<Record<string, unknown>> {
  const rule =
    depth === 0
      ? anyCondition(schema)
      : fc.oneof({ weight: 3, arbitrary: anyCondition(schema) }, { weight: 1, arbitrary: anyQuery(schema, depth - 1) });
  return fc
    .tuple(fc.constantFrom("and", "or"), fc.option(fc.constant(true)), fc.array(rule, { maxLength: 4 }))
    .map(([combinator, not, rules]) => ({ combinator, ...(not ? { not } : {}), rules }));
}
