/** A segment's plan, and why a record is in it or not, put together from its shards and in words. */
import type { Dataset } from "../../control/repositories/datasets.ts";
import {
  describe,
  type ExplainedGroup,
  hintsFor,
  isGroup,
  type Leaf,
  type Query,
  type QuerySchema,
  queryToJson,
} from "../../engine/index.ts";
import { unwrap } from "../../platform/problem.ts";
import type { PlanAnswer } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { rfc3339 } from "../time.ts";
import { askAll, homeOf, shardNumber } from "./shards.ts";

/** The plan with what each condition finds by itself; hints name the better form by field names. */
export async function planOf(env: Env, dataset: Dataset, query: Query, schema: QuerySchema) {
  const version = dataset.catalogue_version;
  const answers = await askAll(env, dataset, (shard) => shard.explain({ version, query }));
  const stats = await askAll(env, dataset, (shard) => shard.stats({ version }));
  const total = stats.reduce((sum, { record_count }) => sum + record_count, 0);
  const conditions = mergedConditions(answers).map((one) => ({
    ...one,
    words: wordsOf(query, one.path, schema),
    selectivity: total === 0 ? null : one.actual / total,
  }));
  const hints = hintsFor(query, conditions, total).map(({ better, ...hint }) => ({
    ...hint,
    ...(better ? { better: asJson(better, schema) } : {}),
  }));
  return {
    count: answers.reduce((sum, { count }) => sum + count, 0),
    total,
    took_ms: rounded(Math.max(0, ...answers.map(({ took_ms }) => took_ms))),
    plan: { conditions, order: [...conditions].sort((a, b) => a.rank - b.rank).map(({ path }) => path) },
    hints,
  };
}

function mergedConditions(answers: readonly PlanAnswer[]) {
  const [first] = answers;
  return (first?.conditions ?? []).map(({ path, kind, rank }, i) => {
    const all = answers.flatMap(({ conditions }) => conditions[i] ?? []);
    const sum = (of: "estimated" | "actual") => all.reduce((total, one) => total + one[of], 0);
    return {
      ...{ path, kind, rank, estimated: sum("estimated"), actual: sum("actual") },
      took_ms: rounded(Math.max(...all.map(({ took_ms }) => took_ms))),
      shared_by: Math.max(...all.map(({ shared_by }) => shared_by)),
    };
  });
}

/** Null when there is no such record. */
export async function reasonsFor(
  env: Env,
  dataset: Dataset,
  segment: { id: string; query: Query },
  key: string,
  schema: QuerySchema,
) {
  if (dataset.shard_count === 0) return null;
  const home = shardNumber(env, dataset.id, homeOf(dataset, key));
  const request = { version: dataset.catalogue_version, segment_id: segment.id, key };
  const found = unwrap(await home.explainRecord(request));
  return found && { key, member: found.member, root: inWords(found.root, segment.query, schema) };
}

function inWords(group: ExplainedGroup, query: Query, schema: QuerySchema): Reasons {
  const rules = group.rules.map((one) =>
    one.kind === "group"
      ? inWords(one, query, schema)
      : { ...one, words: wordsOf(query, one.path, schema), changes_at: rfc3339(one.changes_at) },
  );
  return { ...group, rules };
}

/** A tree of the query's form, each condition with its answer. */
export interface Reasons {
  readonly kind: "group";
  readonly combinator: "and" | "or";
  readonly not: boolean;
  readonly result: boolean;
  readonly rules: readonly (Reasons | ReasonLeaf)[];
}

interface ReasonLeaf {
  readonly kind: "condition";
  readonly path: string;
  readonly words: string;
  readonly result: boolean;
  readonly value: unknown;
  readonly changes_at: string | null;
}

/** One condition as a sentence. */
function wordsOf(query: Query, path: string, schema: QuerySchema): string {
  const rule = leafAt(query, path);
  return rule ? describe({ combinator: "and", rules: [rule] }, schema, "records") : "";
}

function leafAt(query: Query, path: string): Leaf | null {
  let at: Query | Leaf = query;
  for (const [, index] of path.matchAll(/rules\[(\d+)\]/g)) {
    const next: Query | Leaf | undefined = isGroup(at) ? at.rules[Number(index)] : undefined;
    if (next === undefined) return null;
    at = next;
  }
  return isGroup(at) ? null : at;
}

function asJson(rule: Query | Leaf, schema: QuerySchema): unknown {
  return isGroup(rule) ? queryToJson(rule, schema) : queryToJson({ combinator: "and", rules: [rule] }, schema).rules[0];
}

const rounded = (ms: number) => Math.round(ms * 100) / 100;
