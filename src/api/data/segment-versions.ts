/** A segment's versions in words: each query as it reads today, and what it changed. */
import type * as z from "zod";
import type { Database } from "../../control/database.ts";
import { renamesSince } from "../../control/former-names.ts";
import { parseStoredQuery } from "../../control/query.ts";
import { type QueryChange, queryDifference } from "../../control/query-difference.ts";
import { loadQuerySchema } from "../../control/query-schema.ts";
import { renameInQuery } from "../../control/rename-in-query.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { type RelationSide, relationsOf } from "../../control/repositories/relations.ts";
import { findVersion, listVersions, type SegmentVersion } from "../../control/repositories/segment-versions.ts";
import type { StoredQuery } from "../../control/schema/segments.ts";
import { describeRule, type QuerySchema } from "../../engine/index.ts";
import { type SegmentVersionAnswer, segmentVersionAnswer } from "../shapes/segment-version.ts";

type Answer = z.input<typeof SegmentVersionAnswer>;

/** Newest first; `next` is what the following page is to be below of. */
export async function versionsPage(
  db: Database,
  dataset: Dataset,
  segmentId: string,
  page: { readonly before: number | null; readonly limit: number },
): Promise<{ data: Answer[]; next: number | null }> {
  const [{ schema, sides }, rows] = await Promise.all([
    loadQuerySchema(db, dataset),
    listVersions(db, dataset.workspace_id, segmentId, { ...page, limit: page.limit + 1 }),
  ]);
  const shown = rows.slice(0, page.limit);
  const data = shown.map((version, i) => {
    const today = withTodaysNames(dataset, sides, version);
    return segmentVersionAnswer(version, said(today, version, rows[i + 1], schema));
  });
  return { data, next: rows.length > shown.length ? (shown.at(-1)?.number ?? null) : null };
}

/** The query of a version, as it can be stored today; null: no such version. */
export async function queryToRestore(
  db: Database,
  dataset: Dataset,
  segmentId: string,
  number: number,
): Promise<StoredQuery | null> {
  const version = await findVersion(db, dataset.workspace_id, segmentId, number);
  if (!version) return null;
  return withTodaysNames(dataset, await relationsOf(db, dataset.workspace_id, dataset.id), version);
}

/** A version's query with the names that its fields have today. */
function withTodaysNames(
  dataset: Dataset,
  sides: readonly RelationSide[],
  { query, at }: Pick<SegmentVersion, "query" | "at">,
): StoredQuery {
  return renameInQuery(query, renamesSince(dataset.fields, sides, at)) ?? query;
}

function said(
  today: StoredQuery,
  version: SegmentVersion,
  older: SegmentVersion | undefined,
  schema: QuerySchema,
): Pick<Answer, "words" | "error" | "difference"> {
  const parsed = parseStoredQuery(today, schema);
  const changes = older ? queryDifference(older.query, version.query) : [];
  return {
    words: parsed.ok ? parsed.value.words : "",
    error: parsed.ok ? null : parsed.problem.detail,
    difference: changes.map((change) => inWords(change, schema)),
  };
}

function inWords({ change, path, before, after }: QueryChange, schema: QuerySchema): Answer["difference"][number] {
  const words = (part: unknown) => (part === null || typeof part === "string" ? part : describeRule(part, schema));
  return { change, path, before: words(before), after: words(after) };
}
