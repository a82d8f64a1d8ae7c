/** One value against one operator and operand (QUERY section 3); null is empty. */
import { beginsWith, endsWith, hasText, sameText } from "./text.ts";
import { inWindow } from "./time.ts";
import { type FieldType, isDate, localDate, read, type Value } from "./values.ts";

interface Comparison {
  operator: string;
  value?: unknown;
  match_case?: boolean;
}

interface Setting {
  zone: string;
  now?: number;
}

const complements: Readonly<Record<string, string>> = {
  not_equals: "equals",
  not_in: "in",
  not_contains: "contains",
  is_not_empty: "is_empty",
  not_in_last: "in_last",
  excludes: "includes",
};

const windows = ["in_last", "in_next", "in_period"];

export function satisfies(rule: Comparison, type: FieldType, value: Value, setting: Setting): boolean {
  const twin = complements[rule.operator];
  if (twin !== undefined) return !satisfies({ ...rule, operator: twin }, type, value, setting);
  if (rule.operator === "is_empty") return value === null || (Array.isArray(value) && value.length === 0);
  if (value === null) return false;
  if (windows.includes(rule.operator)) return compareWindow(rule, type, value, setting);
  if (type === "text") return compareText(rule, value as string);
  if (rule.operator === "includes")
    return (value as string[]).some((each) => sameText(each, String(rule.value), rule.match_case === true));
  if (rule.operator === "is_true") return value === true;
  if (rule.operator === "is_false") return value === false;
  return compareOrdered(rule, (wanted) => order(type, value, wanted, setting.zone));
}

function compareWindow(rule: Comparison, type: FieldType, value: Value, { zone, now }: Setting): boolean {
  if (now === undefined) throw new Error("the oracle needs to know what time it is");
  return inWindow(rule.operator, rule.value, type, value as string | number, { zone, now });
}

function compareText(rule: Comparison, value: string): boolean {
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

function compareOrdered(rule: Comparison, against: (wanted: unknown) => number): boolean {
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
