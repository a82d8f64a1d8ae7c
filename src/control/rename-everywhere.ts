/**
 * When fields of a dataset or relations get new names, every query that says the old ones gets a new version: those of
 * the dataset itself, and those of datasets that look its records up or ask about them. So do computed fields there.
 */
import { bumpCatalogue } from "./catalogue.ts";
import type { Database, Statement } from "./database.ts";
import type { RelationRename } from "./declare-relations.ts";
import { type NewNames, type RenamedBehind, type Renames, renamedFormula, renameInQuery } from "./rename-in-query.ts";
import { type Dataset, updateDataset } from "./repositories/datasets.ts";
import { announceEvent } from "./repositories/outbox.ts";
import { type RelationSide, relationsOf } from "./repositories/relations.ts";
import { replaceQuery, segmentsOf } from "./repositories/segments.ts";
import type { StoredField } from "./schema/datasets.ts";

export interface NewNamesIn {
  readonly dataset: Dataset;
  /** Of its fields. */
  readonly fields: NewNames;
  /** Of relations in which its records point. */
  readonly relations: readonly RelationRename[];
}

export interface RenameEdit {
  readonly by: string;
  readonly now: number;
  /** The dataset's fields after the edit; formulas say the new names of its own fields already. */
  readonly fields: readonly StoredField[];
  /** Other datasets whose versions rise with the edit anyhow. */
  readonly raised: readonly Pick<Dataset, "id">[];
}

export interface Renamed {
  readonly statements: readonly Statement[];
  /** Other datasets of which something says new names. */
  readonly others: readonly Dataset[];
  /** The dataset's fields; formulas say the new names of what they look up, too. */
  readonly fields: readonly StoredField[];
}

export async function renameEverywhere(db: Database, change: NewNamesIn, edit: RenameEdit): Promise<Renamed> {
  const { dataset, fields, relations } = change;
  if (fields.size === 0 && relations.length === 0) return { statements: [], others: [], fields: edit.fields };
  const sides = await relationsOf(db, dataset.workspace_id, dataset.id);
  const own = renamesSeenFrom(dataset, change, sides);
  const statements = await rewriteQueries(db, dataset, own, edit);
  const others: Dataset[] = [];
  const related = new Map(sides.map(({ other }) => [other.id, other]));
  related.delete(dataset.id);
  for (const other of related.values()) {
    const renames = renamesSeenFrom(other, change, sides);
    const queries = await rewriteQueries(db, other, renames, edit);
    const rewritten = [...queries, ...rewriteFields(db, other, renames, edit)];
    statements.push(...rewritten);
    if (rewritten.length > 0) others.push(other);
  }
  return { statements, others, fields: renameInFields(edit.fields, { ...own, fields: new Map() }) };
}

/** Computed fields that look up what was renamed; the dataset has to have the fields that were looked at. */
function rewriteFields(db: Database, dataset: Dataset, renames: Renames, { raised }: RenameEdit): Statement[] {
  const fields = renameInFields(dataset.fields, renames);
  if (fields.every((field, at) => field === dataset.fields[at])) return [];
  const guard = raised.some(({ id }) => id === dataset.id) ? [] : [bumpCatalogue(db, dataset)];
  return [...guard, updateDataset(db, dataset.workspace_id, dataset.id, { fields })];
}

function renameInFields(fields: readonly StoredField[], renames: Renames): StoredField[] {
  return fields.map((field) => {
    const formula = field.formula === undefined ? undefined : renamedFormula(field.formula, renames);
    return formula === undefined || formula === field.formula ? field : { ...field, formula };
  });
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

async function rewriteQueries(
  db: Database,
  dataset: Dataset,
  renames: Renames,
  { by, now }: RenameEdit,
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
