import { and, eq, max, type SQL, sql } from "drizzle-orm";
import { type Database, raised, type Statement } from "../database.ts";
import { remembered } from "../remembered.ts";
import { type StoredQuery, segments, segmentVersions } from "../schema/segments.ts";
import { syncs } from "../schema/syncs.ts";
import { users } from "../schema/users.ts";

export type Segment = typeof segments.$inferSelect;

/** A segment with what answers show beside it. */
export interface SegmentView extends Segment {
  readonly creator: { readonly id: string; readonly email: string } | null;
  readonly last_synced_at: number | null;
}

export interface SegmentFilter {
  readonly dataset_id?: string | undefined;
  readonly search?: string | undefined;
  readonly tag?: string | undefined;
  /** A key: just what is shown through the API, and of that what it is scoped to. */
  readonly exposed_to?: { readonly segment_ids: readonly string[] | null } | undefined;
}

export type SegmentSort = "name" | "created_at" | "updated_at";

export interface SegmentPage {
  readonly sort: SegmentSort;
  readonly descending: boolean;
  /** The sort value and id of the last one seen. */
  readonly after: readonly [string | number, string] | null;
  readonly limit: number;
}

export async function findSegment(db: Database, workspaceId: string, id: string): Promise<SegmentView | null> {
  return remembered(db, `segment ${workspaceId} ${id}`, async () => {
    const [view] = await selectViews(db, inWorkspace(workspaceId, id));
    return view ?? null;
  });
}

/** One page of a workspace's segments in a stable order. */
export async function listSegments(
  db: Database,
  workspaceId: string,
  filter: SegmentFilter,
  page: SegmentPage,
): Promise<SegmentView[]> {
  const value = SORT_VALUES[page.sort];
  const where = and(matches(workspaceId, filter), after(value, page));
  const direction = sql.raw(page.descending ? "DESC" : "ASC");
  return selectViews(db, where, [sql`${value} ${direction}`, sql`${segments.id} ${direction}`], page.limit);
}

/** All segments that match, up to `limit`: for orders that the database does not know. */
export async function allSegments(
  db: Database,
  workspaceId: string,
  filter: SegmentFilter,
  limit: number,
): Promise<SegmentView[]> {
  return selectViews(db, matches(workspaceId, filter), [sql`${segments.id}`], limit);
}

/** The sort value of a row, for the cursor. */
export function sortValue(segment: Segment, sort: SegmentSort): string | number {
  return sort === "name" ? segment.name : segment[sort];
}

/** A segment as shards need it. */
export type DefinedSegment = Pick<Segment, "id" | "dataset_id" | "name" | "version" | "query">;

/** A dataset's segments without their queries, by id. */
export async function segmentHeads(
  db: Database,
  workspaceId: string,
  datasetId: string,
): Promise<Omit<DefinedSegment, "query">[]> {
  const where = and(eq(segments.workspace_id, workspaceId), eq(segments.dataset_id, datasetId));
  const { id, dataset_id, name, version } = segments;
  const columns = { id, dataset_id, name, version };
  return await db.select(columns).from(segments).where(where).orderBy(segments.id);
}

