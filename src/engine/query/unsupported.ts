/** Rules and operators of the query language that this version does not evaluate yet. Each moves out of here when it is built. */
import { refuse } from "./refuse.ts";

const rules: Readonly<Record<string, string>> = {
  related: "Conditions on related records are not available yet. Use conditions on the record's own fields.",
  via: "Looked-up fields are not available yet. Use conditions on the record's own fields.",
  formula: "Formulas are not available yet. Use conditions on fields, joined in groups.",
  segment: "Segments inside segments are not available yet. Repeat the other segment's conditions in a group.",
};

const operators: Readonly<Record<string, string>> = {
  in_last: 'Use "after" with a date.',
  not_in_last: 'Use "after" with a date, in a group with "not".',
  in_next: 'Use "between" with two dates.',
  in_period: 'Use "between" with two dates.',
  member: "Repeat the other segment's conditions in a group.",
  not_member: 'Repeat the other segment\'s conditions in a group with "not".',
};

export function refuseUnsupported(rule: Readonly<Record<string, unknown>>, path: string): void {
  for (const key of Object.keys(rules)) {
    if (Object.hasOwn(rule, key)) refuse("unsupported_rule", `${path}.${key}`, rules[key] as string);
  }
}

export function refuseUnsupportedOperator(name: string, path: string): void {
  if (!Object.hasOwn(operators, name)) return;
  refuse("unsupported_operator", path, `"${name}" is not available yet. ${operators[name]}`);
}
