/** A segment's members page by page, and the deltas that lead from there to now. */
import * as z from "zod";
import type { Dataset } from "../../control/repositories/datasets.ts";
import type { Segment } from "../../control/repositories/segments.ts";
import type { Field } from "../../engine/index.ts";
import { unwrap } from "../../platform/problem.ts";
import type { DeltaPosition, StoredRecord } from "../../shard/interface.ts";
import { decodeCursor, encodeCursor, invalidCursor } from "../cursor.ts";
import type { Env } from "../env.ts";
import { problem } from "../problems.ts";
import { rfc3339 } from "../time.ts";
import { recordData } from "./cells.ts";
import { chosenFields } from "./chosen-fields.ts";
import { Place, readOn } from "./pages.ts";
import { askAll, shardNumber, shardsOf } from "./shards.ts";

const Seq = z.number().int().min(0);
/**
 * Each shard's position: up to where entries and exits were told, up to where changes of fields were, and up to where a
 * snapshot may have shown members; null: it is not known yet, so up to now.
 */
const Positions = z.array(z.tuple([Seq, Seq, Seq.nullable()])).max(10_000);
type Positions = z.output<typeof Positions>;
const DeltaCursor = z.tuple([z.literal("d"), z.string(), Positions]);
const MembersCursor = z.tuple([z.literal("m"), z.string(), Place, Positions]);

interface Asked {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** `a,b`: those fields in that order. */
  readonly fields?: string | undefined;
}

interface MemberRecord {
  readonly key: string;
  readonly fields: Record<string, unknown>;
  readonly entered_at: string | null;
}

interface MembersAsked extends Asked {
  readonly since?: string | undefined;
  readonly include?: "updated" | undefined;
}

/** A page of the members, or with `since` what changed. */
export async function membersAnswer(env: Env, dataset: Dataset, segment: Segment, asked: MembersAsked, now: number) {
  const { since, include, ...page } = asked;
  if (since === undefined) return membersPage(env, dataset, segment, page);
  return memberDeltas(env, dataset, segment, { ...page, since, updated: include === "updated" }, now);
}

/** One page of the members, in a stable order. */
async function membersPage(env: Env, dataset: Dataset, segment: Segment, asked: Asked) {
  const fields = shownFields(dataset, asked.fields);
  const cursor = decodeCursor(asked.cursor, MembersCursor);
  if (cursor && cursor[1] !== segment.id) throw invalidCursor("cursor");
  const version = dataset.catalogue_version;
  const begun = cursor?.[3] ?? (await newest(env, dataset, segment.id));
  const read: number[] = [];
  const entered: (number | null)[] = [];
  const ids = fields.map(({ id }) => id);
  const { records, next } = await readOn(
    dataset.shard_count,
    cursor?.[2] ?? [0, -1],
    asked.limit,
    async (shard, after, limit) => {
      const request = { version, segment_id: segment.id, after, limit, fields: ids, arrivals: true as const };
      const page = unwrap(await shardNumber(env, dataset.id, shard).members(request));
      read[shard] = page.seq;
      entered.push(...(page.entered_at ?? []));
      return page;
    },
  );
  // All of it in one page: each shard was read at one position, so from there nothing is told twice.
  const whole = cursor === null && next === null;
  const positions = whole ? begun.map(([seq], shard) => exactly(read[shard] ?? seq)) : begun;
  return {
    data: records.map((record, at) => memberRecord(fields, record, entered[at] ?? null)),
    next_cursor: next && encodeCursor(["m", segment.id, next, begun]),
    delta_cursor: encodeCursor(["d", segment.id, positions]),
  };
}

interface DeltasAsked {
  readonly limit: number;
  /** A delta cursor, or an RFC 3339 time. */
  readonly since: string;
  readonly fields?: string | undefined;
  /** Members whose shown fields changed are told of, too. */
  readonly updated: boolean;
}

