/** Related records (QUERY section 5): quantifiers and aggregates over the rows that point at this one. */
import type { AggregateRule, Data, QuantifierRule, Within } from "../wire.ts";
import { satisfies } from "./compare.ts";
import { orderOfQuotient, sumOf } from "./decimal.ts";
import { matches } from "./evaluate.ts";
import { readField } from "./fields.ts";
import type { FieldType, Value } from "./values.ts";
import { keyOf, type Table, type World } from "./world.ts";

function childrenOf(related: string, row: Data, world: World): { table: Table; rows: Data[] } {
  const relation = world.related?.[related];
  if (!relation) throw new Error(`the oracle knows no related ${related}`);
  const key = keyOf(row, world);
  return {
    table: relation.table,
    rows: [...relation.table.rows.values()].filter((child) => {
      const pointer = child[relation.field];
      return pointer !== null && pointer !== undefined && String(pointer) === key;
    }),
  };
}

const isWithin = (within: Within | undefined, child: Data, world: World): boolean =>
  within === undefined ||
  satisfiesField({ field: within.field, operator: "in_last", value: within.last }, child, world);

function satisfiesField(rule: { field: string; operator: string; value: unknown }, row: Data, world: World): boolean {
  const { type, value } = readField(rule.field, row, world);
  return satisfies(rule, type, value, world);
}

export function quantified(rule: QuantifierRule, row: Data, world: World): boolean {
  const { table, rows } = childrenOf(rule.related, row, world);
  const seen = rows.filter((child) => isWithin(rule.within, child, table.world));
  const hits = seen.filter((child) => !rule.where || matches(rule.where, child, table.world)).length;
  const n = rule.n ?? 0;
  switch (rule.quantifier) {
    case "any":
      return hits > 0;
    case "all":
      return hits === seen.length;
    case "none":
      return hits === 0;
    case "at_least":
      return hits >= n;
    case "at_most":
      return hits <= n;
    case "exactly":
      return hits === n;
  }
}

export function aggregated(rule: AggregateRule, row: Data, world: World): boolean {
  const { table, rows } = childrenOf(rule.related, row, world);
  const seen = rows.filter(
    (child) => isWithin(rule.within, child, table.world) && (!rule.where || matches(rule.where, child, table.world)),
  );
  const compare = (type: FieldType, value: Value) => satisfies(rule, type, value, world);
  if (rule.aggregate === "count") return compare("number", seen.length);
  const of = rule.of ?? "";
  const type = table.world.types[of] ?? "text";
  const values = seen.map((child) => readField(of, child, table.world).value).filter((value) => value !== null);
  switch (rule.aggregate) {
    case "count_distinct":
      return compare("number", new Set(values).size);
    case "sum":
      return compareQuotient(rule, sumOf(values as number[]), 1);
    case "average":
      return values.length > 0 && compareQuotient(rule, sumOf(values as number[]), values.length);
    case "min":
    case "max":
      return compare(type, extreme(values, rule.aggregate));
    case "first":
    case "last": {
      const ordered = inOrder(seen, rule.order_by ?? "", table.world);
      const chosen = rule.aggregate === "first" ? ordered[0] : ordered.at(-1);
      return compare(type, chosen ? readField(of, chosen, table.world).value : null);
    }
    default:
      throw new Error(`the oracle knows no aggregate ${rule.aggregate}`);
  }
}

function extreme(values: Value[], which: "min" | "max"): Value {
  const sorted = [...values].sort((a, b) =>
    (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0,
  );
  return (which === "min" ? sorted[0] : sorted.at(-1)) ?? null;
}

/** By the field, ties by key. */
function inOrder(rows: Data[], field: string, world: World): Data[] {
  const rank = (row: Data): [number, string] => [readField(field, row, world).value as number, keyOf(row, world)];
  return [...rows].sort((a, b) => {
    const [[x, xKey], [y, yKey]] = [rank(a), rank(b)];
    return x < y ? -1 : x > y ? 1 : xKey < yKey ? -1 : 1;
  });
}

function compareQuotient({ operator, value }: AggregateRule, total: bigint, count: number): boolean {
  const against = (wanted: unknown) => orderOfQuotient(total, count, Number(wanted));
  switch (operator) {
    case "equals":
      return against(value) === 0;
    case "not_equals":
      return against(value) !== 0;
    case "greater_than":
      return against(value) > 0;
    case "greater_or_equal":
      return against(value) >= 0;
    case "less_than":
      return against(value) < 0;
    case "less_or_equal":
      return against(value) <= 0;
    case "between": {
      const [low, high] = value as [unknown, unknown];
      return against(low) >= 0 && against(high) <= 0;
    }
    default:
      throw new Error(`the oracle knows no ${operator} on a sum`);
  }
}
