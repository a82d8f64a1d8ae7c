/**
 * When fields of a dataset or relations get new names, every query that says the old ones gets a new version: those of
 * the dataset itself, and those of datasets that look its records up or ask about them.
 */
import type { Database, Statement } from "./database.ts";
import type { RelationRename } from "./declare-relations.ts";
import { type NewNames, type RenamedBehind, type Renames, renameInQuery } from "./rename-in-query.ts";
import type { Dataset } from "./repositories/datasets.ts";
import { announceEvent } from "./repositories/outbox.ts";
import { type RelationSide, relationsOf } from "./repositories/relations.ts";
import { replaceQuery, segmentsOf } from "./repositories/segments.ts";

export interface NewNamesIn {
  readonly dataset: Dataset;
  /** Of its fields. */
  readonly fields: NewNames;
  /** Of relations in which its records point. */
  readonly relations: readonly RelationRename[];
}

export interface RenamedQueries {
  readonly statements: readonly Statement[];
  /** Other datasets whose segments have new versions. */
  readonly others: readonly Dataset[];
}

export async function renameEverywhere(
  db: Database,
  change: NewNamesIn,
  edit: { readonly by: string; readonly now: number },
): Promise<RenamedQueries> {
  const { dataset, fields, relations } = change;
  if (fields.size === 0 && relations.length === 0) return { statements: [], others: [] };
  const sides = await relationsOf(db, dataset.workspace_id, dataset.id);
  const statements: Statement[] = [];
  const others: Dataset[] = [];
  const datasets = new Map([dataset, ...sides.map(({ other }) => other)].map((one) => [one.id, one]));
  for (const one of datasets.values()) {
    const rewritten = await rewrite(db, one, renamesSeenFrom(one, change, sides), edit);
    statements.push(...rewritten);
    if (rewritten.length > 0 && one.id !== dataset.id) others.push(one);
  }
  return { statements, others };
}

/** What has a new name for the queries of a dataset: the one that was changed, or one that is related to it. */
function renamesSeenFrom(
  from: Dataset,
  { dataset, fields, relations }: NewNamesIn,
  sides: readonly RelationSide[],
): Renames {
  const via = new Map<string, RenamedBehind>();
  const related = new Map<string, RenamedBehind>();
  for (const { relation } of sides) {
    const { name, reverse_name } = relations.find((one) => one.relation.id === relation.id)?.after ?? relation;
    const behind = (id: string): NewNames => (id === dataset.id ? fields : new Map());
    if (relation.from_dataset_id === from.id) {
      via.set(relation.name, { name, fields: behind(relation.to_dataset_id) });
    }
    if (relation.to_dataset_id === from.id) {
      related.set(relation.reverse_name, { name: reverse_name, fields: behind(relation.from_dataset_id) });
    }
  }
  return { fields: from.id === dataset.id ? fields : new Map(), via, related };
}

async function rewrite(
  db: Database,
  dataset: Dataset,
  renames: Renames,
  { by, now }: { readonly by: string; readonly now: number },
): Promise<Statement[]> {
  const segments = await segmentsOf(db, dataset.workspace_id, dataset.id);
  return segments.flatMap((segment) => {
    const query = renameInQuery(segment.query, renames);
    if (!query) return [];
    const event = { segment_id: segment.id, version: segment.version + 1 };
    return [
      ...replaceQuery(db, dataset.workspace_id, segment, { query, by, now }),
      announceEvent(db, segment, "segment.updated", event, now),
    ];
  });
}
