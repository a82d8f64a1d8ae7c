import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import type { Database } from "../database.ts";
import { type StoredQuery, segments, segmentVersions } from "../schema/segments.ts";
import { users } from "../schema/users.ts";

/** A query that a segment has or had. */
export interface SegmentVersion {
  readonly number: number;
  readonly query: StoredQuery;
  /** Null where nobody is known any more. */
  readonly author: { readonly id: string; readonly email: string } | null;
  readonly at: number;
}

/** Newest first, below the number `before`. */
export async function listVersions(
  db: Database,
  workspaceId: string,
  segmentId: string,
  page: { readonly before: number | null; readonly limit: number },
): Promise<SegmentVersion[]> {
  const before = page.before === null ? undefined : lt(segmentVersions.number, page.before);
  return selectVersions(db, and(ofSegment(workspaceId, segmentId), before), page.limit);
}

export async function findVersion(
  db: Database,
  workspaceId: string,
  segmentId: string,
  number: number,
): Promise<SegmentVersion | null> {
  const where = and(ofSegment(workspaceId, segmentId), eq(segmentVersions.number, number));
  const [version] = await selectVersions(db, where, 1);
  return version ?? null;
}

function ofSegment(workspaceId: string, segmentId: string): SQL | undefined {
  return and(eq(segments.workspace_id, workspaceId), eq(segments.id, segmentId));
}

async function selectVersions(db: Database, where: SQL | undefined, limit: number): Promise<SegmentVersion[]> {
  const rows = await db
    .select({ version: segmentVersions, email: users.email })
    .from(segmentVersions)
    .innerJoin(segments, eq(segments.id, segmentVersions.segment_id))
    .leftJoin(users, eq(users.id, segmentVersions.author_id))
    .where(where)
    .orderBy(desc(segmentVersions.number))
    .limit(limit);
  return rows.map(({ version: { number, query, author_id, at }, email }) => ({
    ...{ number, query, at },
    author: author_id !== null && email !== null ? { id: author_id, email } : null,
  }));
}
