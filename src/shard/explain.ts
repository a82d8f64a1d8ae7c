/** Why: what a query's conditions find by themselves in this shard, and what they say of one record. */
import { type ExplainedGroup, isGroup, type Leaf, type Plan, type Query } from "../engine/index.ts";
import { failure, type Outcome, success } from "../platform/problem.ts";
import type { Evaluator } from "./evaluator.ts";
import type { PlanAnswer, PlannedCondition } from "./interface.ts";
import type { Row } from "./rows.ts";
import { Slices } from "./yield.ts";

/** Evaluates the whole query, then each of its conditions over all rows. */
export async function explainPlan(evaluator: Evaluator, query: Query, now: number): Promise<Outcome<PlanAnswer>> {
  const plan = evaluator.compile(query);
  if (!plan.ok) return failure(plan.problem);
  const slices = new Slices();
  await evaluator.prepare([plan.value], now, slices);
  const whole = await measured(evaluator, plan.value, now, slices);
  const conditions: PlannedCondition[] = [];
  for (const [rule, path] of leavesWithPaths(query, "query")) {
    const alone = evaluator.compile({ combinator: "and", rules: [rule] });
    if (!alone.ok) return failure(alone.problem);
    const [condition] = alone.value.conditions;
    if (condition === undefined) continue;
    const { count, took_ms, first } = await measured(evaluator, alone.value, now, slices);
    const { kind, key } = condition;
    const rank = plan.value.conditions.findIndex((one) => one.key === key);
    conditions.push({
      path,
      kind,
      key,
      rank,
      actual: count,
      estimated: first,
      took_ms,
      shared_by: evaluator.sharing(key),
    });
  }
  return success({ count: whole.count, took_ms: whole.took_ms, conditions });
}

/** `first`: how many there would be if all chunks were like the first. */
async function measured(evaluator: Evaluator, plan: Plan, now: number, slices: Slices) {
  const { columns } = evaluator;
  const rows = columns.store.rowCount;
  let [count, took_ms, first] = [0, 0, 0];
  for (let chunk = 0; chunk < columns.chunkCount; chunk++) {
    await columns.load(plan.fields, chunk, slices);
    const began = performance.now();
    const found = columns.matches(plan, chunk, evaluator.moment(now)).count;
    took_ms += performance.now() - began;
    count += found;
    if (chunk === 0) first = Math.round((found / Math.max(1, columns.store.present.countChunk(0))) * rows);
    await slices.next();
  }
  return { count, took_ms, first };
}

function* leavesWithPaths(group: Query, path: string): Generator<readonly [Leaf, string], void, undefined> {
  for (const [i, rule] of group.rules.entries()) {
    const at = `${path}.rules[${i}]`;
    if (isGroup(rule)) yield* leavesWithPaths(rule, at);
    else yield [rule, at];
  }
}

/** Null when there is no such segment. */
export function explainRecord(
  evaluator: Evaluator,
  segmentId: string,
  row: Row,
  now: number,
): Outcome<{ member: boolean; root: ExplainedGroup }> | null {
  const query = evaluator.queryOf(segmentId);
  if (query === null) return null;
  const plan = evaluator.compile(query);
  if (!plan.ok) return failure(plan.problem);
  const root = evaluator.explain(query, { row: row.row, cells: row.cells ?? [] }, now);
  return success({ member: evaluator.members(segmentId).has(row.row), root });
}
