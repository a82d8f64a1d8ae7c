/** Makes, changes and deletes segments: the row, its version, the event and the catalogue in one batch. */
import { type CatalogueEdit, editCatalogue } from "../../control/catalogue.ts";
import { type Database, type Statement, violated } from "../../control/database.ts";
import { readSent } from "../../control/read-queries.ts";
import { relationNeeds } from "../../control/relations-read.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { findMember } from "../../control/repositories/members.ts";
import { announceEvent } from "../../control/repositories/outbox.ts";
import {
  deleteSegmentRow,
  findSegment,
  insertSegment,
  replaceQuery,
  requireVersion,
  type SegmentView,
  updateSegment,
} from "../../control/repositories/segments.ts";
import { listSyncs } from "../../control/repositories/syncs.ts";
import { checkReferences, readersOf } from "../../control/segment-references.ts";
import { newId } from "../../platform/ids.ts";
import type { SegmentEdit } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import type { Call } from "../route.ts";
import { refreshObjects, refreshOthers } from "./refresh.ts";

export interface Author {
  readonly env: Env;
  readonly db: Database;
  readonly now: number;
  readonly workspace_id: string;
  readonly user_id: string;
}

/** Whoever makes a call, as the author of what it changes. */
export function authorOf({
  env,
  db,
  now,
  principal,
}: Pick<Call<string, "analyst">, "env" | "db" | "now" | "principal">) {
  return { env, db, now, workspace_id: principal.workspace.id, user_id: principal.user.id };
}

export interface NewSegment {
  readonly dataset_id: string;
  readonly name: string;
  readonly query: unknown;
  readonly description: string;
  readonly tags: readonly string[];
  readonly owner_id?: string | null | undefined;
  readonly api_exposed: boolean;
}

export type SegmentChange = Partial<Omit<NewSegment, "dataset_id">>;

/** Makes a segment; its computation has begun when this answers. The segment's id. */
export async function createSegment(author: Author, input: NewSegment): Promise<string> {
  const { db, now, workspace_id, user_id } = author;
  await checkOwner(author, input.owner_id);
  const id = newId("seg");
  await editing(author, input.dataset_id, input.name, async (dataset) => {
    const read = await readSent(db, dataset, input.query);
    const { stored, sides } = read;
    const { guards, others } = await checkReferences(db, workspace_id, null, input.query, sides);
    const segment = {
      ...{ id, workspace_id, dataset_id: dataset.id, name: input.name, description: input.description },
      ...{ tags: [...input.tags], owner_id: input.owner_id === undefined ? user_id : input.owner_id, query: stored },
      ...{ api_exposed: input.api_exposed, created_at: now, updated_at: now, created_by: user_id },
    };
    const event = announceEvent(db, segment, "segment.created", { segment_id: id, name: input.name }, now);
    const needs = relationNeeds(db, read.query, read.schema.fields, sides);
    const reaches = [...guards, ...needs.statements];
    const edit = reaches.length === 0 ? { added: { id, version: 1, query: read.query } } : undefined;
    return { value: { others, edit }, statements: [...reaches, ...insertSegment(db, segment), event] };
  });
  return id;
}

/** Changes a segment. With `expected`, 412 `version_mismatch` unless the segment still has that version. */
export async function changeSegment(
  author: Author,
  segment: SegmentView,
  change: SegmentChange,
  expected: number | null,
): Promise<void> {
  await checkOwner(author, change.owner_id);
  const { db, now, workspace_id } = author;
  await editing(author, segment.dataset_id, change.name ?? segment.name, async (dataset) => {
    const current = await findSegment(db, workspace_id, segment.id);
    if (!current) throw notFound("segment");
    if (expected !== null && current.version !== expected) throw versionMismatch(expected, current.version);
    const statements: Statement[] = [requireVersion(db, workspace_id, current.id, current.version)];
    const { query, tags, ...plain } = change;
    const columns = { ...plain, ...(tags ? { tags: [...tags] } : {}) };
    const { news, statements: written } = await queryEdit(
      author,
      dataset,
      { ...current, name: change.name ?? current.name },
      query,
    );
    statements.push(updateSegment(db, workspace_id, current.id, columns, now), ...written);
    const event = { segment_id: current.id, changed: Object.keys(change) };
    statements.push(announceEvent(db, current, "segment.updated", event, now));
    return { value: news, statements };
  });
}

