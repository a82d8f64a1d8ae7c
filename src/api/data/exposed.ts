/** What a key sees of a workspace's segments: those that are shown through the API and that it is scoped to. */
import type { Database } from "../../control/database.ts";
import type { Segment } from "../../control/repositories/segments.ts";
import type { KeyHolder } from "../key.ts";
import { notFound } from "../problems.ts";
import { needSegment, soundOf } from "./segment-view.ts";

function isExposed({ key }: KeyHolder, { id, api_exposed }: Pick<Segment, "id" | "api_exposed">): boolean {
  return api_exposed && (key.segment_ids === null || key.segment_ids.includes(id));
}

/** The segment and its dataset; for one that the key does not see the same 404 as for one that is not there. */
export async function needExposed(db: Database, holder: KeyHolder, id: string) {
  const found = await needSegment(db, holder.workspace.id, id);
  if (!isExposed(holder, found.segment)) throw notFound("segment");
  return found;
}

/** The same with its query; 409 `segment_failed` where that is not valid any more. */
export async function needExposedSound(db: Database, holder: KeyHolder, id: string) {
  return soundOf(db, await needExposed(db, holder, id));
}
