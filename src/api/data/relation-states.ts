/** A dataset's relations, in both directions, with what the shards know of their copies. */
import type * as z from "zod";
import { editCatalogue } from "../../control/catalogue.ts";
import type { Database } from "../../control/database.ts";
import { fieldWithId } from "../../control/fields.ts";
import type { ParsedQuery } from "../../control/query.ts";
import type { LoadedSchema } from "../../control/query-schema.ts";
import { lookupsToWant, relationsRead } from "../../control/relations-read.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { type RelationSide, relationsOf, wantLookups } from "../../control/repositories/relations.ts";
import { ProblemError } from "../../platform/problem.ts";
import type { RelationState } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { notFound } from "../problems.ts";
import type { RelationAnswer } from "../shapes/relation.ts";
import { refreshObjects } from "./refresh.ts";
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

/**
 * What has to be there before a query can be answered: relations that it looks up through are made ready for that from now
 * on, then all that it reads are waited for. Answers the dataset with the version that has them. 409 `relation_building`.
 */
export async function needReady(
  env: Env,
  db: Database,
  dataset: Dataset,
  { query, schema, sides }: ParsedQuery & LoadedSchema,
): Promise<Dataset> {
  const read = relationsRead(query, schema.fields, sides);
  if (read.size === 0) return dataset;
  const unwanted = lookupsToWant(sides, read);
  let ready = dataset;
  if (unwanted.length > 0) {
    const edited = await editCatalogue(db, dataset.workspace_id, dataset.id, () => ({
      value: null,
      statements: unwanted.map((id) => wantLookups(db, dataset.workspace_id, id)),
    }));
    if (!edited) throw notFound("dataset");
    ready = { ...edited.dataset, catalogue_version: edited.version };
    await refreshObjects(env, ready);
  }
  await needRelations(env, db, ready, new Set(read.keys()));
  return ready;
}

/** A caller waits so long for a relation that is about to be ready. */
const WAIT_MS = 4_000;
const PAUSE_MS = 40;

/**
 * Waits until these relations of a dataset are ready, waking the shards that have to send; 409 `relation_building` when it
 * takes longer.
 */
async function needRelations(env: Env, db: Database, dataset: Dataset, ids: ReadonlySet<string>): Promise<void> {
  if (ids.size === 0) return;
  for (const deadline = Date.now() + WAIT_MS; ; ) {
    const building = (await relationStates(env, db, dataset)).filter(
      ({ side, status }) => ids.has(side.relation.id) && status === "building",
    );
    if (building.length === 0) return;
    if (Date.now() > deadline) throw new ProblemError(buildingProblem(building));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function buildingProblem(building: readonly LiveRelation[]) {
  const names = building.map(({ side }) => side.name).join(", ");
  return {
    code: "relation_building",
    status: 409,
    detail: `The relation ${names} is being built: its records are still being copied. Ask again in a moment; its \`progress\` says how far it is.`,
    facts: { progress: Math.min(...building.map(({ progress }) => progress)) },
  };
}
