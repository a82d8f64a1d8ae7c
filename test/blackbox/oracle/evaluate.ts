/** A naive evaluator of queries over rows, written from QUERY.md alone: the judge of both real ones. */
import type { Data, Group, Rule } from "../wire.ts";
import { beginsWith, endsWith, hasText, sameText } from "./text.ts";
import { type FieldType, isDate, localDate, read, type Value } from "./values.ts";

export interface World {
  types: Readonly<Record<string, FieldType>>;
  zone: string;
}

const complements: Readonly<Record<string, string>> = {
  not_equals: "equals",
  not_in: "in",
  not_contains: "contains",
  is_not_empty: "is_empty",
};

export function matches(query: Group, row: Data, world: World): boolean {
  const holds = (rule: Group | Rule): boolean =>
    "rules" in rule ? matches(rule, row, world) : satisfies(rule, row, world);
  const truth =
    query.rules.length === 0 || (query.combinator === "and" ? query.rules.every(holds) : query.rules.some(holds));
  return query.not ? !truth : truth;
}

function satisfies(rule: Rule, row: Data, world: World): boolean {
  const twin = complements[rule.operator];
  if (twin !== undefined) return !satisfies({ ...rule, operator: twin }, row, world);
  const type = world.types[rule.field];
  if (type === undefined) throw new Error(`the oracle knows no field ${rule.field}`);
  const value = read(type, row[rule.field]);
  if (rule.operator === "is_empty") return value === null;
  if (value === null) return false;
  return compare(rule, type, value, world.zone);
}

function compare(rule: Rule, type: FieldType, value: Value, zone: string): boolean {
  if (type === "text") return compareText(rule, value as string);
  if (rule.operator === "is_true") return value === true;
  if (rule.operator === "is_false") return value === false;
  return compareOrdered(rule, (wanted) => order(type, value, wanted, zone));
}

function compareText(rule: Rule, value: string): boolean {
  const matchCase = rule.match_case === true;
  const wanted = rule.value as string;
  switch (rule.operator) {
    case "equals":
      return sameText(value, wanted, matchCase);
    case "in":
      return (rule.value as string[]).some((each) => sameText(value, each, matchCase));
    case "contains":
      return hasText(value, wanted, matchCase);
    case "starts_with":
      return beginsWith(value, wanted, matchCase);
    case "ends_with":
      return endsWith(value, wanted, matchCase);
    default:
      throw new Error(`the oracle knows no ${rule.operator} on text`);
  }
}

function compareOrdered(rule: Rule, against: (wanted: unknown) => number): boolean {
  switch (rule.operator) {
    case "equals":
    case "on":
      return against(rule.value) === 0;
    case "in":
      return (rule.value as unknown[]).some((each) => against(each) === 0);
    case "greater_than":
    case "after":
      return against(rule.value) > 0;
    case "greater_or_equal":
      return against(rule.value) >= 0;
    case "less_than":
    case "before":
      return against(rule.value) < 0;
    case "less_or_equal":
      return against(rule.value) <= 0;
    case "between": {
      const [low, high] = rule.value as [unknown, unknown];
      return against(low) >= 0 && against(high) <= 0;
    }
    default:
      throw new Error(`the oracle knows no ${rule.operator} here`);
  }
}

/** Below 0 when the value comes before what is wanted. A date against a datetime is that whole local day. */
function order(type: FieldType, value: Value, wanted: unknown, zone: string): number {
  if (type === "datetime" && typeof wanted === "string" && isDate(wanted)) {
    const day = localDate(value as number, zone);
    return day < wanted ? -1 : day > wanted ? 1 : 0;
  }
  const other = read(type, wanted);
  if (other === null) throw new Error(`the oracle cannot read ${JSON.stringify(wanted)} as ${type}`);
  return (value as number) < (other as number) ? -1 : (value as number) > (other as number) ? 1 : 0;
}
