/** A dataset's relations, in both directions, with what the shards know of their copies. */
import type * as z from "zod";
import type { Database } from "../../control/database.ts";
import { fieldWithId } from "../../control/fields.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { type RelationSide, relationsOf } from "../../control/repositories/relations.ts";
import { ProblemError } from "../../platform/problem.ts";
import type { RelationState } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import type { RelationAnswer } from "../shapes/relation.ts";
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
  const states = (await askAll(env, child, (shard) => shard.relations({ version }))).flatMap(
    (all) => all.find((state) => state.kind === "belongs_to" && state.relation === side.relation.id) ?? [],
  );
  const looksUp = side.kind === "belongs_to" && side.relation.lookup_wanted;
  const isReady = (state: RelationState) => state.ready && (!looksUp || state.lookups_ready);
  return {
    side,
    status: states.length === child.shard_count && states.every(isReady) ? "ready" : "building",
    progress: child.shard_count === 0 ? 1 : states.reduce((sum, state) => sum + state.progress, 0) / child.shard_count,
    lag_ms: looksUp ? Math.max(0, ...states.map((state) => state.lag_ms)) : null,
  };
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

/** A caller waits so long for a relation that is about to be ready. */
const WAIT_MS = 5_000;
const PAUSE_MS = 40;

/**
 * Waits until these relations of a dataset are ready, waking the shards that have to send; 409 `relation_building` when it
 * takes longer.
 */
export async function needRelations(env: Env, db: Database, dataset: Dataset, ids: ReadonlySet<string>): Promise<void> {
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
