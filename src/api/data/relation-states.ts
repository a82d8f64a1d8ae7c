/** A dataset's relations, in both directions, with what the shards know of their copies. */
import type * as z from "zod";
import { bumpCatalogue, editCatalogue } from "../../control/catalogue.ts";
import type { Database } from "../../control/database.ts";
import { fieldWithId } from "../../control/fields.ts";
import type { ParsedQuery } from "../../control/query.ts";
import type { LoadedSchema } from "../../control/query-schema.ts";
import { relationNeeds } from "../../control/relations-read.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { type RelationSide, relationsOf } from "../../control/repositories/relations.ts";
import { ProblemError } from "../../platform/problem.ts";
import type { RelationState } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { notFound } from "../problems.ts";
import type { RelationAnswer } from "../shapes/relation.ts";
import { refreshObjects, refreshOthers } from "./refresh.ts";
import { askAll } from "./shards.ts";

export interface LiveRelation {
  readonly side: RelationSide;
  readonly status: "building" | "ready";
  readonly progress: number;
  readonly lag_ms: number | null;
}

export async function relationStates(env: Env, db: Database, dataset: Dataset): Promise<LiveRelation[]> {
  const sides = await relationsOf(db, dataset.workspace_id, dataset.id);
  return Promise.all(sides.map((side) => liveRelation(env, dataset, side)));
}

/** The pointing dataset's shards know how far their copies are. */
async function liveRelation(env: Env, dataset: Dataset, side: RelationSide): Promise<LiveRelation> {
  const child = side.kind === "belongs_to" ? dataset : side.other;
  const version = child.catalogue_version;
  const lagging = side.kind === "belongs_to" && side.relation.lookup_wanted ? await lagsOf(env, side) : [];
  const states = (await askAll(env, child, (shard) => shard.relations({ version }))).flatMap(
    (all) => all.find((state) => state.kind === "belongs_to" && state.relation === side.relation.id) ?? [],
  );
  const looksUp = side.kind === "belongs_to" && side.relation.lookup_wanted;
  const isReady = (state: RelationState) => state.ready && (!looksUp || state.lookups_ready);
  return {
    side,
    status: states.length === child.shard_count && states.every(isReady) ? "ready" : "building",
    progress: child.shard_count === 0 ? 1 : states.reduce((sum, state) => sum + state.progress, 0) / child.shard_count,
    lag_ms: looksUp ? Math.max(0, ...lagging, ...states.map((state) => state.lag_ms)) : null,
  };
}

/** Those that are looked up know whom they have not told of a change yet. */
async function lagsOf(env: Env, { relation, other }: RelationSide): Promise<number[]> {
  const version = other.catalogue_version;
  const states = await askAll(env, other, (shard) => shard.relations({ version }));
  return states.flat().flatMap((state) => (state.relation === relation.id ? state.lag_ms : []));
}

export function relationAnswers(
  dataset: Dataset,
  relations: readonly LiveRelation[],
): z.input<typeof RelationAnswer>[] {
  return relations.map(({ side, ...live }) => {
    const { relation, kind, other } = side;
    const { fields } = kind === "belongs_to" ? dataset : other;
    return {
      id: relation.id,
      name: relation.name,
      field: fieldWithId(fields, relation.field_id)?.name ?? "",
      dataset_id: other.id,
      reverse_name: relation.reverse_name,
      kind,
      ...live,
    };
  });
}

/** A caller waits so long for copies that are about to be complete. */
const WAIT_MS = 4_000;
const PAUSE_MS = 40;

/**
 * Answers a query that is not stored. What it needs of relations is said first; then the shards are asked until they have
 * it, and those that have to send are woken meanwhile. Throws 409 `relation_building` when that takes longer.
 */
export async function whenReady<T>(
  env: Env,
  db: Database,
  dataset: Dataset,
  read: ParsedQuery & LoadedSchema,
  ask: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  const ready = await sayNeeds(env, db, dataset, read);
  for (const deadline = Date.now() + WAIT_MS; ; ) {
    try {
      return await ask(ready);
    } catch (error) {
      const isBuilding = error instanceof ProblemError && error.problem.code === "relation_building";
      if (!isBuilding || Date.now() > deadline) throw error;
    }
    await relationStates(env, db, ready);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The dataset with the version that has what the query needs. */
async function sayNeeds(
  env: Env,
  db: Database,
  dataset: Dataset,
  { query, schema }: ParsedQuery & LoadedSchema,
): Promise<Dataset> {
  const needsOf = async (current: Dataset) => {
    const sides = await relationsOf(db, current.workspace_id, current.id);
    return relationNeeds(db, query, schema.fields, sides);
  };
  if ((await needsOf(dataset)).statements.length === 0) return dataset;
  const edited = await editCatalogue(db, dataset.workspace_id, dataset.id, async (current) => {
    const { statements, others } = await needsOf(current);
    const told = others.filter(({ id }) => id !== current.id);
    return { value: told, statements: [...told.map((other) => bumpCatalogue(db, other)), ...statements] };
  });
  if (!edited) throw notFound("dataset");
  const ready = { ...edited.dataset, catalogue_version: edited.version };
  await refreshObjects(env, ready);
  await refreshOthers(env, edited.value);
  return ready;
}

/**
 * The dataset has just got its shards: records that point at it are on their way there. Waits for them a while, so that
 * whoever writes the first records finds them with what belongs to them.
 */
export async function wakePointing(env: Env, db: Database, dataset: Dataset): Promise<void> {
  for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; ) {
    const pointing = (await relationStates(env, db, dataset)).filter(({ side }) => side.kind === "has_many");
    if (pointing.every(({ status }) => status === "ready")) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