/** Deletes a segment that no sync follows and no other segment reads; else 409 `segment_in_use`. */
export async function deleteSegment(author: Author, segment: SegmentView): Promise<void> {
  const { db, now, workspace_id } = author;
  try {
    await editing(author, segment.dataset_id, segment.name, async () => {
      await refuseUsed(author, segment.id);
      const event = announceEvent(db, segment, "segment.deleted", { segment_id: segment.id }, now);
      const news = { others: [], edit: { removed: segment.id } };
      return { value: news, statements: [deleteSegmentRow(db, workspace_id, segment.id), event] };
    });
  } catch (error) {
    // A sync came between the look and the deletion: the database itself refuses.
    if (violated(error, "FOREIGN KEY")) throw inUse([], []);
    throw error;
  }
}

async function refuseUsed({ db, workspace_id }: Author, id: string): Promise<void> {
  const [syncs, readers] = await Promise.all([
    listSyncs(db, workspace_id, { segment_id: id }, { after: null, limit: 100 }),
    readersOf(db, workspace_id, id),
  ]);
  if (syncs.length + readers.length > 0) throw inUse(syncs, readers);
}

/** What follows from an edit. */
interface EditNews {
  /** Other datasets concerned, as they were. */
  readonly others: readonly Dataset[];
  /** Where the shards need to hear no more than this. */
  readonly edit?: SegmentEdit | undefined;
}

/** Runs the edit with a new catalogue version, then lets the shards begin. */
async function editing(
  author: Author,
  datasetId: string,
  name: string,
  plan: (dataset: Dataset) => Promise<CatalogueEdit<EditNews>>,
): Promise<void> {
  try {
    const edited = await editCatalogue(author.db, author.workspace_id, datasetId, plan);
    if (!edited) throw notFound("dataset");
    const { others, edit } = edited.value;
    await refreshObjects(author.env, { ...edited.dataset, catalogue_version: edited.version }, edit);
    await refreshOthers(author.env, others);
  } catch (error) {
    if (!violated(error, "UNIQUE", "segments.dataset_id")) throw error;
    const detail = `This dataset has a segment named ${name} already. Choose another name.`;
    throw problem(409, "name_taken", detail, { path: "name" });
  }
}

interface QueryEdit {
  readonly statements: readonly Statement[];
  readonly news: EditNews;
}

async function queryEdit(author: Author, dataset: Dataset, segment: SegmentView, query: unknown): Promise<QueryEdit> {
  const nothing = { statements: [], news: { others: [] } };
  if (query === undefined) return nothing;
  const { db, now, workspace_id, user_id } = author;
  const read = await readSent(db, dataset, query);
  const { stored, sides } = read;
  const { guards, others } = await checkReferences(db, workspace_id, segment, query, sides);
  if (JSON.stringify(stored) === JSON.stringify(segment.query)) return nothing;
  const needs = relationNeeds(db, read.query, read.schema.fields, sides);
  const reaches = [...guards, ...needs.statements];
  const edited = { id: segment.id, version: segment.version + 1, query: read.query };
  return {
    statements: [...reaches, ...replaceQuery(db, workspace_id, segment, { query: stored, by: user_id, now })],
    news: { others, edit: reaches.length === 0 ? { edited } : undefined },
  };
}

async function checkOwner(author: Author, ownerId: string | null | undefined): Promise<void> {
  if (ownerId === undefined || ownerId === null || ownerId === author.user_id) return;
  if (await findMember(author.db, author.workspace_id, ownerId)) return;
  const detail = `${ownerId} is no member of this workspace. Choose an owner from GET /api/v1/members.`;
  throw problem(422, "unknown_owner", detail, { path: "owner_id" });
}

function versionMismatch(expected: number, actual: number) {
  const detail = `The segment is at version ${actual}, not ${expected}. Load it again and repeat your change.`;
  return problem(412, "version_mismatch", detail, { facts: { expected, actual } });
}

function inUse(syncs: readonly { readonly id: string }[], segments: readonly { readonly id: string; name: string }[]) {
  const named = segments.map(({ id, name }) => ({ id, name }));
  const users = [
    ...(named.length > 0
      ? [`It is read by ${named.map(({ name }) => name).join(", ")}: take it out of those segments.`]
      : []),
    ...(syncs.length > 0 || named.length === 0 ? ["Syncs follow it: delete them first."] : []),
  ];
  const detail = `This segment is in use. ${users.join(" ")}`;
  return problem(409, "segment_in_use", detail, { facts: { syncs: syncs.map(({ id }) => id), segments: named } });
}
