/** Random valid queries of every kind over the shop. */
import fc from "fast-check";
import type { AggregateRule, AnyRule, Group, QuantifierRule, Rule, Within } from "../wire.ts";
import { boolOf, type Names } from "./formula/arbitrary.ts";
import { type Base, dayAround, type Name, names, relations, shopFields, words } from "./shop.ts";

const group = (rule: fc.Arbitrary<Group | AnyRule>, maxLength = 3): fc.Arbitrary<Group> =>
  fc
    .record({
      combinator: fc.constantFrom("and" as const, "or" as const),
      not: fc.boolean(),
      rules: fc.array(rule, { maxLength, minLength: 1 }),
    })
    .map(({ combinator, not, rules }) => ({ combinator, ...(not ? { not: true as const } : {}), rules }));

const ordered = ["equals", "not_equals", "greater_than", "greater_or_equal", "less_than", "less_or_equal"];
const equality = ["equals", "not_equals", "in", "not_in", "is_empty", "is_not_empty"];
const windows = ["in_last", "not_in_last", "in_next", "in_period"];
const operators: Readonly<Record<string, string[]>> = {
  text: [...equality, "contains", "not_contains", "starts_with", "ends_with"],
  number: [...equality, ...ordered, "between"],
  boolean: [...equality, "is_true", "is_false"],
  date: [...equality, ...ordered, "between", "before", "after", "on", ...windows],
  datetime: ["is_empty", "before", "after", "on", "between", ...windows, ...windows],
  text_array: ["is_empty", "is_not_empty", "includes", "excludes"],
};
const periods = ["today", "yesterday", "tomorrow", "this_week", "last_week", "this_month", "last_month"];
const longPeriods = ["this_quarter", "last_quarter", "this_year", "last_year"];
const dayUnits = fc.constantFrom("day", "day", "week", "month", "quarter", "year");
const dateSpan = fc.record({ n: fc.constantFrom(1, 2, 7, 8, 30, 31), unit: dayUnits });
const exactSpan = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((n) => ({ n, unit: "hour" })),
  fc.integer({ min: 1, max: 30 }).map((n) => ({ n: n * 60, unit: "minute" })),
);

function ruleValue(type: string, operator: string, base: Base): fc.Arbitrary<unknown> {
  if (operator === "in_period") return fc.constantFrom(...periods, ...longPeriods);
  if (windows.includes(operator)) return type === "date" ? dateSpan : fc.oneof(dateSpan, exactSpan);
  const values: Readonly<Record<string, fc.Arbitrary<string | number | boolean>>> = {
    text: fc.constantFrom(...words, "west", "south", "book", "gold", "s1", "c2"),
    number: fc.integer({ min: -8, max: 60 }).map((n) => n / 4),
    boolean: fc.boolean(),
    text_array: fc.constantFrom("a", "b", "z"),
  };
  const one = values[type] ?? dayAround(base);
  if (operator.startsWith("is_")) return fc.constant(undefined);
  if (operator === "in" || operator === "not_in") return fc.array(one, { minLength: 1, maxLength: 4 });
  if (operator === "between") return fc.tuple(one, one).map(([a, b]) => (a <= b ? [a, b] : [b, a]));
  return one;
}

/** An operator and a value for one type. */
const comparison = (
  type: string,
  base: Base,
  allowed = operators[type] ?? [],
): fc.Arbitrary<{ operator: string; value?: unknown }> =>
  fc
    .constantFrom(...allowed)
    .chain((operator) =>
      ruleValue(type, operator, base).map((value) => ({ operator, ...(value === undefined ? {} : { value }) })),
    );

const fieldRule = (name: Name, base: Base, computed = true): fc.Arbitrary<Rule> =>
  fc
    .constantFrom(...shopFields[name].filter(({ formula }) => computed || formula === undefined))
    .chain(({ name: field, type }) => comparison(type, base).map((rest) => ({ field, ...rest })));

/** Names as formulas write them; what is looked up in backticks, with its relation. */
function formulaNames(name: Name, computed: boolean, via?: string): Names {
  const of = (type: string): string[] =>
    shopFields[name]
      .filter((field) => field.type === type && field.name !== "id" && (computed || field.formula === undefined))
      .map((field) => (via ? `\`${via}\`.\`${field.name}\`` : field.name));
  return {
    numbers: of("number"),
    texts: of("text"),
    dates: of("date"),
    instants: of("datetime"),
    booleans: of("boolean"),
  };
}

function formulaRule(name: Name, computed: boolean): fc.Arbitrary<{ formula: string }> {
  const lookedUp = relations[name].map((relation) => formulaNames(relation.to, computed, relation.name));
  const sources = [formulaNames(name, computed), ...lookedUp];
  const all = (kind: keyof Names): string[] => sources.flatMap((each) => each[kind]);
  return boolOf({
    numbers: all("numbers"),
    texts: all("texts"),
    dates: all("dates"),
    instants: all("instants"),
    booleans: all("booleans"),
  }).map((formula) => ({ formula }));
}

export type SegmentIds = Readonly<Record<Name, string[]>>;

