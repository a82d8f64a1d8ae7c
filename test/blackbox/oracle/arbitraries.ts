/** Random rows and random valid queries over one fixed schema, crowded around values that collide. */
import fc from "fast-check";
import type { Data, FieldShape, Group, Rule } from "../wire.ts";

export const fields: FieldShape[] = [
  { name: "id", type: "text" },
  { name: "name", type: "text" },
  { name: "amount", type: "number" },
  { name: "active", type: "boolean" },
  { name: "day", type: "date" },
  { name: "at", type: "datetime" },
  { name: "tags", type: "text_array" },
];

const letters = [
  "a",
  "A",
  "b",
  "B",
  "i",
  "I",
  "İ",
  "ı",
  "s",
  "S",
  "ß",
  "ẞ",
  "ſ",
  "Σ",
  "σ",
  "ς",
  "K",
  "k",
  "Å",
  "å",
  "e\u0301",
  "É",
  "é",
  "Ǆ",
  "ǅ",
  "ǆ",
  "µ",
  "μ",
  "%",
  "_",
  "\\",
  "'",
  '"',
  "*",
  ".",
  " ",
  "🎈",
  "👩‍🚀",
  "𐐀",
  "𐐨",
  "ﬀ",
  "0",
];
const text = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
export const filledText = text.filter((value) => value.trim() !== "");
const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, 10, 0.1, 0.3, 1.5, 99.99, 1e6, -2.5, 123456789012345, 0.000001),
  fc.integer({ min: -5, max: 5 }),
);
const day = fc.constantFrom(
  "2024-02-28",
  "2024-02-29",
  "2024-03-01",
  "2024-03-09",
  "2024-03-10",
  "2024-03-11",
  "2024-11-03",
  "2024-12-31",
  "2025-01-01",
);
/** Crowded around local midnights and the days when New York's clocks change. */
const instant = fc
  .tuple(
    day,
    fc.constantFrom("00:00:00", "03:59:59", "04:00:00", "04:59:59.999", "05:00:00", "12:30:00", "23:59:59"),
    fc.constantFrom("Z", "-05:00", "-04:00", "+02:00"),
  )
  .map(([date, time, zone]) => `${date}T${time}${zone}`);

const cells: Record<string, fc.Arbitrary<unknown>> = {
  name: fc.oneof({ arbitrary: text, weight: 6 }, fc.constantFrom(null, "", "  ")),
  amount: fc.oneof(
    { arbitrary: number, weight: 6 },
    number.map(String),
    fc.constantFrom(null, "", " ", "abc", "1,200", "$5", "007"),
  ),
  active: fc.oneof({ arbitrary: fc.boolean(), weight: 3 }, fc.constantFrom(null, "TRUE", "false", "yes", "")),
  day: fc.oneof({ arbitrary: day, weight: 4 }, fc.constantFrom(null, "", "2024-02-30", "soon")),
  at: fc.oneof({ arbitrary: instant, weight: 5 }, fc.constantFrom(null, "", "later")),
  tags: fc.constantFrom(null, ["a"], ["a", "b"], ["B"]),
};

/** A row without its key; fields may be missing. */
export const rowWithoutKey: fc.Arbitrary<Data> = fc.record(cells, { requiredKeys: [] });

const values: Record<string, fc.Arbitrary<unknown>> = {
  name: filledText,
  amount: fc.oneof(number, number.map(String)),
  active: fc.constantFrom<unknown>(true, false, "true"),
  day,
  at: fc.oneof(instant, day),
};
const equality = ["equals", "not_equals", "in", "not_in", "is_empty", "is_not_empty"];
const ordered = ["greater_than", "greater_or_equal", "less_than", "less_or_equal", "between"];
const operators: Record<string, string[]> = {
  name: [...equality, "contains", "not_contains", "starts_with", "ends_with"],
  amount: [...equality, ...ordered],
  active: [...equality, "is_true", "is_false"],
  day: [...equality, ...ordered, "before", "after", "on"],
  at: [...equality, ...ordered, "before", "after", "on"],
  tags: ["is_empty", "is_not_empty"],
};

function ruleValue(field: string, operator: string): fc.Arbitrary<unknown> {
  const one = values[field] ?? fc.constant(undefined);
  if (/^is_/.test(operator)) return fc.constant(undefined);
  if (operator === "in" || operator === "not_in") return fc.array(one, { minLength: 1, maxLength: 4 });
  if (operator === "between") return ascending(field);
  // "on" names a day: a moment would only equal itself.
  return operator === "on" ? day : one;
}

/** `[low, high]` of one kind, low first. */
function ascending(field: string): fc.Arbitrary<unknown> {
  const pair = <T>(one: fc.Arbitrary<T>, rank: (value: T) => number) =>
    fc.tuple(one, one).map(([a, b]) => (rank(a) <= rank(b) ? [a, b] : [b, a]));
  if (field === "amount") return pair(number, (value) => value);
  if (field === "day") return pair(day, Date.parse);
  return fc.oneof(pair(day, Date.parse), pair(instant, Date.parse));
}

export const rule: fc.Arbitrary<Rule> = fc
  .constantFrom(
    ...Object.entries(operators).flatMap(([field, names]) => names.map((operator) => ({ field, operator }))),
  )
  .chain(({ field, operator }) =>
    fc.record({ value: ruleValue(field, operator), matchCase: fc.boolean() }).map(({ value, matchCase }) => ({
      field,
      operator,
      ...(value === undefined ? {} : { value }),
      ...(field === "name" && value !== undefined && matchCase ? { match_case: true } : {}),
    })),
  );

const group = (inner: fc.Arbitrary<Group | Rule>): fc.Arbitrary<Group> =>
  fc
    .record({
      combinator: fc.constantFrom("and" as const, "or" as const),
      not: fc.boolean(),
      rules: fc.array(inner, { maxLength: 3 }),
    })
    .map(({ combinator, not, rules }) => ({ combinator, ...(not ? { not: true as const } : {}), rules }));

/** Groups up to three deep. */
export const query: fc.Arbitrary<Group> = group(
  fc.oneof({ arbitrary: rule, weight: 4 }, group(fc.oneof({ arbitrary: rule, weight: 4 }, group(rule)))),
);
