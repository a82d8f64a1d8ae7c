/** One segment with its dataset, and as it is answered. */
import type * as z from "zod";
import type { Database } from "../../control/database.ts";
import { readStored } from "../../control/read-queries.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { findSegment, type SegmentView } from "../../control/repositories/segments.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import { type SegmentAnswer, segmentAnswer } from "../shapes/segment.ts";
import { needDataset } from "./dataset-view.ts";
import { liveState } from "./segment-states.ts";

/** The segment of this workspace and its dataset, or 404 `segment_not_found`. */
export async function needSegment(
  db: Database,
  workspaceId: string,
  id: string,
): Promise<{ segment: SegmentView; dataset: Dataset }> {
  const segment = await findSegment(db, workspaceId, id);
  if (!segment) throw notFound("segment");
  return { segment, dataset: await needDataset(db, workspaceId, segment.dataset_id) };
}

/** A segment that its shards know, with its query. 409 `segment_failed` for one whose query is not valid any more. */
export async function needSound(db: Database, workspaceId: string, id: string) {
  return soundOf(db, await needSegment(db, workspaceId, id));
}

/** The same for one that is found already. */
export async function soundOf(db: Database, found: Awaited<ReturnType<typeof needSegment>>) {
  const { schema, queries } = await readStored(db, found.dataset, [found.segment]);
  const parsed = queries.get(found.segment.id);
  if (parsed?.ok) return { ...found, query: parsed.value.query, schema };
  const detail = `The segment's query is not valid any more: ${parsed?.problem.detail ?? ""} Give it a new query.`;
  throw problem(409, "segment_failed", detail);
}

/** The segment as it is now, with what its shards say. */
export async function viewSegment(
  env: Env,
  db: Database,
  workspaceId: string,
  id: string,
): Promise<z.input<typeof SegmentAnswer>> {
  const { segment, dataset } = await needSegment(db, workspaceId, id);
  return segmentAnswer(segment, await liveState(env, db, dataset, segment));
}
