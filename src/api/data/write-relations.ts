/** Makes a dataset together with its relations, and deletes relations that no segment reads. */

import { bumpCatalogue, editCatalogue } from "../../control/catalogue.ts";
import { withComputedTypes } from "../../control/computed-fields.ts";
import { type Database, runBatch, violated } from "../../control/database.ts";
import { declareRelations, type RelationInput } from "../../control/declare-relations.ts";
import { type Dataset, insertDataset } from "../../control/repositories/datasets.ts";
import { deleteRelationRow, type RelationSide, relationsOf } from "../../control/repositories/relations.ts";
import { type Segment, segmentsOf } from "../../control/repositories/segments.ts";
import { readsRelation } from "../../control/stored-relations.ts";
import { unwrap } from "../../platform/problem.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import { refreshObjects, refreshOthers } from "./refresh.ts";

const ATTEMPTS = 20;

type NewDataset = Parameters<typeof insertDataset>[1] & Pick<Dataset, "fields">;

/** Inserts the dataset; the datasets that it points at hear of it. */
export async function makeDataset(
  env: Env,
  db: Database,
  row: NewDataset,
  relations: readonly RelationInput[],
  now: number,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const from = { ...row, next_relation: 0 };
    const declared = await declareRelations(db, from, relations, now);
    const fields = unwrap(
      withComputedTypes(
        declared.fields,
        [],
        (name) => `fields[${row.fields.findIndex((one) => one.name === name)}].formula`,
      ),
    );
    try {
      await runBatch(db, [insertDataset(db, { ...row, fields }), ...declared.statements]);
      return await refreshOthers(env, declared.others);
    } catch (error) {
      // Somebody changed one of the datasets that it points at: names are checked again.
      if (attempt === ATTEMPTS || !violated(error, "NOT NULL", "datasets.catalogue_version")) throw error;
    }
  }
}

/** 409 `relation_in_use` with the segments that read it. */
export async function deleteRelation(env: Env, db: Database, dataset: Dataset, name: string): Promise<void> {
  const edited = await editCatalogue(db, dataset.workspace_id, dataset.id, async (current) => {
    const sides = await relationsOf(db, current.workspace_id, current.id);
    const side = sides.find((one) => one.kind === "belongs_to" && one.name === name);
    if (!side) throw notFound("relation");
    const users = await usersOf(db, current, side);
    if (users.length > 0) throw inUse(name, users);
    const { relation, other } = side;
    const tell = other.id === current.id ? [] : [bumpCatalogue(db, other)];
    return { value: other, statements: [...tell, deleteRelationRow(db, relation.workspace_id, relation.id)] };
  });
  if (!edited) throw notFound("dataset");
  await refreshObjects(env, { ...edited.dataset, catalogue_version: edited.version });
  await refreshOthers(env, [edited.value]);
}

/** The segments of both datasets that read the relation. */
async function usersOf(db: Database, dataset: Dataset, { relation, other }: RelationSide): Promise<Segment[]> {
  const names = { via: relation.name, related: other.id === dataset.id ? relation.reverse_name : undefined };
  const own = await segmentsOf(db, dataset.workspace_id, dataset.id);
  const users = own.filter(({ query }) => readsRelation(query, names));
  if (other.id === dataset.id) return users;
  const others = await segmentsOf(db, other.workspace_id, other.id);
  return [...users, ...others.filter(({ query }) => readsRelation(query, { related: relation.reverse_name }))];
}

function inUse(name: string, segments: readonly Segment[]) {
  const named = segments.map(({ id, name }) => ({ id, name }));
  const detail = `${named.length} segments read the relation ${name}. Edit or delete them first.`;
  return problem(409, "relation_in_use", detail, { facts: { segments: named } });
}
