import * as z from "zod";
import { violated } from "../../control/database.ts";
import { addFields, type NewField, withKeyField } from "../../control/fields.ts";
import { listDatasets } from "../../control/repositories/datasets.ts";
import { DATE_FORMATS } from "../../engine/index.ts";
import { newId } from "../../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { changeDataset, nameTaken } from "../data/change-dataset.ts";
import { needDataset, viewDataset, viewDatasetById } from "../data/dataset-view.ts";
import { deleteDataset } from "../data/delete-dataset.ts";
import { deleteRelation, makeDataset } from "../data/write-relations.ts";
import { route } from "../route.ts";
import { FIELD_TYPES, listOf, Name, PageQuery } from "../shapes/common.ts";
import { DatasetAnswer } from "../shapes/dataset.ts";
import { RelationChange, RelationInput } from "../shapes/relation.ts";

const FieldName = z.string().trim().min(1).max(200);
const FieldType = z.enum(FIELD_TYPES);
/** How dates are written; null is ISO. */
const Format = z.enum(DATE_FORMATS).nullable();
const Formula = z.string().max(100_000).meta({ description: "Makes it a computed field; its type is the formula's." });
const FieldInput = z
  .strictObject({ name: FieldName, type: FieldType.optional(), format: Format.optional(), formula: Formula.optional() })
  .refine(({ type, formula }) => type !== undefined || formula !== undefined, {
    message: "A field needs a type, or a formula that it is computed from.",
    path: ["type"],
  });
const FieldChange = z.strictObject({
  name: FieldName,
  type: FieldType.optional(),
  formula: Formula.optional(),
  format: Format.optional(),
  new_name: FieldName.optional(),
});
const Fields = z
  .array(FieldInput)
  .max(1000)
  .refine((fields) => new Set(fields.map((field) => field.name)).size === fields.length, {
    message: "Two fields have one name. Give each field a name of its own.",
  });
const RELATIONS_MAX = 50;
const DatasetCursor = z.tuple([z.string()]);

export const datasetRoutes = [
  route({
    method: "get",
    path: "/api/v1/datasets",
    access: "viewer",
    scope: "datasets:read",
    summary: "The workspace's datasets, by name.",
    query: PageQuery,
    answer: listOf(DatasetAnswer),
    async handle({ env, db, query, principal }) {
      const after = decodeCursor(query.cursor, DatasetCursor)?.[0] ?? null;
      const rows = await listDatasets(db, principal.workspace.id, { after, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const data = await Promise.all(page.map((dataset) => viewDataset(env, db, dataset)));
      const last = rows.length > query.limit ? page.at(-1) : undefined;
      return { data, next_cursor: last ? encodeCursor([last.name]) : null };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/datasets",
    access: "analyst",
    scope: "datasets:write",
    summary:
      "Makes an empty dataset. Its key field identifies a record across imports; without one a hash of the row does.",
    body: z.strictObject({
      name: Name,
      key: FieldName.nullable().optional(),
      fields: Fields.optional(),
      relations: z.array(RelationInput).max(RELATIONS_MAX).optional(),
    }),
    status: 201,
    answer: DatasetAnswer,
    problems: ["name_taken", "relation_name_taken", "unknown_dataset"],
    async handle({ env, db, body, now, principal }) {
      const id = newId("ds");
      const named: NewField[] = (body.fields ?? []).map((field) => ({
        ...field,
        type: field.type ?? "text",
        format: field.format ?? null,
      }));
      const row = {
        ...{ id, workspace_id: principal.workspace.id, name: body.name, created_by: principal.user.id },
        ...{ key_kind: body.key ? ("field" as const) : ("row_hash" as const), key_field: body.key ?? null },
        ...{ fields: withKeyField(addFields([], named), body.key ?? null), created_at: now, updated_at: now },
      };
      try {
        await makeDataset(env, db, row, body.relations ?? [], now);
      } catch (error) {
        if (violated(error, "UNIQUE", "datasets.workspace_id")) throw nameTaken(body.name);
        throw error;
      }
      return viewDatasetById(env, db, principal.workspace.id, id);
    },
  }),
  route({
    method: "get",
    path: "/api/v1/datasets/{dataset_id}",
    access: "viewer",
    scope: "datasets:read",
    summary: "One dataset with its fields, its record count and its last import.",
    answer: DatasetAnswer,
    handle: ({ env, db, params, principal }) => viewDatasetById(env, db, principal.workspace.id, params.dataset_id),
  }),
  route({
    method: "patch",
    path: "/api/v1/datasets/{dataset_id}",
    access: "analyst",
    scope: "datasets:write",
    summary: "Changes name, key, fields or relations. What is named changes, the rest stays, unknown names are added.",
    body: z.strictObject({
      name: Name.optional(),
      key: FieldName.nullable().optional(),
      fields: z.array(FieldChange).max(1000).optional(),
      relations: z.array(RelationChange).max(RELATIONS_MAX).optional(),
    }),
    answer: DatasetAnswer,
    problems: ["name_taken", "field_name_taken", "key_immutable", "relation_name_taken", "unknown_dataset"],
    async handle({ env, db, body, params, now, principal }) {
      const workspaceId = principal.workspace.id;
      const context = { env, db, now, user_id: principal.user.id };
      await changeDataset(context, workspaceId, params.dataset_id, body);
      return viewDatasetById(env, db, workspaceId, params.dataset_id);
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/datasets/{dataset_id}",
    access: "analyst",
    summary: "Deletes a dataset and its records. `force=true` deletes its segments and their syncs, too.",
    query: z.object({ force: z.stringbool().default(false) }),
    problems: ["dataset_in_use"],
    async handle({ env, db, params, query, now, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      await deleteDataset(env, db, dataset, query.force, now);
      return undefined;
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/datasets/{dataset_id}/relations/{name}",
    access: "analyst",
    summary: "Deletes a relation of the dataset whose records point, by its name. The records stay as they are.",
    problems: ["relation_not_found", "relation_in_use"],
    async handle({ env, db, params, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      await deleteRelation(env, db, dataset, params.name);
      return undefined;
    },
  }),
];