/** What came and went since a cursor or a moment, net. */
async function memberDeltas(env: Env, dataset: Dataset, segment: Segment, asked: DeltasAsked, now: number) {
  const fields = shownFields(dataset, asked.fields);
  const ids = fields.map(({ id }) => id);
  const from = await positionsOf(env, dataset, segment.id, asked.since, now);
  const limit = Math.max(1, Math.floor(asked.limit / Math.max(1, dataset.shard_count)));
  const pages = await Promise.all(
    shardsOf(env, dataset).map(async (shard, at) => {
      const request = {
        ...{ version: dataset.catalogue_version, segment_id: segment.id, limit, fields: ids },
        ...{ from: from[at] ?? { seq: 0, watched: 0, shown: 0 }, watch: asked.updated ? ids : [] },
      };
      return unwrap(await shard.deltas(request));
    }),
  );
  const positions = pages.map(({ position: { seq, watched, shown } }) => [seq, watched, shown]);
  return {
    entered: pages.flatMap(({ entered }) => entered).map((record) => memberRecord(fields, record, record.entered_at)),
    left: pages.flatMap(({ left }) => left),
    ...(asked.updated
      ? {
          updated: pages
            .flatMap(({ updated }) => updated)
            .map((record) => ({ key: record.key, fields: recordData(fields, record) })),
        }
      : {}),
    next_cursor: encodeCursor(["d", segment.id, positions]),
    has_more: pages.some(({ has_more }) => has_more),
  };
}

async function positionsOf(
  env: Env,
  dataset: Dataset,
  segmentId: string,
  since: string,
  now: number,
): Promise<DeltaPosition[]> {
  const at = momentOf(since);
  if (at !== null) return positionsAt(env, dataset, segmentId, at, now);
  const cursor = decodeCursor(since, DeltaCursor, "since");
  if (cursor === null || cursor[1] !== segmentId) throw invalidCursor("since");
  const positions = cursor[2];
  if (positions.length !== dataset.shard_count && positions.length > 0) throw invalidCursor("since");
  const known = positions.some(([, , shown]) => shown === null) ? await newest(env, dataset, segmentId) : [];
  // Before the first rows there were no shards: all of them begin at their beginning.
  return Array.from({ length: dataset.shard_count }, (_, shard) => {
    const [seq, watched, shown] = positions[shard] ?? [0, 0, 0];
    return { seq, watched, shown: shown ?? known[shard]?.[0] ?? seq };
  });
}

function momentOf(since: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT/.test(since)) return null;
  const at = Date.parse(since);
  if (!Number.isNaN(at)) return at;
  const detail = "since is no time. Write it as 2026-03-01T12:00:00Z, or send a delta cursor.";
  throw problem(400, "invalid_since", detail, { path: "since" });
}

async function positionsAt(env: Env, dataset: Dataset, segmentId: string, at: number, now: number) {
  if (at > now) {
    const detail = "since lies in the future. Send a time that has passed, or a delta cursor.";
    throw problem(400, "invalid_since", detail, { path: "since" });
  }
  const request = { version: dataset.catalogue_version, segment_id: segmentId, at };
  const answers = await askAll(env, dataset, (shard) => shard.positionAt(request));
  return answers.map(({ seq }) => ({ seq, watched: seq, shown: 0 }));
}

/** Each shard's newest position, for a snapshot that begins now: what its pages will show is not known yet. */
async function newest(env: Env, dataset: Dataset, segmentId: string): Promise<Positions> {
  const request = { version: dataset.catalogue_version, segment_id: segmentId, after: -1, limit: 0 };
  const answers = await askAll(env, dataset, (shard) => shard.members(request));
  return answers.map(({ seq }) => [seq, seq, null]);
}

const exactly = (seq: number): Positions[number] => [seq, seq, 0];

function memberRecord(fields: readonly Field[], record: StoredRecord, enteredAt: number | null): MemberRecord {
  return { key: record.key, fields: recordData(fields, record), entered_at: rfc3339(enteredAt) };
}

/** The fields named in `?fields=a,b`, or as a JSON list. */
function shownFields(dataset: Dataset, names: string | undefined): readonly Field[] {
  return chosenFields(dataset, names === undefined ? undefined : namesIn(names), () => "fields");
}

function namesIn(text: string): string[] {
  if (text.trim() === "") return [];
  if (!text.startsWith("[")) return text.split(",").map((name) => name.trim());
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  } catch {
    // said below
  }
  const detail = 'fields is no list. Write names with commas, or as JSON: ["a, b","c"].';
  throw problem(422, "invalid_request", detail, { path: "fields" });
}