/** The queries of some segments, each with its version. */
export async function queriesOf(
  db: Database,
  workspaceId: string,
  ids: readonly string[],
): Promise<Pick<Segment, "id" | "version" | "query">[]> {
  const listed = sql`${segments.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const columns = { id: segments.id, version: segments.version, query: segments.query };
  return await db
    .select(columns)
    .from(segments)
    .where(and(eq(segments.workspace_id, workspaceId), listed));
}

export async function segmentsOf(db: Database, workspaceId: string, datasetId: string): Promise<Segment[]> {
  const where = and(eq(segments.workspace_id, workspaceId), eq(segments.dataset_id, datasetId));
  return await db.select().from(segments).where(where).orderBy(segments.id);
}

/** A new segment and its first version. */
export function insertSegment(db: Database, segment: Omit<Segment, "version">): Statement[] {
  return [
    db.insert(segments).values({ ...segment, version: 1 }),
    insertVersion(db, {
      id: segment.id,
      number: 1,
      query: segment.query,
      by: segment.created_by,
      at: segment.created_at,
    }),
  ];
}

type SegmentChanges = Partial<Pick<Segment, "name" | "description" | "tags" | "owner_id" | "api_exposed">>;

/** Changes what is no query. */
export function updateSegment(
  db: Database,
  workspaceId: string,
  id: string,
  changes: SegmentChanges,
  now: number,
): Statement {
  return db
    .update(segments)
    .set({ ...changes, updated_at: now })
    .where(inWorkspace(workspaceId, id));
}

/** Gives a segment a new query, as the version after `current`; undone with its batch when that is not so any more. */
export function replaceQuery(
  db: Database,
  workspaceId: string,
  current: Pick<Segment, "id" | "version">,
  edit: { query: StoredQuery; by: string | null; now: number },
): Statement[] {
  const { query, by, now } = edit;
  return [
    db
      .update(segments)
      .set({ query, version: raised(segments.version, current.version), updated_at: now })
      .where(inWorkspace(workspaceId, current.id)),
    insertVersion(db, { id: current.id, number: current.version + 1, query, by, at: now }),
  ];
}

/** Refuses the batch (`segments.version` is null) unless the segment still has this version. Writes nothing else. */
export function requireVersion(db: Database, workspaceId: string, id: string, version: number): Statement {
  return db
    .update(segments)
    .set({ version: sql`CASE WHEN ${segments.version} = ${version} THEN ${segments.version} ELSE NULL END` })
    .where(inWorkspace(workspaceId, id));
}

export function deleteSegmentRow(db: Database, workspaceId: string, id: string): Statement {
  return db.delete(segments).where(inWorkspace(workspaceId, id));
}

const SORT_VALUES = {
  name: sql`lower(${segments.name})`,
  created_at: sql`${segments.created_at}`,
  updated_at: sql`${segments.updated_at}`,
} as const;

function inWorkspace(workspaceId: string, id: string): SQL | undefined {
  return and(eq(segments.workspace_id, workspaceId), eq(segments.id, id));
}

function matches(workspaceId: string, filter: SegmentFilter): SQL | undefined {
  const { dataset_id, search, tag, exposed_to } = filter;
  const text = search?.trim().toLowerCase();
  return and(
    eq(segments.workspace_id, workspaceId),
    dataset_id === undefined ? undefined : eq(segments.dataset_id, dataset_id),
    text
      ? sql`(instr(lower(${segments.name}), ${text}) > 0 OR instr(lower(${segments.description}), ${text}) > 0)`
      : undefined,
    tag === undefined ? undefined : sql`EXISTS (SELECT 1 FROM json_each(${segments.tags}) WHERE value = ${tag})`,
    exposed_to === undefined ? undefined : exposedTo(exposed_to.segment_ids),
  );
}

function exposedTo(ids: readonly string[] | null): SQL | undefined {
  const scoped = ids && sql`${segments.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return and(eq(segments.api_exposed, true), scoped ?? undefined);
}

function after(value: SQL, page: SegmentPage): SQL | undefined {
  if (!page.after) return undefined;
  const [last, id] = page.after;
  const bound = typeof last === "string" ? sql`lower(${last})` : sql`${last}`;
  const beyond = sql.raw(page.descending ? "<" : ">");
  return sql`(${value}, ${segments.id}) ${beyond} (${bound}, ${id})`;
}

async function selectViews(db: Database, where: SQL | undefined, order: SQL[] = [], limit = 1): Promise<SegmentView[]> {
  const lastSync = db
    .select({ at: max(syncs.last_synced_at) })
    .from(syncs)
    .where(eq(syncs.segment_id, segments.id));
  const rows = await db
    .select({ segment: segments, email: users.email, last_synced_at: sql<number | null>`(${lastSync})` })
    .from(segments)
    .leftJoin(users, eq(users.id, segments.created_by))
    .where(where)
    .orderBy(...order)
    .limit(limit);
  return rows.map(({ segment, email, last_synced_at }) => {
    const creator = segment.created_by && email ? { id: segment.created_by, email } : null;
    return { ...segment, last_synced_at, creator };
  });
}

function insertVersion(
  db: Database,
  version: { id: string; number: number; query: StoredQuery; by: string | null; at: number },
): Statement {
  const { id, number, query, by, at } = version;
  return db.insert(segmentVersions).values({ segment_id: id, number, query, author_id: by, at });
}