const segmentRule = (ids: string[]): fc.Arbitrary<AnyRule>[] =>
  ids.length === 0
    ? []
    : [
        fc.record({
          segment: fc.constantFrom(...ids),
          operator: fc.constantFrom("member" as const, "not_member" as const),
        }),
      ];

/** Rules on the related records' own fields, formulas over them, and their segments. */
function where(name: Name, base: Base, ids: string[], wanted: readonly Kind[]): fc.Arbitrary<Group> {
  const formula = boolOf(formulaNames(name, wanted.includes("computed")), 1).map((each) => ({ formula: each }));
  return group(
    fc.oneof(
      { arbitrary: fieldRule(name, base, wanted.includes("computed")), weight: 5 },
      ...(wanted.includes("formula") ? [formula] : []),
      ...(wanted.includes("segment") ? segmentRule(ids) : []),
    ),
    2,
  );
}

const aggregates: Readonly<Record<string, string[]>> = {
  number: ["count_distinct", "sum", "average", "min", "max", "first", "last"],
  date: ["count_distinct", "min", "max"],
  text: ["count_distinct", "first", "last"],
};
/** Filled in every row, so that first and last have a value wherever there is a row. */
const always = ["qty", "seq", "kind"];

function relatedRule(
  related: string,
  name: Name,
  base: Base,
  ids: string[],
  wanted: readonly Kind[],
): fc.Arbitrary<AnyRule> {
  const dates = shopFields[name].filter(({ type }) => type === "date" || type === "datetime");
  const within: fc.Arbitrary<Within> = fc
    .constantFrom(...dates)
    .chain(({ name: field, type }) =>
      (type === "date" ? dateSpan : fc.oneof(dateSpan, exactSpan)).map((last) => ({ field, last })),
    );
  const common = fc
    .record({ where: fc.option(where(name, base, ids, wanted)), within: fc.option(within) })
    .map((parts) => ({
      related,
      ...(parts.where ? { where: parts.where } : {}),
      ...(parts.within ? { within: parts.within } : {}),
    }));
  const quantifier: fc.Arbitrary<QuantifierRule> = fc
    .tuple(common, fc.constantFrom("any", "all", "none", "at_least", "at_most", "exactly"), fc.nat(3))
    .map(([rest, word, n]) => ({
      ...rest,
      quantifier: word as QuantifierRule["quantifier"],
      ...(/_|exactly/.test(word) ? { n } : {}),
    }));
  const count: fc.Arbitrary<AggregateRule> = fc
    .tuple(common, comparison("number", base, [...ordered, "between"]))
    .map(([rest, compared]) => ({ ...rest, aggregate: "count", ...compared }));
  const choices = shopFields[name].filter(({ type, name: field }) => type in aggregates && field !== "id");
  const aggregate: fc.Arbitrary<AggregateRule> = fc.constantFrom(...choices).chain(({ name: of, type }) =>
    fc.constantFrom(...(aggregates[type] ?? [])).chain((word) => {
      const picks = word === "first" || word === "last";
      const field = picks && !always.includes(of) ? "kind" : of;
      const result = word === "count_distinct" || field !== "kind" ? type : "text";
      const compared = word === "count_distinct" ? "number" : result;
      // Whether "not 5" holds of an empty figure is left open.
      const allowed =
        compared === "text" ? ["equals", "in", "contains"] : ordered.filter((each) => each !== "not_equals");
      return fc.tuple(common, comparison(compared, base, allowed)).map(([rest, comparing]) => ({
        ...rest,
        aggregate: word,
        of: field,
        ...(picks ? { order_by: "seq" } : {}),
        ...comparing,
      }));
    }),
  );
  return name === "purchases" ? fc.oneof(quantifier, count, aggregate, aggregate) : fc.oneof(quantifier, count);
}

export const kinds = ["fields", "computed", "via", "related", "formula", "segment"] as const;
export type Kind = (typeof kinds)[number];

/** A query over this dataset with rules of these kinds, groups up to three deep; null where none of them fits. */
export function shopQuery(
  name: Name,
  base: Base,
  ids: SegmentIds,
  wanted: readonly Kind[] = kinds,
): fc.Arbitrary<Group> | null {
  const has = (kind: Kind): boolean => wanted.includes(kind);
  const leaves: fc.Arbitrary<AnyRule>[] = [];
  if (has("fields")) leaves.push(fieldRule(name, base, has("computed")));
  if (has("formula")) leaves.push(formulaRule(name, has("computed")));
  if (has("segment")) leaves.push(...segmentRule(ids[name]));
  if (has("via"))
    for (const relation of relations[name])
      leaves.push(fieldRule(relation.to, base, has("computed")).map((rule) => ({ via: relation.name, ...rule })));
  if (has("related"))
    for (const child of names)
      for (const relation of relations[child])
        if (relation.to === name) leaves.push(relatedRule(relation.reverse_name, child, base, ids[child], wanted));
  if (leaves.length === 0) return null;
  const rule = fc.oneof(...leaves);
  return group(
    fc.oneof({ arbitrary: rule, weight: 4 }, group(fc.oneof({ arbitrary: rule, weight: 4 }, group(rule, 2)))),
  );
}
