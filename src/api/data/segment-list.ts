/** Pages of segments. The database knows every order but the one by members, which the shards know. */
import type { Database } from "../../control/database.ts";
import {
  allSegments,
  listSegments,
  type SegmentFilter,
  type SegmentSort,
  type SegmentView,
  sortValue,
} from "../../control/repositories/segments.ts";
import type { Env } from "../env.ts";
import { type LiveState, liveStates } from "./segment-states.ts";

export const SORTS = [
  ...(["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] as const),
  ...(["member_count", "-member_count"] as const),
] as const;

/** The sort value and id of the last segment of a page. */
type Mark = readonly [string | number, string];

interface ListRequest extends SegmentFilter {
  readonly sort: (typeof SORTS)[number];
  readonly after: Mark | null;
  readonly limit: number;
}

interface SegmentListPage {
  readonly data: readonly { readonly segment: SegmentView; readonly live: LiveState }[];
  readonly next: Mark | null;
}

/** More segments than this in one workspace are sorted by members only among themselves. */
const SORTED_BY_MEMBERS_MAX = 10_000;

export async function segmentPage(
  env: Env,
  db: Database,
  workspaceId: string,
  request: ListRequest,
): Promise<SegmentListPage> {
  const descending = request.sort.startsWith("-");
  const sort = request.sort.replace("-", "");
  return sort === "member_count"
    ? pageByMembers(env, db, workspaceId, request, descending)
    : pageByColumn(env, db, workspaceId, request, sort as SegmentSort, descending);
}

async function pageByColumn(
  env: Env,
  db: Database,
  workspaceId: string,
  request: ListRequest,
  sort: SegmentSort,
  descending: boolean,
): Promise<SegmentListPage> {
  const { after, limit } = request;
  const rows = await listSegments(db, workspaceId, request, { sort, descending, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const states = await liveStates(env, db, workspaceId, page);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { data: answers(page, states), next: last ? [sortValue(last, sort), last.id] : null };
}

async function pageByMembers(
  env: Env,
  db: Database,
  workspaceId: string,
  request: ListRequest,
  descending: boolean,
): Promise<SegmentListPage> {
  const rows = await allSegments(db, workspaceId, request, SORTED_BY_MEMBERS_MAX);
  const states = await liveStates(env, db, workspaceId, rows);
  const sign = descending ? -1 : 1;
  const counted = rows
    .map((segment) => ({ segment, mark: [states.get(segment.id)?.count ?? 0, segment.id] as const }))
    .sort((a, b) => sign * compare(a.mark, b.mark));
  const after = request.after;
  const rest = after ? counted.filter(({ mark }) => sign * compare(mark, after) > 0) : counted;
  const page = rest.slice(0, request.limit);
  const segments = page.map(({ segment }) => segment);
  return { data: answers(segments, states), next: rest.length > page.length ? (page.at(-1)?.mark ?? null) : null };
}

function compare(a: Mark, b: Mark): number {
  return Number(a[0]) - Number(b[0]) || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
}

/** A segment whose dataset went away meanwhile is not shown. */
function answers(segments: readonly SegmentView[], states: ReadonlyMap<string, LiveState>): SegmentListPage["data"] {
  return segments.flatMap((segment) => {
    const live = states.get(segment.id);
    return live ? [{ segment, live }] : [];
  });
}
