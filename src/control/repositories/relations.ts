import { and, asc, eq, ne, or, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../database.ts";
import { datasets } from "../schema/datasets.ts";
import { relations } from "../schema/relations.ts";
import type { Dataset } from "./datasets.ts";

export type Relation = typeof relations.$inferSelect;

/** A relation as one of its two datasets sees it. */
export interface RelationSide {
  readonly relation: Relation;
  /** `belongs_to`: this dataset's records point; `has_many`: the other's point here. */
  readonly kind: "belongs_to" | "has_many";
  /** What this dataset's queries call it: for `via`, or for `related`. */
  readonly name: string;
  /** Stable in this dataset. */
  readonly number: number;
  /** The dataset at the other end; for a relation of a dataset to itself the same one. */
  readonly other: Dataset;
}

/** All relations of a dataset, in both directions; one of a dataset to itself comes twice. */
export async function relationsOf(db: Database, workspaceId: string, datasetId: string): Promise<RelationSide[]> {
  const [from, to] = await Promise.all([
    sidesOf(db, workspaceId, "belongs_to", datasetId),
    sidesOf(db, workspaceId, "has_many", datasetId),
  ]);
  return [...from, ...to];
}

async function sidesOf(
  db: Database,
  workspaceId: string,
  kind: RelationSide["kind"],
  datasetId: string,
): Promise<RelationSide[]> {
  const points = kind === "belongs_to";
  const [own, others] = points
    ? [relations.from_dataset_id, relations.to_dataset_id]
    : [relations.to_dataset_id, relations.from_dataset_id];
  const rows = await db
    .select({ relation: relations, other: datasets })
    .from(relations)
    .innerJoin(datasets, eq(datasets.id, others))
    .where(and(eq(relations.workspace_id, workspaceId), eq(own, datasetId)))
    .orderBy(asc(relations.created_at), asc(relations.id));
  return rows.map(({ relation, other }) => ({
    relation,
    kind,
    name: points ? relation.name : relation.reverse_name,
    number: points ? relation.number_in_child : relation.number_in_parent,
    other,
  }));
}

/** Numbers are taken from the datasets' `next_relation`: `takeRelationNumbers` goes into the same batch. */
export function insertRelation(db: Database, relation: Relation): Statement {
  return db.insert(relations).values(relation);
}

export function takeRelationNumbers(db: Database, workspaceId: string, datasetId: string, taken: number): Statement {
  return db
    .update(datasets)
    .set({ next_relation: sql`${datasets.next_relation} + ${taken}` })
    .where(and(eq(datasets.workspace_id, workspaceId), eq(datasets.id, datasetId)));
}

export function renameRelation(
  db: Database,
  workspaceId: string,
  id: string,
  names: Pick<Relation, "name" | "reverse_name">,
): Statement {
  return db.update(relations).set(names).where(inWorkspace(workspaceId, id));
}

/** A query looks up through it: its child's shards are to keep copies of the parents. */
export function wantLookups(db: Database, workspaceId: string, id: string): Statement {
  return db.update(relations).set({ lookup_wanted: true }).where(inWorkspace(workspaceId, id));
}

/** Copies say from now on which rows are in these segments, too. */
export function shareSegments(db: Database, relation: Relation, ids: readonly string[]): Statement {
  const shared_segments = [...new Set([...relation.shared_segments, ...ids])].sort();
  return db.update(relations).set({ shared_segments }).where(inWorkspace(relation.workspace_id, relation.id));
}

export function deleteRelationRow(db: Database, workspaceId: string, id: string): Statement {
  return db.delete(relations).where(inWorkspace(workspaceId, id));
}

/** Those of a dataset that goes. */
export function deleteRelationsOf(db: Database, workspaceId: string, datasetId: string): Statement {
  const either = or(eq(relations.from_dataset_id, datasetId), eq(relations.to_dataset_id, datasetId));
  return db.delete(relations).where(and(eq(relations.workspace_id, workspaceId), either));
}

/**
 * Raises the catalogue version of every dataset that is related to this one: what its shards know of it (fields, number of
 * shards) has changed. `only`: under this condition.
 */
export function bumpRelated(db: Database, workspaceId: string, datasetId: string, only?: SQL): Statement {
  const neighbours = sql`(SELECT ${relations.to_dataset_id} FROM ${relations} WHERE ${relations.from_dataset_id} = ${datasetId}
    UNION SELECT ${relations.from_dataset_id} FROM ${relations} WHERE ${relations.to_dataset_id} = ${datasetId})`;
  return db
    .update(datasets)
    .set({ catalogue_version: sql`${datasets.catalogue_version} + 1` })
    .where(
      and(
        eq(datasets.workspace_id, workspaceId),
        ne(datasets.id, datasetId),
        sql`${datasets.id} IN ${neighbours}`,
        only,
      ),
    );
}

function inWorkspace(workspaceId: string, id: string): SQL | undefined {
  return and(eq(relations.workspace_id, workspaceId), eq(relations.id, id));
}
