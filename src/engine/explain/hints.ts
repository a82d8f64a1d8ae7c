/** What could be better about a query: conditions that do nothing, that cost much, or that have a simpler equal form. */
import { type FieldRule, type Group, isField, isGroup, type Query, type Rule } from "../query/ast.ts";

/** What evaluating a condition by itself showed, by the path of its rule. */
export interface Measured {
  readonly path: string;
  readonly actual: number;
  readonly took_ms: number;
}

export interface Hint {
  readonly code: "never_true" | "always_true" | "said_twice" | "use_in" | "costly";
  readonly path: string;
  /** What is odd and what would be better, for people. */
  readonly detail: string;
  /** The rule or group that means the same, by field ids; put it at `path`. */
  readonly better?: Rule;
}

/** Below this nothing is worth a word. */
const COSTLY_MS = 20;
const MANY_EQUALS = 3;

/** `total`: how many records there are. */
export function hintsFor(query: Query, measured: readonly Measured[], total: number): Hint[] {
  const byPath = new Map(measured.map((one) => [one.path, one]));
  return [...ofCounts(measured, total), ...ofCosts(measured), ...ofGroups(query, "query", byPath)];
}

function ofCounts(measured: readonly Measured[], total: number): Hint[] {
  if (total === 0) return [];
  return measured.flatMap(({ path, actual }): Hint[] => {
    if (actual === 0) return [{ code: "never_true", path, detail: "No record meets this condition at present." }];
    if (actual < total) return [];
    return [{ code: "always_true", path, detail: "Every record meets this condition: it makes no difference." }];
  });
}

function ofCosts(measured: readonly Measured[]): Hint[] {
  const all = measured.reduce((sum, { took_ms }) => sum + took_ms, 0);
  return measured.flatMap(({ path, took_ms }): Hint[] => {
    if (took_ms < COSTLY_MS || took_ms < all * 0.8 || measured.length < 2) return [];
    const share = Math.round((took_ms / all) * 100);
    const detail = `This condition takes ${share} % of the time. Where "is" or "starts with" says the same, they are faster.`;
    return [{ code: "costly", path, detail }];
  });
}

function* ofGroups(group: Group, path: string, measured: ReadonlyMap<string, Measured>): Generator<Hint> {
  const seen = new Set<string>();
  for (const [i, rule] of group.rules.entries()) {
    const at = `${path}.rules[${i}]`;
    const text = JSON.stringify(rule);
    if (seen.has(text)) yield { code: "said_twice", path: at, detail: "The same stands in this group already." };
    seen.add(text);
    if (isGroup(rule)) yield* ofGroups(rule, at, measured);
  }
  if (group.combinator === "or") yield* manyEquals(group, path);
}

/** `a is 1 or a is 2 or a is 3` is `a is one of 1, 2, 3`. */
function* manyEquals(group: Group, path: string): Generator<Hint> {
  const equals = group.rules.filter(
    (rule): rule is FieldRule => !isGroup(rule) && isField(rule) && rule.operator === "equals",
  );
  const byField = Map.groupBy(equals, ({ field, via, match_case }) => JSON.stringify([field, via, match_case]));
  for (const rules of byField.values()) {
    const [first] = rules;
    if (first === undefined || rules.length < MANY_EQUALS) continue;
    const value = rules.map((rule) => rule.value as string | number | boolean);
    const joined: FieldRule = { ...first, operator: "in", value };
    const others = group.rules.filter((rule) => !rules.includes(rule as FieldRule));
    const better = others.length === 0 && !group.not ? joined : { ...group, rules: [joined, ...others] };
    const detail = `${rules.length} conditions on one field, joined by "or", say the same as one "is one of".`;
    yield { code: "use_in", path, detail, better };
  }
}
