/** What an edit changed in a query, rule by rule. */
import type { StoredQuery } from "./schema/segments.ts";

export interface QueryChange {
  readonly change: "added" | "removed" | "changed";
  /** In the newer query; of what was removed, in the older one. */
  readonly path: string;
  /** A rule or group, or a word where the group itself changed. */
  readonly before: unknown;
  readonly after: unknown;
}

type Json = Readonly<Record<string, unknown>>;
interface Group {
  readonly combinator?: unknown;
  readonly not?: unknown;
  readonly rules: readonly unknown[];
}

export function queryDifference(before: StoredQuery, after: StoredQuery): QueryChange[] {
  return [...ofGroups(before, after, "query", "query")];
}

function* ofGroups(before: Group, after: Group, from: string, to: string): Generator<QueryChange, void, undefined> {
  if (before.combinator !== after.combinator) {
    yield { change: "changed", path: `${to}.combinator`, before: before.combinator, after: after.combinator };
  }
  if (before.not !== after.not) {
    const added = after.not === true;
    yield {
      change: added ? "added" : "removed",
      path: `${added ? to : from}.not`,
      before: added ? null : "not",
      after: added ? "not" : null,
    };
  }
  for (const gap of gapsBetween(before.rules, after.rules)) yield* ofGap(gap, from, to);
}

interface Placed {
  readonly rule: unknown;
  readonly at: number;
}

/** Rules that stand between two that both queries have. */
interface Gap {
  readonly before: readonly Placed[];
  readonly after: readonly Placed[];
}

function* ofGap({ before, after }: Gap, from: string, to: string): Generator<QueryChange, void, undefined> {
  const left = [...after];
  for (const old of before) {
    const found = left.findIndex(({ rule }) => isSameSubject(old.rule, rule));
    const path = `${from}.rules[${old.at}]`;
    if (found < 0) yield { change: "removed", path, before: old.rule, after: null };
    else yield* ofPair(old, left.splice(found, 1)[0] as Placed, from, to);
  }
  for (const { rule, at } of left) yield { change: "added", path: `${to}.rules[${at}]`, before: null, after: rule };
}

function* ofPair(old: Placed, now: Placed, from: string, to: string): Generator<QueryChange, void, undefined> {
  const path = `${to}.rules[${now.at}]`;
  if (isGroup(old.rule) && isGroup(now.rule)) yield* ofGroups(old.rule, now.rule, `${from}.rules[${old.at}]`, path);
  else yield { change: "changed", path, before: old.rule, after: now.rule };
}

/** Whether one rule may be the other after an edit: it asks about the same thing, or the same of a renamed thing. */
function isSameSubject(a: unknown, b: unknown): boolean {
  if (!isJson(a) || !isJson(b)) return false;
  if (isGroup(a) || isGroup(b)) return isGroup(a) && isGroup(b);
  const kind = KINDS.find((key) => key in a);
  if (kind === undefined || kind !== KINDS.find((key) => key in b)) return false;
  if (kind === "formula") return true;
  return (a[kind] === b[kind] && a.via === b.via) || sameBut(kind, a, b);
}

const KINDS = ["related", "formula", "segment", "field"] as const;

function sameBut(key: string, a: Json, b: Json): boolean {
  return JSON.stringify({ ...a, [key]: null }) === JSON.stringify({ ...b, [key]: null });
}

/** What is left when the longest common sequence of rules is taken out. */
function gapsBetween(before: readonly unknown[], after: readonly unknown[]): Gap[] {
  const [a, b] = [before.map((rule) => JSON.stringify(rule)), after.map((rule) => JSON.stringify(rule))];
  const lengths = commonLengths(a, b);
  const length = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  const gaps: Gap[] = [];
  let gap: { before: Placed[]; after: Placed[] } = { before: [], after: [] };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      gaps.push(gap);
      gap = { before: [], after: [] };
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && length(i + 1, j) >= length(i, j + 1))) {
      gap.before.push({ rule: before[i], at: i++ });
    } else gap.after.push({ rule: after[j], at: j++ });
  }
  return [...gaps, gap];
}

/** Of the longest common sequence of what begins at i and at j. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    const [row, below] = [lengths[i] as number[], lengths[i + 1] as number[]];
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? (below[j + 1] as number) + 1 : Math.max(below[j] as number, row[j + 1] as number);
    }
  }
  return lengths;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

function isGroup(rule: unknown): rule is Group {
  return isJson(rule) && Array.isArray(rule.rules);
}
