/** Changes a dataset's name, key and fields; queries and syncs that name a renamed field follow in the same batch. */
import { type CatalogueEdit, editCatalogue } from "../../control/catalogue.ts";
import { renamedFormulas, withComputedTypes } from "../../control/computed-fields.ts";
import { type Database, type Statement, violated } from "../../control/database.ts";
import { declareRelations, type RelationInput } from "../../control/declare-relations.ts";
import { editFields, type FieldEdit, type FieldsEdited, liveFields, withKeyField } from "../../control/fields.ts";
import { rememberNames } from "../../control/former-names.ts";
import { loadQuerySchema } from "../../control/query-schema.ts";
import { renameEverywhere } from "../../control/rename-everywhere.ts";
import { type Dataset, updateDataset } from "../../control/repositories/datasets.ts";
import { replaceMapping, syncsOfDataset } from "../../control/repositories/syncs.ts";
import { unwrap } from "../../platform/problem.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import { recordStats } from "./dataset-view.ts";
import { refreshObjects, refreshOthers } from "./refresh.ts";
import { FIELDS_MAX } from "./rows.ts";

export interface DatasetChange {
  readonly name?: string | undefined;
  readonly key?: string | null | undefined;
  readonly fields?: readonly FieldEdit[] | undefined;
  readonly relations?: readonly RelationInput[] | undefined;
}

interface ChangeContext {
  readonly env: Env;
  readonly db: Database;
  readonly now: number;
  readonly user_id: string;
}

/** Writes the change as one batch, then tells the shards. 409 `name_taken`, `field_name_taken`; 422 `key_immutable`. */
export async function changeDataset(
  context: ChangeContext,
  workspaceId: string,
  id: string,
  change: DatasetChange,
): Promise<void> {
  try {
    const edited = await editCatalogue(context.db, workspaceId, id, (dataset) => planChange(context, dataset, change));
    if (!edited) throw notFound("dataset");
    if (change.fields || change.key || change.relations)
      await refreshObjects(context.env, { ...edited.dataset, catalogue_version: edited.version });
    await refreshOthers(context.env, edited.value);
  } catch (error) {
    if (violated(error, "UNIQUE", "datasets.workspace_id")) throw nameTaken(change.name ?? "");
    throw error;
  }
}

export function nameTaken(name: string) {
  const detail = `There is a dataset named ${name} already. Choose another name.`;
  return problem(409, "name_taken", detail, { path: "name" });
}

async function planChange(
  context: ChangeContext,
  dataset: Dataset,
  change: DatasetChange,
): Promise<CatalogueEdit<readonly Dataset[]>> {
  const edited = fieldsAfter(dataset, change);
  const { renamed } = edited;
  const key = await keyAfter(context.env, dataset, change, renamed);
  const { db, now } = context;
  const keyed = withKeyField(rememberNames(dataset.fields, edited.fields, now), key.key_field);
  const related = await declareRelations(db, { ...dataset, fields: keyed }, change.relations ?? [], now);
  const fields = await computedIn(db, { ...dataset, fields: related.fields }, change, renamed);
  const names = { dataset, fields: renamed, relations: related.renamed };
  const queries = await renameEverywhere(db, names, { by: context.user_id, now, fields, raised: related.others });
  const columns = { name: change.name ?? dataset.name, fields: queries.fields, updated_at: now, ...key };
  const own = updateDataset(db, dataset.workspace_id, dataset.id, columns);
  const statements = [own, ...related.statements, ...queries.statements];
  if (renamed.size > 0) statements.push(...(await renamedMappings(db, dataset, renamed)));
  const others = new Map([...related.others, ...queries.others].map((other) => [other.id, other]));
  others.delete(dataset.id);
  const tells_related = change.fields !== undefined || queries.others.length > 0;
  return { value: [...others.values()], statements, tells_related };
}

/** Formulas follow renamed fields, and say what type their fields have. 422 at the formula that is not valid. */
async function computedIn(
  db: Database,
  dataset: Dataset,
  { fields: edits = [] }: DatasetChange,
  renamed: ReadonlyMap<string, string>,
) {
  const fields = renamedFormulas(dataset.fields, renamed);
  if (fields.every(({ formula }) => formula === undefined)) return fields;
  const { schema } = await loadQuerySchema(db, { ...dataset, fields });
  const indexOf = (name: string) => edits.findIndex((edit) => (edit.new_name ?? edit.name) === name);
  const pathOf = (name: string) => (indexOf(name) < 0 ? "fields" : `fields[${indexOf(name)}].formula`);
  const typed = unwrap(withComputedTypes(fields, schema.relations ?? [], pathOf));
  for (const { name, type, formula } of typed) {
    const said = formula === undefined ? undefined : edits[indexOf(name)]?.type;
    if (said === undefined || said === type) continue;
    const detail = `The formula yields ${type.replace("_", " ")}, but the field is said to be ${said.replace("_", " ")}. Leave "type" out.`;
    throw problem(422, "formula_type_mismatch", detail, { path: pathOf(name), facts: { type } });
  }
  return typed;
}

function fieldsAfter(dataset: Dataset, change: DatasetChange): FieldsEdited {
  const edited = unwrap(editFields(dataset.fields, change.fields ?? []));
  const actual = liveFields(edited.fields).length;
  if (actual <= FIELDS_MAX) return edited;
  const detail = `A dataset has at most ${FIELDS_MAX} fields; this would make ${actual}.`;
  throw problem(422, "too_many_fields", detail, { path: "fields", facts: { limit: FIELDS_MAX, actual } });
}

async function keyAfter(env: Env, dataset: Dataset, change: DatasetChange, renamed: ReadonlyMap<string, string>) {
  const current = dataset.key_field === null ? null : (renamed.get(dataset.key_field) ?? dataset.key_field);
  const key_field = change.key === undefined || change.key === dataset.key_field ? current : change.key;
  if (key_field !== current && (await recordStats(env, dataset)).record_count > 0) {
    const detail = "The key field cannot change while the dataset has rows. Make a new dataset with the key you want.";
    throw problem(422, "key_immutable", detail, { path: "key" });
  }
  return { key_field, key_kind: key_field === null ? ("row_hash" as const) : ("field" as const) };
}

async function renamedMappings(
  db: Database,
  dataset: Dataset,
  renamed: ReadonlyMap<string, string>,
): Promise<Statement[]> {
  const syncs = await syncsOfDataset(db, dataset.id);
  return syncs.flatMap((sync) => {
    const fields = Object.entries(sync.mapping);
    if (!fields.some(([, name]) => renamed.has(name))) return [];
    const mapping = Object.fromEntries(fields.map(([target, name]) => [target, renamed.get(name) ?? name]));
    return [replaceMapping(db, dataset.workspace_id, sync.id, mapping)];
  });
}
