/** Static lists: a segment's members as they are written down once, or what was uploaded; as a file of NDJSON. */
import * as z from "zod";
import type { Database } from "../../control/database.ts";
import {
  deleteList,
  type Exposure,
  findList,
  insertList,
  type List,
  listLists,
} from "../../control/repositories/lists.ts";
import { newId } from "../../platform/ids.ts";
import { decodeCursor, encodeCursor, idPage, invalidCursor, shownOf } from "../cursor.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import type { ListAnswer, ListInput, ListItem } from "../shapes/list.ts";
import { rfc3339 } from "../time.ts";
import { chosenFields } from "./chosen-fields.ts";
import { columnsOf } from "./exports.ts";
import { liveState } from "./segment-states.ts";
import { needSound } from "./segment-view.ts";
import type { Author } from "./write-segment.ts";

type Input = z.output<typeof ListInput>;
type Item = z.input<typeof ListItem>;

/** Read at once to find the items of a page. */
const READ_BYTES = 262_144;

const fileKey = ({ id, workspace_id }: Pick<List, "id" | "workspace_id">) => `ws/${workspace_id}/lists/${id}`;

/** Makes a list; a segment's is written in the background. */
export async function createList(author: Author, input: Input): Promise<List> {
  const { db, now, workspace_id, user_id } = author;
  const { name, api_exposed } = input;
  const own = { id: newId("lst"), workspace_id, name, api_exposed, created_at: now, created_by: user_id };
  if ("items" in input) return uploaded(author, own, input.items);
  const { segment, dataset } = await needSound(db, workspace_id, input.segment_id);
  const fields = chosenFields(dataset, input.fields);
  const { count: expected, status } = await liveState(author.env, db, dataset, segment);
  if (status !== "live") {
    const detail = "The segment is being computed. Ask again in a moment; its `progress` says how far it is.";
    throw problem(409, "segment_computing", detail);
  }
  const row = { ...own, segment_id: segment.id, item_count: null, bytes: null };
  await insertList(db, row);
  await author.env.EXPORT.getByName(row.id).begin({
    ...{ dataset_id: dataset.id, shard_count: dataset.shard_count, catalogue_version: dataset.catalogue_version },
    ...{ segment_id: segment.id, format: "ndjson", columns: columnsOf(dataset, fields), expected },
    ...{ expires_at: null, file_key: fileKey(row) },
  });
  return row;
}

type Own = Omit<List, "segment_id" | "item_count" | "bytes">;

/** The file first: a list without one would be empty. */
async function uploaded({ env, db }: Author, own: Own, items: readonly Item[]): Promise<List> {
  const text = items.map(({ key, fields }) => `${JSON.stringify({ key, fields })}\n`).join("");
  const bytes = new TextEncoder().encode(text);
  await env.FILES.put(fileKey(own), bytes);
  const row = { ...own, segment_id: null, item_count: items.length, bytes: bytes.byteLength };
  await insertList(db, row);
  return row;
}

export async function needList(db: Database, workspaceId: string, id: string, to?: Exposure): Promise<List> {
  const list = await findList(db, workspaceId, id, to);
  if (!list) throw notFound("list");
  return list;
}

const UPLOADED = { status: "done", progress: 1, error: null } as const;

export async function listAnswer(env: Env, list: List): Promise<z.input<typeof ListAnswer>> {
  const { id, name, segment_id, api_exposed, created_at } = list;
  const state = segment_id === null ? UPLOADED : ((await env.EXPORT.getByName(id).state()) ?? null);
  const status = state?.status === "done" ? "ready" : state?.status === "failed" ? "failed" : "writing";
  const rows = state && "rows" in state ? state.rows : 0;
  const error = state?.error ? { code: state.error.code, detail: state.error.detail } : null;
  return {
    ...{ id, name, segment_id, api_exposed, status, progress: state?.progress ?? 0, error },
    item_count: list.item_count ?? rows,
    created_at: rfc3339(created_at),
  };
}

interface PageAsked {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page of a workspace's lists; `to`: those that this key sees. */
export async function listsPage(env: Env, db: Database, workspaceId: string, asked: PageAsked, to?: Exposure) {
  const rows = await listLists(db, workspaceId, idPage(asked), to);
  const { shown, next_cursor } = shownOf(rows, asked.limit);
  return { data: await Promise.all(shown.map((list) => listAnswer(env, list))), next_cursor };
}

const ItemCursor = z.tuple([z.literal("i"), z.string(), z.number().int().min(0)]);

/** A page of a list's items in their order. */
export async function itemsPage(env: Env, list: List, { cursor, limit }: PageAsked) {
  const [, of, from] = decodeCursor(cursor, ItemCursor) ?? ["i", list.id, 0];
  if (of !== list.id) throw invalidCursor();
  const { items, next } = await itemsFrom(env, list, from, limit);
  return { data: items, next_cursor: next === null ? null : encodeCursor(["i", list.id, next]) };
}

/** Items from a place in the file on; `next` is null at the end. */
async function itemsFrom(
  env: Env,
  list: List,
  from: number,
  limit: number,
): Promise<{ items: Item[]; next: number | null }> {
  const size = (await env.FILES.head(fileKey(list)))?.size ?? null;
  if (size === null) {
    const detail = "The list is being written. Ask again in a moment; its `progress` says how far it is.";
    throw problem(409, "list_writing", detail);
  }
  const items: Item[] = [];
  let rest: Uint8Array = new Uint8Array(0);
  let at = from; // where `rest` begins in the file
  while (items.length < limit && at + rest.byteLength < size) {
    const offset = at + rest.byteLength;
    const length = Math.min(READ_BYTES, size - offset);
    const file = await env.FILES.get(fileKey(list), { range: { offset, length } });
    if (!file) throw notFound("list");
    rest = Buffer.concat([rest, new Uint8Array(await file.arrayBuffer())]);
    for (let end = rest.indexOf(10); end >= 0 && items.length < limit; end = rest.indexOf(10)) {
      items.push(itemOf(rest.subarray(0, end)));
      rest = rest.subarray(end + 1);
      at += end + 1;
    }
  }
  return { items, next: at < size ? at : null };
}

/** A place that is no beginning of a line is none of our cursors. */
function itemOf(line: Uint8Array): Item {
  try {
    return JSON.parse(new TextDecoder().decode(line)) as Item;
  } catch {
    throw invalidCursor();
  }
}

/** The list is gone for everybody; then its file. */
export async function removeList(env: Env, db: Database, list: List): Promise<void> {
  await deleteList(db, list.workspace_id, list.id);
  if (list.segment_id !== null) await env.EXPORT.getByName(list.id).destroy();
  await env.FILES.delete(fileKey(list));
}
